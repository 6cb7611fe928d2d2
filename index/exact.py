"""Exact search on the CPU: in a graph, every pair of rows is multiplied once and serves both."""

from collections.abc import Callable, Iterator

import numpy as np

from index.products import multiply
from index.tiles import offer_to_columns, offer_to_rows
from index.vectors import Vectors, row_blocks

TILE_ROWS, TILE_COLUMNS = 512, 2_048
"""4 MB of products: they are still in the cache when they are compared."""
PANEL = 8
"""Tiles side by side whose rows are made ready at once."""


def exact_lists(vectors: Vectors, k: int, progress: Callable[[str, int, int], None]) -> np.ndarray:
    """(n, k) int32 the k closest other rows of every row, closest first; -1 = none."""
    n = len(vectors)
    numbers = np.arange(n, dtype=np.int32)
    closest = np.full((n, k), -np.inf, dtype=np.float32)
    who = np.full((n, k), -1, dtype=np.int32)
    products = np.empty(TILE_ROWS * TILE_COLUMNS, dtype=np.float32)
    width = PANEL * TILE_COLUMNS
    for left in range(0, n, width):
        progress("neighbour graph", left * left, n * n)  # a panel meets all rows before it
        right = min(n, left + width)
        panel = vectors.take(slice(left, right))
        for top in range(0, right, TILE_ROWS):
            bottom = min(right, top + TILE_ROWS)
            block = panel[top - left : bottom - left] if top >= left else None
            block = vectors.take(slice(top, bottom)) if block is None else block
            # Only what lies right of the diagonal: what lies left was met as columns before.
            for start, stop in _tiles(max(top, left), right, top, bottom):
                tile = products[: (bottom - top) * (stop - start)].reshape(bottom - top, -1)
                multiply(block, panel[start - left : stop - left], tile)
                lists = (numbers[top:bottom], numbers[start:stop])
                halves = (vectors.half[top:bottom], vectors.half[start:stop])
                offer_to_rows(tile, *lists, *halves, closest, who)
                if start != top:
                    offer_to_columns(tile, *lists, *halves, closest, who)
    return who


def _tiles(first: int, last: int, top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Columns first to last in tiles; the square on the diagonal is one of its own."""
    if first == top:
        yield top, bottom
        first = bottom
    for start in range(first, last, TILE_COLUMNS):
        yield start, min(last, start + TILE_COLUMNS)


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
