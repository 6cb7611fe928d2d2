"""Tables on disk, read block by block: what has been read does not stay in memory."""

import mmap
from collections.abc import Iterator

import numpy as np

from engine.kernels.blocks import row_blocks


def table_blocks(table: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Blocks of rows of an (n, c) table of floats: where they lie, and a view that is read-only.

    A memory-mapped file is read in place, and the pages of a block are given back when the next
    one is asked for, so that a table of any size takes the memory of a block. Other kinds of
    floats and other orders in memory are copied, block by block.

    >>> [(rows.start, block.shape) for rows, block in table_blocks(np.ones((3, 2)))]
    [(0, (3, 2))]
    """
    kind = np.float64 if table.dtype == np.float64 else np.float32
    for rows in row_blocks(len(table), columns=table.shape[1]):
        block = np.ascontiguousarray(table[rows], dtype=kind).view(np.ndarray)
        # One kind of array for the compiled loops, whatever the caller may do with his own.
        block.flags.writeable = False
        yield rows, block
        _give_back(table, rows)


def _give_back(table: np.ndarray, rows: slice) -> None:
    """Tell the system that these pages are not needed; they stay in its cache of the file.

    Only for a file that is mapped read-only: there nothing can be lost.
    """
    mapped = getattr(table, "_mmap", None)
    if mapped is None or getattr(table, "mode", "") != "r" or not hasattr(mmap, "MADV_DONTNEED"):
        return
    block = table[rows]
    base = np.frombuffer(mapped, dtype=np.uint8).ctypes.data
    start = block.ctypes.data - base
    # Whole pages only, from the page in which the block begins.
    start -= start % mmap.PAGESIZE
    length = block.ctypes.data - base + block.nbytes - start
    if block.flags.c_contiguous and start >= 0 and start + length <= len(mapped):
        mapped.madvise(mmap.MADV_DONTNEED, start, length)
