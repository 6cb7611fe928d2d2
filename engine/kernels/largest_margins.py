"""The rows of largest margin of every pair of classes, found in one pass over a table."""

import numba
import numpy as np

from engine.kernels.mapped import table_blocks


def largest_margins(table: np.ndarray, labels: np.ndarray, room: np.ndarray) -> np.ndarray:
    """(n,) bool: for each given class a and other class b, the room[a, b] rows of largest margin.

    labels: (n,), -1 = takes no part. room: (c, c) how many; the diagonal must be 0.
    The margin is the probability of b minus that of a; of equal ones the first rows are taken.
    One pass; memory for as many entries as room holds.

    >>> table = np.array([[0.7, 0.3], [0.4, 0.6], [0.3, 0.7]])
    >>> largest_margins(table, np.array([0, 0, 0]), np.array([[0, 1], [0, 0]])).tolist()
    [False, False, True]
    """
    given, other = np.nonzero(room)
    first_cell = np.searchsorted(given, np.arange(len(room) + 1))
    size = room[given, other]
    first_place = np.concatenate([[0], np.cumsum(size)])
    margins = np.empty(first_place[-1], dtype=np.float64)
    where = np.empty(first_place[-1], dtype=np.int64)
    filled = np.zeros(len(given), dtype=np.int64)
    wanted = np.append(np.diff(first_cell) > 0, False)  # -1 = takes no part, the last entry
    for rows, block in table_blocks(table):
        mine = labels[rows]
        members = np.flatnonzero(wanted[mine])
        members = members[np.argsort(mine[members], kind="stable")]
        present, first = np.unique(mine[members], return_index=True)
        _offer(
            block, rows.start, members, present, np.append(first, len(members)),
            first_cell, other, first_place, margins, where, filled,
        )  # fmt: skip
    taken = np.arange(len(where)) - np.repeat(first_place[:-1], size) < np.repeat(filled, size)
    chosen = np.zeros(len(table), dtype=np.bool_)
    chosen[where[taken]] = True
    return chosen


@numba.njit(parallel=True, nogil=True, cache=True)
def _offer(
    block: np.ndarray,
    start: int,
    members: np.ndarray,
    present: np.ndarray,
    first: np.ndarray,
    first_cell: np.ndarray,
    other: np.ndarray,
    first_place: np.ndarray,
    margins: np.ndarray,
    where: np.ndarray,
    filled: np.ndarray,
) -> None:
    """Offer every row to the heaps of its given class; a class has its heaps to itself."""
    for at in numba.prange(len(present)):
        given = present[at]
        for member in range(first[at], first[at + 1]):
            row = members[member]
            own = np.float64(block[row, given])
            for cell in range(first_cell[given], first_cell[given + 1]):
                margin = np.float64(block[row, other[cell]]) - own
                base = first_place[cell]
                size = first_place[cell + 1] - base
                if filled[cell] < size:
                    _climb(margins, where, base, filled[cell], margin, start + row)
                    filled[cell] += 1
                elif margin > margins[base]:
                    _sink(margins, where, base, size, margin, start + row)


@numba.njit(inline="always")
def _worse(margin: float, row: int, than: float, than_row: int) -> bool:
    """Of equal margins the later row is the worse one."""
    return margin < than or (margin == than and row > than_row)


@numba.njit(cache=True)
def _climb(
    margins: np.ndarray, where: np.ndarray, base: int, hole: int, margin: float, row: int
) -> None:
    """Put an entry into a heap that has its worst entry on top, from the first free place up."""
    while hole > 0:
        above = (hole - 1) // 2
        if not _worse(margin, row, margins[base + above], where[base + above]):
            break
        margins[base + hole], where[base + hole] = margins[base + above], where[base + above]
        hole = above
    margins[base + hole], where[base + hole] = margin, row


@numba.njit(cache=True)
def _sink(
    margins: np.ndarray, where: np.ndarray, base: int, size: int, margin: float, row: int
) -> None:
    """Put an entry in place of the worst one of a full heap."""
    hole = 0
    while 2 * hole + 1 < size:
        below = 2 * hole + 1
        right = below + 1
        if right < size and _worse(
            margins[base + right], where[base + right], margins[base + below], where[base + below]
        ):
            below = right
        if not _worse(margins[base + below], where[base + below], margin, row):
            break
        margins[base + hole], where[base + hole] = margins[base + below], where[base + below]
        hole = below
    margins[base + hole], where[base + hole] = margin, row
