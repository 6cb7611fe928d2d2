"""Build the neighbour graph: exact while that is the fastest, else by cells. Imports faiss."""

from collections.abc import Callable

import faiss
import numpy as np

from index.cells import (
    Cells,
    cells_from_homes,
    nearest_cells,
    offer_cells,
    recall_by_probes,
)
from index.crowds import Crowds, find_crowds
from index.exact import drop_self, exact_lists, exact_lists_of
from index.gpu import gpu_available, gpu_lists
from index.graph import Metric, NeighbourGraph
from index.tiles import exact_distances
from index.vectors import Vectors, as_vectors, row_blocks
from store.errors import UserError

Progress = Callable[[str, int, int], None]

FLAT_UP_TO = 12_000
"""Up to here faiss compares all pairs: too little work to compile loops for. Not measured."""
EXACT_SHARE = 0.3
"""Share of all cells from which every pair is multiplied instead. One product serves both rows of a
pair there, so half is the most that could pay; the rest is a guess at what gathering costs."""
ROWS_PER_CELL = 700
ROWS_PER_CENTROID = 50
USUAL_PROBES = 8
"""Nearest cells found along with the first one: mostly enough, and then not searched again."""
SAMPLE = 500
"""Rows whose true neighbours are known: recall is known to about half a point."""


def build_graph(
    embeddings: np.ndarray,
    *,
    k: int = 15,
    metric: Metric = "cosine",
    target_recall: float = 0.99,
    seed: int = 0,
    progress: Progress | None = None,
) -> NeighbourGraph:
    """The k nearest other rows of every row.

    embeddings: (n, d) float32, memory-mapped or not. A row of zeros has cosine distance 1 to every
    row. Rows that do not exist (k > n - 1) are -1 at distance inf. Ties come in table order where
    the graph is exact.
    target_recall: in (0, 1]; 1 = exact. What was reached is measured and stated in the graph.
    progress: called with (stage, done, total); may raise to cancel.
    Raises UserError for k < 1, an unknown metric, a recall that is no share.
    """
    _check(k, metric, target_recall)
    report = progress or _silent
    vectors = as_vectors(embeddings, metric)
    crowds = find_crowds(vectors, k)
    if len(crowds.searched) < len(vectors):
        subset = as_vectors(vectors.embeddings[crowds.searched], metric)
        found = _search(subset, k, target_recall, seed, report)
        neighbours, distances = _with_crowds(found, crowds, len(vectors))
    else:
        found = _search(vectors, k, target_recall, seed, report)
        neighbours, distances = found.neighbours, found.distances
    report("neighbour graph", len(vectors), len(vectors))
    return NeighbourGraph(neighbours, distances, metric, found.recall, found.recall_sample)


def _search(
    vectors: Vectors, k: int, target_recall: float, seed: int, report: Progress
) -> NeighbourGraph:
    n = len(vectors)
    k_found = min(k, n - 1)
    if k_found < 1:
        none = np.full((n, k), -1, dtype=np.int64)
        return NeighbourGraph(none, np.full((n, k), np.inf, np.float32), vectors.metric, 1.0)
    recall, sample = 1.0, 0
    if n <= FLAT_UP_TO:
        who = _flat_lists(vectors, k_found, report)
    elif target_recall == 1:
        who = exact_lists(vectors, k_found, report)
    elif gpu_available():
        who = gpu_lists(vectors, k_found, report)
        # Candidates are chosen in half precision, so even a search of all pairs can miss some.
        rows = _sample_of(n, SAMPLE, seed)
        true = exact_lists_of(vectors, rows, k_found)
        recall, sample = recall_of(vectors, rows, who[rows], true), len(rows)
    else:
        who, recall, sample = _near_or_exact(vectors, k_found, target_recall, seed, report)
    neighbours, distances = sorted_lists(vectors, np.arange(n), who, k)
    return NeighbourGraph(neighbours, distances, vectors.metric, recall, sample)


def _near_or_exact(
    vectors: Vectors, k: int, target_recall: float, seed: int, report: Progress
) -> tuple[np.ndarray, float, int]:
    """Lists, their measured recall and on how many rows; by cells where few of them are enough."""
    n = len(vectors)
    rows = _sample_of(n, 2 * SAMPLE, seed)
    report("neighbour graph: true neighbours of a sample", 0, 0)
    true = exact_lists_of(vectors, rows, k)
    # One half of the sample chooses the number of cells, the other judges the result.
    chosen, judged = slice(0, None, 2), slice(1, None, 2)
    report("neighbour graph: cells", 0, 0)
    every_row = np.arange(n, dtype=np.int32)
    centroids = centroids_of(vectors, default_cell_count(n), seed)
    near = nearest_cells(vectors, centroids, every_row, min(USUAL_PROBES, len(centroids)))
    cells = cells_from_homes(centroids, near[:, 0])
    by_probes = recall_by_probes(vectors, cells, rows[chosen], true[chosen])
    probes = int(np.searchsorted(by_probes, target_recall)) + 1
    if probes > EXACT_SHARE * len(cells):
        return exact_lists(vectors, k, report), 1.0, 0
    closest = np.full((n, k), -np.inf, dtype=np.float32)
    who = np.full((n, k), -1, dtype=np.int32)
    if probes > near.shape[1]:
        near = nearest_cells(vectors, centroids, every_row, probes)
    offer_cells(vectors, cells, every_row, near[:, :probes], closest, who, report)
    recall = recall_of(vectors, rows[judged], who[rows[judged]], true[judged])
    return who, recall, len(rows[judged])


