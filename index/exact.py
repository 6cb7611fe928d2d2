"""Exact search on the CPU: in a graph, every pair of rows is multiplied once and serves both."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise, starmap

import numba
import numpy as np

from index.products import multiply, multiplying_threads
from index.tiles import offer_pairs, offer_to_rows
from index.vectors import Vectors, row_blocks

TILE_ROWS, TILE_COLUMNS = 512, 1_024
"""2 MB of products: they are still in the cache when they are compared."""
STRIP_BYTES = 4 << 20
"""Most bytes of a strip; two strips are copied for each thread."""


def exact_lists(vectors: Vectors, k: int, progress: Callable[[str, int, int], None]) -> np.ndarray:
    """(n, k) int32 the k closest other rows of every row, closest first; -1 = none."""
    n = len(vectors)
    closest = np.full((n, k), -np.inf, dtype=np.float32)
    who = np.full((n, k), -1, dtype=np.int32)

    threads = numba.get_num_threads()
    strips = _strips(n, max(1, STRIP_BYTES // (4 * vectors.width)), 2 * threads)
    offer = partial(_offer_strips, vectors, closest, who)
    met, total = 0, len(strips) * (len(strips) + 1) // 2
    with multiplying_threads(threads) as pool:
        for pairs in meetings(strips):
            # Nobody is in two pairs of a round, so no two threads write to one list.
            ones, others = zip(*pairs, strict=True)
            for _ in pool.map(offer, ones, others):
                met += 1
                progress("neighbour graph", met, total)
    return who


def meetings(strips: list[slice]) -> Iterator[list[tuple[slice, slice]]]:
    """Every strip with itself, then round after round every two of them, each once in a round.

    strips: an even number. The first stays in its seat, the others move on by one (the circle
    method of tournaments).
    """
    yield [(strip, strip) for strip in strips]
    seats, half = list(strips), len(strips) // 2
    for _ in strips[1:]:
        yield list(zip(seats[:half], reversed(seats), strict=False))
        seats.insert(1, seats.pop())


def _strips(n: int, most: int, multiple: int) -> list[slice]:
    """n rows in equal slices of at most `most`, as many slices as a multiple of `multiple`."""
    count = multiple * -(-n // (multiple * most))
    bounds = [n * at // count for at in range(count + 1)]
    return list(starmap(slice, pairwise(bounds)))


def _offer_strips(
    vectors: Vectors, closest: np.ndarray, who: np.ndarray, one: slice, other: slice
) -> None:
    """Offer every pair of two strips, or of one strip met with itself, to both its rows."""
    rows = vectors.strip(one)
    columns = rows if one == other else vectors.strip(other)
    products = np.empty(TILE_ROWS * TILE_COLUMNS, dtype=np.float32)
    for top in range(0, len(rows), TILE_ROWS):
        block = rows[top : top + TILE_ROWS]
        corner = (top, top + len(block)) if one == other else None
        for left, right in _tiles(len(columns), corner):
            tile = products[: len(block) * (right - left)].reshape(len(block), -1)
            multiply(block, columns[left:right], tile)
            offer_pairs(tile, one.start + top, other.start + left, vectors.half, closest, who)


def _tiles(last: int, corner: tuple[int, int] | None) -> Iterator[tuple[int, int]]:
    """All columns in tiles; or those on the diagonal in one of its own, and what is right of it."""
    if corner is not None:
        yield corner
    for left in range(corner[1] if corner else 0, last, TILE_COLUMNS):
        yield left, min(last, left + TILE_COLUMNS)


def exact_lists_of(
    vectors: Vectors, rows: np.ndarray, k: int, among: np.ndarray | None = None
) -> np.ndarray:
    """(len(rows), k) int32 the k closest other rows of some rows, closest first.

    among: int32 rows that count, None = all.
    """
    s = len(rows)
    among = np.arange(len(vectors), dtype=np.int32) if among is None else among
    block, places = vectors.take(rows), np.arange(s, dtype=np.int32)
    closest = np.full((s, k + 1), -np.inf, dtype=np.float32)
    who = np.full((s, k + 1), -1, dtype=np.int32)
    for part in row_blocks(len(among), floats_per_row=s + vectors.width):
        others = among[part]
        products = np.empty((s, len(others)), dtype=np.float32)
        multiply(block, vectors.take(others), products)
        # The loops over tiles never offer a row to itself; here places and rows are two things,
        # so rows get numbers that no place has, and self is dropped afterwards.
        lists = (places, others + np.int32(s), vectors.half[rows], vectors.half[others])
        offer_to_rows(products, *lists, closest, who)
    return drop_self(who - s, rows)


def drop_self(found: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(s, k) of (s, k + 1) found rows, without the row itself.

    Self is dropped wherever it is: with exact duplicates it need not come first, and with more
    than k duplicates it need not come at all; then the last goes.
    """
    is_self = found == rows[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    return found[~is_self].reshape(len(found), -1)
