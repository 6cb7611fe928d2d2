"""Confident learning's compiled passes over the rows of a table of probabilities."""

import numba
import numpy as np

from engine.kernels.mapped import table_blocks


def own_probability(table: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) the probability of every row's given label; nan for unlabelled rows.

    Touches one entry per row.

    >>> own_probability(np.array([[0.2, 0.8], [0.6, 0.4]]), np.array([1, -1])).tolist()
    [0.8, nan]
    """
    own = np.empty(len(table), dtype=np.float64 if table.dtype == np.float64 else np.float32)
    for rows, block in table_blocks(table):
        _own(block, labels[rows], own[rows])
    return own


def class_of_rows(
    table: np.ndarray, labels: np.ndarray, thresholds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What a row says about itself, in one pass over the whole table.

    thresholds: (c,) float64, already lowered by what a comparison may miss.

    Returns (n,) int32 confident class: the one that reaches its threshold, the most probable one
    where several do, -1 where none does; -2 where a probability is not a number. (n,) int32 most
    probable class, the first on ties, -1 where none is known. (n,) largest probability of a class
    that is not the given one, -inf where there is none. (n,) bool: the model agrees with the
    given label, or would with 1e-6 more.

    >>> table = np.array([[0.7, 0.3], [0.4, 0.6]])
    >>> [part.tolist() for part in class_of_rows(table, np.array([0, 0]), np.array([0.5, 0.9]))]
    [[0, -1], [0, 1], [0.3, 0.6], [True, False]]
    """
    n = len(table)
    guess, best = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    rival = np.empty(n, dtype=np.float64 if table.dtype == np.float64 else np.float32)
    agrees = np.empty(n, dtype=np.bool_)
    for rows, block in table_blocks(table):
        _classes(
            block, labels[rows], thresholds, block.dtype.type(1e-6),
            guess[rows], best[rows], rival[rows], agrees[rows],
        )  # fmt: skip
    return guess, best, rival, agrees


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
def _own(block: np.ndarray, labels: np.ndarray, own: np.ndarray) -> None:
    for row in numba.prange(len(block)):
        own[row] = block[row, labels[row]] if labels[row] >= 0 else np.nan


@numba.njit(parallel=True, nogil=True, cache=True)
def _classes(
    block: np.ndarray,
    labels: np.ndarray,
    thresholds: np.ndarray,
    nudge: float,
    guess: np.ndarray,
    best: np.ndarray,
    rival: np.ndarray,
    agrees: np.ndarray,
) -> None:
    for row in numba.prange(len(block)):
        top, second = -np.inf, -np.inf
        likeliest, reached, confident = -1, 0, -1
        broken = False
        for k in range(block.shape[1]):
            value = block[row, k]
            if value != value:
                broken = True
            if value >= thresholds[k]:
                reached += 1
                confident = k
            if value > top:
                second = top
                top = value
                likeliest = k
            elif value > second:
                second = value
        best[row] = likeliest
        guess[row] = likeliest if reached > 1 else confident
        if broken or top == np.inf:
            guess[row] = -2
        label = labels[row]
        rival[row] = second if label == likeliest else top
        agrees[row] = label == likeliest
        if label >= 0 and label != likeliest:
            raised = block[row, label] + nudge
            agrees[row] = raised > top or (raised == top and label < likeliest)


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