def default_cell_count(n: int) -> int:
    """How many cells n rows are sorted into."""
    return max(1, n // ROWS_PER_CELL)


def make_cells(vectors: Vectors, seed: int = 0) -> Cells:
    """All rows by their nearest centroid."""
    centroids = centroids_of(vectors, default_cell_count(len(vectors)), seed)
    every_row = np.arange(len(vectors), dtype=np.int32)
    return cells_from_homes(centroids, nearest_cells(vectors, centroids, every_row, 1)[:, 0])


def centroids_of(vectors: Vectors, count: int, seed: int) -> np.ndarray:
    """(count, d) float32 k-means centroids of a sample of rows (Lloyd, 1982)."""
    rng = np.random.default_rng(seed)
    size = min(len(vectors), count * ROWS_PER_CENTROID)
    sample = vectors.take(np.sort(rng.choice(len(vectors), size, replace=False)))
    means = faiss.Kmeans(
        vectors.width,
        count,
        niter=8,
        seed=seed,
        spherical=vectors.metric == "cosine",
        min_points_per_centroid=1,
    )
    means.train(np.ascontiguousarray(sample, dtype=np.float32))
    return np.array(means.centroids)


def _sample_of(n: int, size: int, seed: int) -> np.ndarray:
    """(size,) int32 rows to measure recall on, in table order."""
    # Not the stream that draws the rows for the centroids: rows the centroids were fitted to
    # are found more often than others, and recall measured on them is too high.
    rng = np.random.default_rng([seed, 1])
    return np.sort(rng.choice(n, min(n, size), replace=False)).astype(np.int32)


def recall_of(vectors: Vectors, rows: np.ndarray, found: np.ndarray, true: np.ndarray) -> float:
    """Share of the true neighbours that were found; one that is as near as the k-th counts."""
    is_cosine = vectors.metric == "cosine"
    gaps = [
        exact_distances(vectors.embeddings, vectors.lengths, rows, who.astype(np.int32), is_cosine)
        for who in (found, true)
    ]
    furthest = gaps[1].max(axis=1, keepdims=True)
    # float32 products order rows whose distances differ in the last digits either way.
    return float((gaps[0] <= furthest * (1 + 1e-4) + 1e-6).mean())


def sorted_lists(
    vectors: Vectors, rows: np.ndarray, who: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """(len(rows), k) int64 neighbours and float32 distances, by distance and then by row."""
    neighbours = np.full((len(rows), k), -1, dtype=np.int64)
    distances = np.full((len(rows), k), np.inf, dtype=np.float32)
    is_cosine = vectors.metric == "cosine"
    for block in row_blocks(len(rows), floats_per_row=4 * k):
        lists = who[block]
        gaps = exact_distances(
            vectors.embeddings, vectors.lengths, rows[block].astype(np.int32), lists, is_cosine
        )
        # Without the second key, ties come in whatever order they were met.
        order = np.lexsort((lists, gaps), axis=-1)
        width = slice(0, lists.shape[1])
        neighbours[block, width] = np.take_along_axis(lists, order, axis=1)
        distances[block, width] = np.take_along_axis(gaps, order, axis=1)
    return neighbours, distances


def _flat_lists(vectors: Vectors, k: int, report: Progress) -> np.ndarray:
    """(n, k) int32 by faiss, which compares every row with all."""
    everyone = vectors.take(slice(None))
    kind = faiss.METRIC_INNER_PRODUCT if vectors.metric == "cosine" else faiss.METRIC_L2
    lists = np.empty((len(vectors), k), dtype=np.int32)
    for rows in row_blocks(len(vectors), floats_per_row=len(vectors)):
        report("neighbour graph", rows.start, len(vectors))
        _, found = faiss.knn(everyone[rows], everyone, k + 1, metric=kind)
        lists[rows] = drop_self(found, np.arange(rows.start, rows.stop))
    return lists


def _with_crowds(found: NeighbourGraph, crowds: Crowds, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The lists of the searched rows and of the settled ones, in terms of all n rows."""
    k = found.k
    neighbours = np.full((n, k), -1, dtype=np.int64)
    distances = np.full((n, k), np.inf, dtype=np.float32)
    there = found.neighbours >= 0
    neighbours[crowds.searched] = np.where(there, crowds.searched[found.neighbours], -1)
    distances[crowds.searched] = found.distances
    neighbours[crowds.settled] = crowds.neighbours
    distances[crowds.settled] = crowds.apart[:, None]
    return neighbours, distances


def _check(k: int, metric: str, target_recall: float) -> None:
    if k < 1:
        raise UserError(f"A neighbour graph with k = {k} has no neighbours; ask for 1 or more.")
    if metric not in ("cosine", "euclidean"):
        raise UserError(f"The metric is {metric!r}; 'cosine' or 'euclidean' was expected.")
    if not 0 < target_recall <= 1:
        raise UserError(f"A recall of {target_recall} is no share; ask for more than 0, at most 1.")


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
