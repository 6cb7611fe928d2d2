"""Query -> passage candidates, and who is near whom among the candidates of a query."""

from collections.abc import Callable, Iterator

import faiss
import numpy as np

BLOCK_BYTES = 64 * 2**20
QUERIES = 1_024
"""So many are searched for at once: between two blocks progress is told and a cancel is heard."""

Progress = Callable[[str, int, int], None]


def nearest_passages(
    queries: np.ndarray, passages: np.ndarray, k: int, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """(q, k) int64 passages of the highest inner product, highest first, and (q, k) float32 it.

    queries: (q, d), passages: (p, d) float32. Ties in the order of the passages; where there are
    fewer than k passages, as many as there are. Exact.
    """
    k = min(k, len(passages))
    found = np.empty((len(queries), k), dtype=np.int64)
    values = np.empty((len(queries), k), dtype=np.float32)
    for start in range(0, len(queries), QUERIES):
        progress("passages near each query", start, len(queries))
        block = np.ascontiguousarray(queries[start : start + QUERIES])
        some, who = faiss.knn(block, passages, k, metric=faiss.METRIC_INNER_PRODUCT)
        order = np.lexsort((who, -some), axis=1)
        found[start : start + QUERIES] = np.take_along_axis(who, order, axis=1)
        values[start : start + QUERIES] = np.take_along_axis(some, order, axis=1)
    return found, values


def best_of(scores: np.ndarray, k: int) -> np.ndarray:
    """(at most k,) int64 positions of the highest scores above 0, highest first, ties in order."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) > k:
        last = np.partition(scores[positive], len(positive) - k)[len(positive) - k]
        surely = positive[scores[positive] > last]
        tied = positive[scores[positive] == last][: k - len(surely)]
        positive = np.concatenate([surely, tied])
    return positive[np.lexsort((positive, -scores[positive]))]


def products_of(
    queries: np.ndarray, passages: np.ndarray, query: np.ndarray, passage: np.ndarray
) -> np.ndarray:
    """(n,) float32 inner products of pairs. query, passage: (n,) positions, in any order."""
    products = np.empty(len(query), dtype=np.float32)
    for block in _blocks(len(query), 8 * queries.shape[1]):
        left, right = queries[query[block]], passages[passage[block]]
        products[block] = np.einsum("nd,nd->n", left, right)
    return products


def near_within(
    passages: np.ndarray, passage: np.ndarray, starts: np.ndarray, k: int, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """(n, k) int64 the nearest other candidates of the same query, and (n, k) float32 distances.

    passages: (p, d) of length 1. passage: (n,) positions in it; the candidates of query i are the
    rows starts[i] to starts[i + 1]. Nearest first, ties in row order; -1 and inf where a query has
    fewer. Distance: 1 - cosine.
    """
    n, q = len(passage), len(starts) - 1
    neighbours = np.full((n, k), -1, dtype=np.int64)
    distances = np.full((n, k), np.inf, dtype=np.float32)
    for query in range(q):
        if query % 64 == 0:
            progress("passages near each other", query, q)
        first, last = int(starts[query]), int(starts[query + 1])
        few = min(k, last - first - 1)
        if few < 1:
            continue
        vectors = passages[passage[first:last]]
        for block in _blocks(last - first, 4 * (last - first)):
            cosines = vectors[block] @ vectors.T
            own = np.arange(block.start, block.stop)
            cosines[own - block.start, own] = -np.inf
            near = np.argpartition(-cosines, few - 1, axis=1)[:, :few]
            close = np.take_along_axis(cosines, near, axis=1)
            order = np.lexsort((near, -close), axis=1)
            rows = slice(first + block.start, first + block.stop)
            neighbours[rows, :few] = first + np.take_along_axis(near, order, axis=1)
            distances[rows, :few] = np.maximum(1 - np.take_along_axis(close, order, axis=1), 0)
    return neighbours, distances


def _blocks(n: int, bytes_per_row: int) -> Iterator[slice]:
    step = max(BLOCK_BYTES // max(bytes_per_row, 1), 1)
    return (slice(start, min(n, start + step)) for start in range(0, n, step))
