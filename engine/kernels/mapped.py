"""Tables on disk, read block by block: what has been read does not stay in memory."""

from collections.abc import Iterator

import numpy as np

from engine.kernels.blocks import row_blocks
from store.mapped import give_back


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
        give_back(table, rows)
