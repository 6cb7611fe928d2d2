"""Build the neighbour graph. The only file that imports faiss."""

from collections.abc import Callable, Iterator

import faiss
import numpy as np

from index.graph import Metric, NeighbourGraph
from store.errors import UserError

BLOCK_MEGABYTES = 128


def build_graph(
    embeddings: np.ndarray,
    *,
    k: int = 15,
    metric: Metric = "cosine",
    progress: Callable[[str, int, int], None] | None = None,
) -> NeighbourGraph:
    """The exact k nearest other rows of every row, ties in table order.

    embeddings: (n, d) float32. A vector of zeros has cosine distance 1 to every row.
    Rows that do not exist (k > n - 1) are -1 at distance inf.
    progress: called with (stage, rows done, rows); may raise to cancel.
    Raises UserError for k < 1 or an unknown metric.
    """
    if k < 1:
        raise UserError(
            f"A neighbour graph with k = {k} has no neighbours; ask for k of 1 or more."
        )
    if metric not in ("cosine", "euclidean"):
        raise UserError(f"The metric is {metric!r}; 'cosine' or 'euclidean' was expected.")
    n, d = embeddings.shape
    vectors = np.ascontiguousarray(embeddings, dtype=np.float32)
    if metric == "cosine":
        vectors = unit_rows(vectors)
    neighbours = np.full((n, k), -1, dtype=np.int64)
    distances = np.full((n, k), np.inf, dtype=np.float32)
    found = min(k, n - 1)
    for rows in row_blocks(n, floats_per_row=(found + 1) * d) if found else ():
        if progress is not None:
            progress("neighbour graph", rows.start, n)
        candidates = _nearest_other_rows(vectors, rows, found, metric)
        exact = _distances(vectors, rows, candidates, metric)
        # Sorted by (distance, row): without this, ties come in whatever order faiss met them.
        order = np.lexsort((candidates, exact), axis=-1)
        neighbours[rows, :found] = np.take_along_axis(candidates, order, axis=1)
        distances[rows, :found] = np.take_along_axis(exact, order, axis=1)
    if progress is not None:
        progress("neighbour graph", n, n)
    return NeighbourGraph(neighbours, distances, metric, recall=1.0)


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """(n, d) float32 rows of length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def row_blocks(n: int, *, floats_per_row: int) -> Iterator[slice]:
    """Cut n rows into slices whose float32 buffers stay within BLOCK_MEGABYTES."""
    step = max(1, min(16_384, BLOCK_MEGABYTES * 2**20 // (4 * max(1, floats_per_row))))
    for start in range(0, n, step):
        yield slice(start, min(n, start + step))


def _nearest_other_rows(vectors: np.ndarray, rows: slice, k: int, metric: Metric) -> np.ndarray:
    kind = faiss.METRIC_INNER_PRODUCT if metric == "cosine" else faiss.METRIC_L2
    _, found = faiss.knn(vectors[rows], vectors, k + 1, metric=kind)
    # Drop self wherever it is: with exact duplicates it need not come first,
    # and with more than k duplicates it need not come at all.
    is_self = found == np.arange(rows.start, rows.stop)[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    return found[~is_self].reshape(len(found), k)


def _distances(
    vectors: np.ndarray, rows: slice, candidates: np.ndarray, metric: Metric
) -> np.ndarray:
    """Distances from differences: faiss's products lose half the digits of a distance near 0."""
    difference = vectors[candidates] - vectors[rows][:, None, :]
    squared = np.einsum("nkd,nkd->nk", difference, difference)
    if metric == "euclidean":
        return np.sqrt(squared)
    halved: np.ndarray = squared / 2
    # Half the squared difference is 1 - cosine for unit vectors only.
    is_zero = (vectors == 0).all(axis=1)
    halved[is_zero[candidates] | is_zero[rows][:, None]] = 1.0
    return halved
