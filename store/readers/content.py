"""What a reviewer sees of each row, as a hash: a decision knows whether it still means the same."""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from store.dataset import CONTENT_BYTES, Roles
from store.errors import UserError
from store.media import bytes_of, file_in, opened
from store.progress import Progress
from store.spool import release

SHOWN = 3
"""Broken pictures that an error names; the others it counts."""


def hash_of(data: bytes | memoryview) -> bytes:
    """16 bytes of BLAKE2b."""
    return blake2b(data, digest_size=CONTENT_BYTES).digest()


def content_of(
    table: pa.Table,
    roles: Roles,
    images: np.ndarray | None,
    embeddings: np.ndarray | None,
    folders: Sequence[Path],
    *,
    progress: Progress,
) -> np.ndarray:
    """(n, 16) uint8: the picture, else the text, else the embedding, else the row's other cells.

    folders: the dataset's own, then those in which its pictures may lie besides.
    Pictures named by path or held as bytes are all opened here, so a broken one is found now and
    not in the middle of a review. Raises UserError that names the first of them.
    """
    if images is not None:
        return hash_rows(images)
    if roles.image is not None:
        return check_pictures(table[roles.image], folders, progress=progress)
    if roles.text is not None:
        return hash_texts(table[roles.text])
    if embeddings is not None:
        return hash_rows(embeddings)
    hidden = (roles.id, roles.label, roles.truth, roles.trusted)
    return hash_cells(table.select([name for name in table.column_names if name not in hidden]))


def hash_texts(column: pa.ChunkedArray) -> np.ndarray:
    """(n, 16) uint8 from a column of text; no text counts as empty text."""
    plain = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    if not plain:
        column = column.cast(pa.large_string())
    return _stack((hash_of((text or "").encode()) for text in _cells(column)), len(column))


def hash_rows(array: np.ndarray) -> np.ndarray:
    """(n, 16) uint8 from the rows of an array."""
    return _stack((hash_of(np.ascontiguousarray(row).data) for row in array), len(array))


def hash_cells(table: pa.Table) -> np.ndarray:
    """(n, 16) uint8 from all cells of each row, as JSON with sorted names."""
    rows = (row for batch in table.to_batches(max_chunksize=1024) for row in batch.to_pylist())
    return _stack(
        (
            hash_of(json.dumps(row, sort_keys=True, default=str, ensure_ascii=False).encode())
            for row in rows
        ),
        len(table),
    )


def check_pictures(
    column: pa.ChunkedArray, folders: Sequence[Path], *, progress: Progress
) -> np.ndarray:
    """(n, 16) uint8 from the files or bytes of a column of pictures, every one of them opened.

    Raises UserError that names the first broken ones and says how many there are.
    """
    hashes: list[bytes] = []
    problems: list[str] = []
    for row, value in enumerate(_cells(column)):
        if row % 100 == 0:
            progress("checking pictures", row, len(column))
        named = f" ({value})" if isinstance(value, str) else ""
        try:
            hashes.append(_checked(value, folders, where=f"row {row}{named}"))
        except UserError as problem:
            problems.append(str(problem))
    progress("checking pictures", len(column), len(column))
    if problems:
        more = len(problems) - SHOWN
        told = "\n".join(problems[:SHOWN])
        raise UserError(told + (f"\nThe same goes for {more:,} more rows." if more > 0 else ""))
    return _stack(hashes, len(column))


def _checked(value: object, folders: Sequence[Path], *, where: str) -> bytes:
    own, *others = folders
    data = bytes_of(file_in(value, own, others, where=where), where=where)
    image = opened(data, where=where)
    try:
        image.verify()
    except (OSError, ValueError, SyntaxError, EOFError) as problem:
        raise UserError(
            f"{where}: the picture is damaged ({problem}). Replace it or leave the row out."
        ) from problem
    return hash_of(data)


def _cells(column: pa.ChunkedArray) -> Iterator[Any]:
    # Chunk by chunk: a column of pictures as Python objects can be larger than memory.
    for chunk in column.chunks:
        release()
        for start in range(0, len(chunk), 1024):
            yield from chunk.slice(start, 1024).to_pylist()


def _stack(hashes: Iterable[bytes], n: int) -> np.ndarray:
    """(n, 16) uint8, without n Python objects at a time."""
    stacked = np.fromiter(hashes, dtype=f"V{CONTENT_BYTES}", count=n)
    return stacked.view(np.uint8).reshape(n, CONTENT_BYTES)
