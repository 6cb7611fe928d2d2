"""The approximate graph: rows are sorted into cells, and only near cells are compared.

A row is offered the members of its nearest cells, and offered to them. How many cells are needed
for a recall is not guessed: it is read off a sample whose true neighbours are known.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from index.products import multiply
from index.tiles import offer_to_columns, offer_to_rows
from index.vectors import Vectors, row_blocks

TILE_ROWS, TILE_COLUMNS = 4_096, 4_096


@dataclass(frozen=True, eq=False)
class Cells:
    """A partition of the rows by their nearest centroid.

    centroids: (m, d) float32, in the space of `Vectors.take`.
    order: (n,) int32 rows, cell by cell, in table order within a cell.
    starts: (m + 1,) int64; cell c holds order[starts[c]:starts[c + 1]].
    """

    centroids: np.ndarray
    order: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.centroids)

    def members(self, cell: int) -> np.ndarray:
        """(size,) int32 rows of one cell."""
        return self.order[self.starts[cell] : self.starts[cell + 1]]

    def homes(self) -> np.ndarray:
        """(n,) int32 the cell of every row."""
        homes = np.empty(len(self.order), dtype=np.int32)
        homes[self.order] = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))
        return homes


def cells_from_homes(centroids: np.ndarray, homes: np.ndarray) -> Cells:
    """Cells whose members are known."""
    order = np.argsort(homes, kind="stable").astype(np.int32)
    starts = np.zeros(len(centroids) + 1, dtype=np.int64)
    np.cumsum(np.bincount(homes, minlength=len(centroids)), out=starts[1:])
    return Cells(centroids, order, starts)


def nearest_cells(
    vectors: Vectors, centroids: np.ndarray, rows: np.ndarray, count: int
) -> np.ndarray:
    """(len(rows), count) int32 the nearest cells of some rows, nearest first."""
    m, half = len(centroids), _halves(vectors, centroids)
    # The loops over tiles never offer a row to itself, so cells are numbered where no row is.
    numbers = np.arange(m, dtype=np.int32) + len(rows)
    nearest = np.full((len(rows), count), -1, dtype=np.int32)
    closest = np.full((len(rows), count), -np.inf, dtype=np.float32)
    places = np.arange(len(rows), dtype=np.int32)
    for block in row_blocks(len(rows), floats_per_row=m + vectors.width):
        products = np.empty((block.stop - block.start, m), dtype=np.float32)
        multiply(vectors.take(rows[block]), centroids, products)
        none = np.zeros(len(products), dtype=np.float32)
        offer_to_rows(products, places[block], numbers, none, half, closest, nearest)
    return nearest - len(rows)


def recall_by_probes(
    vectors: Vectors,
    centroids: np.ndarray,
    homes: np.ndarray,
    rows: np.ndarray,
    true: np.ndarray,
    *,
    mutual: bool = True,
) -> np.ndarray:
    """(m,) float64: recall on a sample when every row looks into its 1, 2, … m nearest cells.

    homes: (n,) the cell of every row; rows: (s,) sample; true: (s, k) its true neighbours.
    mutual: a pair is found when either of the two looks into the other's cell; else the row has to.
    """
    k = true.shape[1]
    seen = _cell_ranks(vectors, centroids, np.repeat(rows, k), homes[true.ravel()])
    if mutual:
        back = _cell_ranks(vectors, centroids, true.ravel(), np.repeat(homes[rows], k))
        seen = np.minimum(seen, back)
    return np.cumsum(np.bincount(seen, minlength=len(centroids))) / true.size


def visits(near: np.ndarray, count: int) -> Iterator[tuple[int, np.ndarray, int]]:
    """Cell by cell: its number, the places in `near` of who looks into it, visits before it.

    near: (r, probes) int32 cells of `count`; a cell nobody looks into does not come.
    """
    guests = np.argsort(near, axis=None, kind="stable").astype(np.int32)
    starts = np.searchsorted(near.ravel()[guests], np.arange(count + 1))
    for cell in np.flatnonzero(np.diff(starts)):
        visitors = guests[starts[cell] : starts[cell + 1]] // near.shape[1]
        yield int(cell), visitors, int(starts[cell])


def offer_cells(
    vectors: Vectors,
    cells: Cells,
    rows: np.ndarray,
    near: np.ndarray,
    closest: np.ndarray,
    who: np.ndarray,
    progress: Callable[[str, int, int], None],
) -> None:
    """Offer `rows` the members of the cells near them, and the members these rows.

    rows: (r,) int32; near: (r, probes) int32 cells, as `nearest_cells` gives them.
    closest, who: (n, k) lists of the whole dataset, closest first, changed in place.
    """
    products = np.empty(TILE_ROWS * TILE_COLUMNS, dtype=np.float32)
    for cell, guests, met in visits(near, len(cells)):
        progress("neighbour graph", met, near.size)
        visitors, members = rows[guests], cells.members(cell)
        for left in range(0, len(members), TILE_COLUMNS):
            others = members[left : left + TILE_COLUMNS]
            columns = vectors.take(others)
            for top in range(0, len(visitors), TILE_ROWS):
                lot = visitors[top : top + TILE_ROWS]
                tile = products[: len(lot) * len(others)].reshape(len(lot), len(others))
                multiply(vectors.take(lot), columns, tile)
                lists = (lot, others, vectors.half[lot], vectors.half[others], closest, who)
                offer_to_rows(tile, *lists)
                offer_to_columns(tile, *lists)


def _cell_ranks(
    vectors: Vectors, centroids: np.ndarray, rows: np.ndarray, which: np.ndarray
) -> np.ndarray:
    """(len(rows),) int64: how many cells are nearer to each row than the one named for it."""
    half, m = _halves(vectors, centroids), len(centroids)
    ranks = np.empty(len(rows), dtype=np.int64)
    for block in row_blocks(len(rows), floats_per_row=m + vectors.width):
        closeness = np.empty((block.stop - block.start, m), dtype=np.float32)
        multiply(vectors.take(rows[block]), centroids, closeness)
        closeness -= half
        named = np.take_along_axis(closeness, which[block, None], axis=1)
        ranks[block] = (closeness > named).sum(axis=1)
    return ranks


def _halves(vectors: Vectors, centroids: np.ndarray) -> np.ndarray:
    if vectors.metric == "cosine":
        return np.zeros(len(centroids), dtype=np.float32)
    return np.square(centroids).sum(axis=1) / 2
