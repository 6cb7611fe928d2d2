"""Arrays, tables and texts of a workspace: written whole or not at all, read memory-mapped."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from store.errors import UserError
from store.spool import release


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A path beside it to write to, which takes its place unless the block ends by an error."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def save_array(array: np.ndarray, path: Path) -> None:
    """Write path whole or not at all."""
    with drafted(path) as draft, draft.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def write_text(path: Path, text: str) -> None:
    """Write path whole or not at all, on disk when this returns."""
    with drafted(path) as draft, draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write path whole or not at all, on disk when this returns."""
    import pyarrow.parquet as pq  # not needed for the first screen, which waits for every import

    with drafted(path) as draft, draft.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


def is_mapped_from(array: np.ndarray, path: Path) -> bool:
    """The array is that very file, so that there is nothing to write."""
    return isinstance(array, np.memmap) and array.filename == str(path)


def save_table(table: pa.Table, path: Path) -> None:
    """Write path as an Arrow file, whole or not at all."""
    with (
        drafted(path) as draft,
        pa.OSFile(str(draft), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        for batch in table.to_batches(max_chunksize=65_536):
            writer.write_batch(batch)
            release()


def map_table(path: Path) -> pa.Table:
    """An Arrow file. Raises UserError where it is lost or damaged."""
    try:
        return pa.ipc.open_file(pa.memory_map(str(path), "r")).read_all()
    except (OSError, pa.ArrowInvalid) as problem:
        raise UserError(f"{path} cannot be read ({problem}); open the data again.") from problem


def map_array(path: Path, *, needed: bool) -> np.ndarray | None:
    """An array file; None where there is none.

    Raises UserError where one that is needed is lost, or any is damaged.
    """
    if path.is_file():
        try:
            array: np.ndarray = np.load(path, mmap_mode="r")
        except (OSError, EOFError, ValueError) as problem:
            raise UserError(f"{path} is damaged ({problem}); open the data again.") from problem
        return array
    if needed:
        raise UserError(f"{path.parent} has lost its {path.name}; open the data again.")
    return None
