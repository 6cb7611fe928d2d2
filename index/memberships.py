"""How strongly rows belong together: UMAP's fuzzy graph, read off a neighbour graph."""

import numba
import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from index.graph import NeighbourGraph


def memberships(graph: NeighbourGraph) -> coo_matrix:
    """(n, n) symmetric, weights in (0, 1]: the fuzzy union of every row's own view.

    Source: McInnes, Healy, Melville, UMAP: Uniform Manifold Approximation and Projection for
    Dimension Reduction, 2018, section 3.1. The same numbers as umap-learn's
    `fuzzy_simplicial_set`, which counts a row as its own first neighbour.
    """
    n, k = graph.neighbours.shape
    weights = _weights(graph.distances)
    there = graph.neighbours >= 0
    rows = np.repeat(np.arange(n, dtype=np.int32), k).reshape(n, k)
    columns = graph.neighbours.astype(np.int32)
    one_way = csr_matrix((weights[there], (rows[there], columns[there])), shape=(n, n))
    other_way = one_way.T.tocsr()
    union = (one_way + other_way - one_way.multiply(other_way)).tocoo()
    union.eliminate_zeros()
    return union


@numba.njit(nogil=True, cache=True)
def _weights(distances: np.ndarray) -> np.ndarray:
    """(n, k) float32: 1 at the nearest, then falling so that each row's sum is log2(k + 1).

    Missing neighbours (inf) weigh 0.
    """
    n, k = distances.shape
    weights = np.zeros((n, k), dtype=np.float32)
    total, count = 0.0, n
    for row in range(n):
        for distance in distances[row]:
            if distance < np.inf:
                total += distance
                count += 1
    for row in range(n):
        nearest, own_total, own_count = 0.0, 0.0, 1
        for distance in distances[row]:
            if distance < np.inf:
                own_total += distance
                own_count += 1
                if nearest == 0:
                    nearest = distance
        low, width, high = 0.0, 1.0, np.inf
        for _ in range(64):
            filled = 0.0
            for distance in distances[row]:
                beyond = distance - nearest
                filled += np.exp(-beyond / width) if beyond > 0 else 1.0
            if abs(filled - np.log2(k + 1)) < 1e-5:
                break
            if filled > np.log2(k + 1):
                high = width
            else:
                low = width
            width = 2 * width if high == np.inf else (low + high) / 2
        # Among many equal distances no width fills the sum; one that is tiny would cut the rest.
        least = own_total / own_count if nearest > 0 else total / count
        width = max(width, 1e-3 * least)
        for place in range(k):
            beyond = distances[row, place] - nearest
            weights[row, place] = np.exp(-beyond / width) if beyond > 0 else 1.0
    return weights
