"""The graph within a memory budget: codes in memory choose candidates, the float32 rows rank them.

Rows come in parts. The vectors of a part are read in the order of the file, each row looks into
the cells near it, where the members are known by their codes; the vectors of all candidates of a
part are then read once, again in the order of the file. No list of all rows is kept but the graph.
"""

from collections.abc import Callable

import numpy as np

from index.budget import ROWS_PER_CENTROID, Plan
from index.cells import Cells, cells_from_homes, nearest_cells, recall_by_probes, visits
from index.centroids import centroids_of, default_cell_count
from index.codes import Codes, encode
from index.exact import drop_self, exact_lists_of
from index.lists import best_lists
from index.products import multiply
from index.recall import SAMPLE, recall_by_width, recall_of, sample_of
from index.tiles import offer_to_rows
from index.vectors import Vectors

TILE_ROWS, TILE_COLUMNS = 2_048, 1_024
"""8 MB of products."""
WIDEST = 20
"""Candidates at most, in multiples of k."""
LOSSES = (0.5, 0.1, 0.0)
"""Share of the neighbours that may be missed, which looking into few cells may take up; tried in
turn until the rest is enough for the codes."""
WORTH = 0.001
"""Recall below which more effort does not pay where the target is out of reach."""


def fill_lists(
    vectors: Vectors,
    searched: np.ndarray,
    plan: Plan,
    target_recall: float,
    seed: int,
    report: Callable[[str, int, int], None],
    neighbours: np.ndarray,
    distances: np.ndarray,
) -> tuple[float, int]:
    """Write the nearest of the rows `searched` among themselves; the recall, on how many rows.

    searched: int32 rows in table order, more than k.
    neighbours, distances: (n, k) lists of all rows, changed in place.
    """
    k = neighbours.shape[1]
    rows = searched[sample_of(len(searched), 2 * SAMPLE, seed)]
    report("neighbour graph: true neighbours of a sample", 0, 0)
    true = exact_lists_of(vectors, rows, k, searched)
    chosen, judged = slice(0, None, 2), slice(1, None, 2)
    report("neighbour graph: cells", 0, 0)
    count = default_cell_count(len(searched))
    centroids = centroids_of(vectors, searched, count, seed, rows_per_centroid=ROWS_PER_CENTROID)
    cells, homes = _sorted_into_cells(vectors, searched, centroids)
    stand_in: Vectors | Codes = vectors
    if plan.per_byte:
        report("neighbour graph: codes", 0, 0)
        stand_in = encode(vectors, searched, homes, centroids, per_byte=plan.per_byte, seed=seed)
    probes, width = _effort(
        vectors, rows[chosen], true[chosen], stand_in, cells, homes, target_recall
    )
    at_once = max(1, plan.room // _bytes_per_row(vectors.width, probes, width))
    for start in range(0, len(searched), at_once):
        report("neighbour graph", start, len(searched))
        # Rows of the same cells look into the same cells; read in the order of the file.
        lot = np.sort(cells.order[start : start + at_once])
        neighbours[lot], distances[lot] = _lists_of(vectors, lot, k, stand_in, cells, probes, width)
    recall = recall_of(vectors, rows[judged], neighbours[rows[judged]], true[judged])
    return recall, len(rows[judged])


def _lists_of(
    vectors: Vectors,
    lot: np.ndarray,
    k: int,
    stand_in: Vectors | Codes,
    cells: Cells,
    probes: int,
    width: int,
) -> tuple[np.ndarray, np.ndarray]:
    """(r, k) neighbours and distances of the rows `lot`. What it takes is free when it returns."""
    part = vectors.part(lot)
    who = candidates(part, lot, stand_in, cells, probes, width)
    return best_lists(vectors, part, who, k)


def _sorted_into_cells(
    vectors: Vectors, searched: np.ndarray, centroids: np.ndarray
) -> tuple[Cells, np.ndarray]:
    """The cells of the rows `searched`, and (n,) int32 the cell of every row."""
    nearest = nearest_cells(vectors, centroids, searched, 1)[:, 0]
    cells = cells_from_homes(centroids, nearest)
    homes = np.zeros(len(vectors), dtype=np.int32)
    homes[searched] = nearest
    return Cells(centroids, searched[cells.order], cells.starts), homes


def _effort(
    vectors: Vectors,
    rows: np.ndarray,
    true: np.ndarray,
    stand_in: Vectors | Codes,
    cells: Cells,
    homes: np.ndarray,
    target_recall: float,
) -> tuple[int, int]:
    """How many cells to look into, and how many candidates to rank, read off a sample of rows."""
    k = true.shape[1]
    widest = min(WIDEST * k, len(cells.order) - 1)
    by_probes = recall_by_probes(vectors, cells.centroids, homes, rows, true, mutual=False)
    part = vectors.part(rows)
    reached: list[tuple[float, int, int]] = []
    for share in LOSSES:
        wanted = 1 - share * (1 - target_recall)
        probes = min(int(np.searchsorted(by_probes, wanted)) + 1, len(cells))
        who = candidates(part, rows, stand_in, cells, probes, widest)
        by_width = recall_by_width(vectors, rows, who, true)
        width = int(np.searchsorted(by_width, min(target_recall, by_width[-1] - WORTH))) + 1
        reached.append((float(by_width[-1]), probes, max(k, width)))
        if by_width[-1] >= target_recall:
            break
    best = max(reached)[0]
    return next(effort[1:] for effort in reached if effort[0] >= best - WORTH)


def _bytes_per_row(d: int, probes: int, width: int) -> int:
    """What one row takes while its candidates are found and ranked."""
    return 4 * d + 28 * probes + 28 * width


def candidates(
    part: Vectors,
    rows: np.ndarray,
    stand_in: Vectors | Codes,
    cells: Cells,
    probes: int,
    width: int,
) -> np.ndarray:
    """(r, width) int32 rows near each of `rows` (r,), closest first as `stand_in` has them.

    part: the vectors of `rows`, in memory. -1 = none; a row is not among its own.
    """
    r = len(rows)
    near = nearest_cells(part, cells.centroids, np.arange(r, dtype=np.int32), probes)
    closest = np.full((r, width + 1), -np.inf, dtype=np.float32)
    who = np.full((r, width + 1), -1, dtype=np.int32)
    products = np.empty(TILE_ROWS * TILE_COLUMNS, dtype=np.float32)
    for cell, visitors, _ in visits(near, len(cells)):
        members = cells.members(cell)
        for left in range(0, len(members), TILE_COLUMNS):
            others = members[left : left + TILE_COLUMNS]
            columns, half = stand_in.take(others), stand_in.half[others]
            # The loops over tiles never offer a row to itself; see `exact_lists_of`.
            numbers = others + np.int32(r)
            for top in range(0, len(visitors), TILE_ROWS):
                lot = visitors[top : top + TILE_ROWS]
                tile = products[: len(lot) * len(others)].reshape(len(lot), len(others))
                multiply(part.take(lot), columns, tile)
                offer_to_rows(tile, lot, numbers, part.half[lot], half, closest, who)
    return np.maximum(drop_self(who - np.int32(r), rows), -1)
