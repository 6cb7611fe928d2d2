"""Arrays on disk, read block by block: what has been read does not stay in memory."""

import mmap
from collections.abc import Iterator

import numpy as np

BYTES = 32 * 2**20
"""Of a block: large enough that the system's work per block does not count."""


def row_slices(array: np.ndarray) -> Iterator[slice]:
    """Slices of rows, in order; of a mapped file the pages of a slice are given back after it.

    >>> [(rows.start, rows.stop) for rows in row_slices(np.zeros((3, 2)))]
    [(0, 3)]
    """
    step = max(1, BYTES // max(1, array[:1].nbytes))
    for start in range(0, len(array), step):
        rows = slice(start, min(len(array), start + step))
        yield rows
        give_back(array, rows)


def give_back(array: np.ndarray, rows: slice) -> None:
    """Tell the system that these pages are not needed; they stay in its cache of the file.

    Only for a file that is mapped read-only: there nothing can be lost.
    """
    mapped = getattr(array, "_mmap", None)
    if mapped is None or getattr(array, "mode", "") != "r" or not hasattr(mmap, "MADV_DONTNEED"):
        return
    block = array[rows]
    base = np.frombuffer(mapped, dtype=np.uint8).ctypes.data
    start = block.ctypes.data - base
    # Whole pages only, from the page in which the block begins.
    start -= start % mmap.PAGESIZE
    length = block.ctypes.data - base + block.nbytes - start
    if block.flags.c_contiguous and start >= 0 and start + length <= len(mapped):
        mapped.madvise(mmap.MADV_DONTNEED, start, length)
