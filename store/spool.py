"""Tables and arrays on their way into a workspace that memory need not hold: files, mapped.

Inside `spooling` they lie in a hidden folder beside the workspace, and later in it; elsewhere they
are in memory. The values are the same.
"""

import mmap
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from store.workspace_folder import draft_of

SMALL = 64 * 2**20
"""Bytes up to which a table or an array is simply made in memory."""


@dataclass
class Spool:
    """What is spooled for one import. The folder is made when something comes."""

    workspace: Path
    stack: ExitStack
    folder: Path | None = None
    maps: list[mmap.mmap] = field(default_factory=list)
    files: int = 0

    def new_file(self, ending: str) -> Path:
        """A path that is not there yet."""
        if self.folder is None:
            self.folder = self.stack.enter_context(draft_of(self.workspace))
        self.files += 1
        return self.folder / f"{self.files}{ending}"


_CURRENT: ContextVar[Spool | None] = ContextVar("spool", default=None)


@contextmanager
def spooling(workspace: Path) -> Iterator[None]:
    """Around an import into this workspace; what was spooled and not kept is gone afterwards."""
    with ExitStack() as stack:
        token = _CURRENT.set(Spool(workspace, stack))
        try:
            yield
        finally:
            _CURRENT.reset(token)


def spooled_table(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> pa.Table:
    """The batches as a table, each written down as it comes once there are many."""
    spool = _CURRENT.get()
    # An Arrow file has one list of categories for all batches, and these may come with their own.
    if spool is None or any(pa.types.is_dictionary(kind) for kind in schema.types):
        return pa.Table.from_batches(batches, schema)
    first: list[pa.RecordBatch] = []
    rest, size = iter(batches), 0
    while size <= SMALL:
        batch = next(rest, None)
        if batch is None:
            return pa.Table.from_batches(first, schema)
        first.append(batch)
        size += batch.nbytes
    path = spool.new_file(".arrow")
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        while first:
            writer.write_batch(first.pop(0))
        for batch in rest:
            writer.write_batch(batch)
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    spool.maps.append(mapped)
    return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped))).read_all()


def spooled_array(shape: tuple[int, int], blocks: Iterable[np.ndarray]) -> np.ndarray:
    """The float32 blocks, one below the other, as one array of that shape."""
    spool = _CURRENT.get()
    if spool is None or 4 * shape[0] * shape[1] <= SMALL:
        array = np.empty(shape, dtype=np.float32)
        at = 0
        for block in blocks:
            array[at : at + len(block)] = block
            at += len(block)
        return array
    path = spool.new_file(".npy")
    about = {"descr": "<f4", "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, about)
        for block in blocks:
            # Written, not assigned to a map: pages of a map count as memory until it is closed.
            file.write(np.ascontiguousarray(block, dtype="<f4").data)
    found: np.ndarray = np.load(path, mmap_mode="r")
    return found


def kept(array: np.ndarray, path: Path) -> bool:
    """Put a spooled array to this path without writing it again; False = that cannot be done."""
    spool = _CURRENT.get()
    if spool is None or spool.folder is None or not isinstance(array, np.memmap):
        return False
    source = Path(str(array.filename))
    whole = source.is_file() and len(array) and array.offset + array.nbytes == source.stat().st_size
    if source.parent != spool.folder or not whole:
        return False
    path.unlink(missing_ok=True)
    try:
        os.link(source, path)
    except OSError:  # a file system without links
        return False
    return True


def release() -> None:
    """What has been read of spooled tables so far need not stay in memory."""
    spool = _CURRENT.get()
    if spool is None or not hasattr(mmap, "MADV_DONTNEED"):
        return
    for mapped in spool.maps:
        mapped.madvise(mmap.MADV_DONTNEED)
