"""Compiled loops over one tile of products: who is among the k closest so far, from both sides.

A tile holds the inner products of some rows with some others. Closeness is product - half[i] -
half[j]: with half = 0 the product itself (unit vectors), with half = ‖x‖²/2 minus half the squared
distance. Either way it is symmetric, so one product serves both rows.

Everything here runs on all cores and without the interpreter's lock.
"""

import numba
import numpy as np

COLUMNS_AT_ONCE = 32
"""Two cache lines of a tile: wide enough for vector instructions, narrow enough to skip."""


@numba.njit(inline="always")
def insert(closest: np.ndarray, who: np.ndarray, closeness: float, other: int) -> None:
    """Put `other` into one row's list (closest first), unless it is there already."""
    for place in range(len(who)):
        if who[place] == other:
            return
    place = len(who) - 1
    while place > 0 and closest[place - 1] < closeness:
        closest[place] = closest[place - 1]
        who[place] = who[place - 1]
        place -= 1
    closest[place] = closeness
    who[place] = other


@numba.njit(parallel=True, nogil=True, cache=True)
def offer_to_rows(
    products: np.ndarray,
    rows: np.ndarray,
    others: np.ndarray,
    half_rows: np.ndarray,
    half_others: np.ndarray,
    closest: np.ndarray,
    who: np.ndarray,
) -> None:
    """Offer every row of a tile its columns.

    products: (len(rows), len(others)); rows, others: rows of the dataset, with their halves.
    closest, who: (n, k) lists of the whole dataset, changed in place.
    """
    width = len(others)
    for at in numba.prange(len(rows)):
        row, half = rows[at], half_rows[at]
        limit = closest[row, -1] + half
        for start in range(0, width, COLUMNS_AT_ONCE):
            stop = min(start + COLUMNS_AT_ONCE, width)
            hit = False
            for j in range(start, stop):
                hit |= products[at, j] - half_others[j] > limit
            if hit:
                for j in range(start, stop):
                    closeness = products[at, j] - half_others[j]
                    if closeness > limit and others[j] != row:
                        insert(closest[row], who[row], closeness - half, others[j])
                        limit = closest[row, -1] + half


@numba.njit(nogil=True, cache=True)
def offer_pairs(
    products: np.ndarray,
    first_row: int,
    first_column: int,
    half: np.ndarray,
    closest: np.ndarray,
    who: np.ndarray,
) -> None:
    """Offer every pair of a tile to both its rows: pairs that come only once, by one thread.

    products: of the rows from first_row with those from first_column. Where these are the same,
    each pair stands on both sides of the diagonal, and is offered to the row of its side only.
    half: (n,); closest, who: (n, k) lists of the whole dataset, changed in place. Of equally close
    rows the first ones stay, in whatever order the tiles come.
    """
    height, width = products.shape
    mirrored = first_row == first_column
    half_columns = half[first_column : first_column + width]
    limits = np.full(width, np.inf, dtype=np.float32)
    if not mirrored:
        for j in range(width):
            limits[j] = closest[first_column + j, -1] + half_columns[j]
    for at in range(height):
        row, mine = first_row + at, products[at]
        half_row = half[row]
        limit = closest[row, -1] + half_row
        for start in range(0, width, COLUMNS_AT_ONCE):
            stop = min(start + COLUMNS_AT_ONCE, width)
            hit = False
            for j in range(start, stop):
                hit |= (mine[j] - half_columns[j] >= limit) | (mine[j] - half_row >= limits[j])
            if hit:
                for j in range(start, stop):
                    other = first_column + j
                    if other == row:
                        continue
                    if mine[j] - half_columns[j] >= limit:
                        closeness = mine[j] - half_columns[j] - half_row
                        _put_first(closest[row], who[row], closeness, other)
                        limit = closest[row, -1] + half_row
                    if mine[j] - half_row >= limits[j]:
                        closeness = mine[j] - half_row - half_columns[j]
                        _put_first(closest[other], who[other], closeness, row)
                        limits[j] = closest[other, -1] + half_columns[j]


@numba.njit(inline="always")
def _put_first(closest: np.ndarray, who: np.ndarray, closeness: float, other: int) -> None:
    """Put `other`, who was never offered before, into one row's list: by closeness, then by row."""
    last = len(who) - 1
    if closeness < closest[last] or (closeness == closest[last] and other > who[last]):
        return
    place = last
    while place > 0 and (
        closest[place - 1] < closeness
        or (closest[place - 1] == closeness and who[place - 1] > other)
    ):
        closest[place] = closest[place - 1]
        who[place] = who[place - 1]
        place -= 1
    closest[place] = closeness
    who[place] = other


@numba.njit(parallel=True, nogil=True, cache=True)
def offer_to_columns(
    products: np.ndarray,
    rows: np.ndarray,
    others: np.ndarray,
    half_rows: np.ndarray,
    half_others: np.ndarray,
    closest: np.ndarray,
    who: np.ndarray,
) -> None:
    """Offer every column of a tile its rows: the other half of `offer_to_rows`."""
    blocks = (len(others) + COLUMNS_AT_ONCE - 1) // COLUMNS_AT_ONCE
    for block in numba.prange(blocks):
        start = block * COLUMNS_AT_ONCE
        stop = min(start + COLUMNS_AT_ONCE, len(others))
        limit = np.empty(COLUMNS_AT_ONCE, dtype=np.float32)
        for j in range(start, stop):
            limit[j - start] = closest[others[j], -1] + half_others[j]
        for at in range(len(rows)):
            half = half_rows[at]
            hit = False
            for j in range(start, stop):
                hit |= products[at, j] - half > limit[j - start]
            if hit:
                for j in range(start, stop):
                    other, closeness = others[j], products[at, j] - half
                    if closeness > limit[j - start] and rows[at] != other:
                        insert(closest[other], who[other], closeness - half_others[j], rows[at])
                        limit[j - start] = closest[other, -1] + half_others[j]


@numba.njit(inline="always")
def _apart(a: np.ndarray, b: np.ndarray, length: float, other: float, cosine: bool) -> float:
    """The distance of two rows of these lengths, from differences.

    Products lose half the digits of a distance near 0; exact duplicates are at distance 0 here.
    """
    if cosine and (length == 0 or other == 0):
        return 1.0
    scale = np.float32(1 / length) if cosine else np.float32(1)
    other_scale = np.float32(1 / other) if cosine else np.float32(1)
    total = 0.0
    for j in range(len(a)):
        gap = a[j] * scale - b[j] * other_scale
        total += gap * gap
    return total / 2 if cosine else np.sqrt(total)


@numba.njit(parallel=True, nogil=True, cache=True, fastmath={"reassoc"})
def exact_distances(
    vectors: np.ndarray, lengths: np.ndarray, rows: np.ndarray, who: np.ndarray, cosine: bool
) -> np.ndarray:
    """(len(rows), width) float32 distances to `who` (-1 = none: inf)."""
    # Sums in any order: twice as fast, and what differs is lost in rounding to float32.
    distances = np.empty(who.shape, dtype=np.float32)
    for at in numba.prange(len(rows)):
        row = rows[at]
        for place in range(who.shape[1]):
            other = who[at, place]
            if other < 0:
                distances[at, place] = np.inf
            else:
                distances[at, place] = _apart(
                    vectors[row], vectors[other], lengths[row], lengths[other], cosine
                )
    return distances


@numba.njit(parallel=True, nogil=True, cache=True, fastmath={"reassoc"})
def distances_in_turn(
    rows: np.ndarray,
    row_lengths: np.ndarray,
    others: np.ndarray,
    other_lengths: np.ndarray,
    who: np.ndarray,
    turn: np.ndarray,
    cosine: bool,
) -> np.ndarray:
    """(len(rows), width) float32 distances of some rows to rows `who` of `others` (-1 = none: inf).

    turn: (len(rows) * width,) places of `who`, flat, in the order in which they are looked at:
    by row of `others`, each thread reads its part of a file from front to back.
    """
    width = who.shape[1]
    distances = np.empty(who.shape, dtype=np.float32)
    for step in numba.prange(len(turn)):
        at, place = turn[step] // width, turn[step] % width
        other = who[at, place]
        if other < 0:
            distances[at, place] = np.inf
        else:
            distances[at, place] = _apart(
                rows[at], others[other], row_lengths[at], other_lengths[other], cosine
            )
    return distances
