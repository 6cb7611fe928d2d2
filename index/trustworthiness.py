"""How far to trust a map: are rows that lie side by side on it near each other in truth?"""

from collections.abc import Callable

import numpy as np

from index.graph import Metric
from index.vectors import Vectors, as_vectors, row_blocks

SAMPLE = 2_000


def trustworthiness(
    embeddings: np.ndarray,
    layout: np.ndarray,
    *,
    metric: Metric,
    k: int = 15,
    sample: int = SAMPLE,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> float:
    """1 = every neighbour on the map is a true one; about 0.5 = the map is drawn at random.

    Source: Venna, Kaski, Neighborhood preservation in nonlinear projection methods: an
    experimental study, 2001. Each of the k nearest on the map that is not among the k nearest in
    truth costs the number of places it came too early.

    embeddings: (n, d); layout: (n, 2). nan below three rows.
    k: lowered to less than half of the rows, beyond which the measure is not defined.
    sample: rows whose neighbours are judged, drawn by `seed`; they are compared with all n rows.
    progress: called with (stage, rows done, n); may raise to stop.
    Distance ties count in favour of the map.
    """
    n = len(embeddings)
    k = min(k, (n - 1) // 2)
    if k < 1:
        return float("nan")
    rows = np.arange(n)
    if sample < n:
        rows = np.sort(np.random.default_rng(seed).choice(n, sample, replace=False))
    near = _nearest_on_the_map(layout, rows, k)
    ranks = _true_ranks(as_vectors(embeddings, metric), rows, near, progress or _silent)
    worst = len(rows) * k * (2 * n - 3 * k - 1)
    return float(1 - 2 * np.maximum(ranks - k, 0).sum() / worst)


def _nearest_on_the_map(layout: np.ndarray, rows: np.ndarray, k: int) -> np.ndarray:
    """(len(rows), k) other rows, by exact search: products would lose the digits that matter."""
    from scipy.spatial import cKDTree

    _, found = cKDTree(layout).query(layout[rows], k + 1)
    # Among rows at one place self need not come first, nor at all; then the last goes.
    is_self = found == rows[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    return found[~is_self].reshape(len(rows), k)


def _true_ranks(
    vectors: Vectors, rows: np.ndarray, near: np.ndarray, progress: Callable[[str, int, int], None]
) -> np.ndarray:
    """(s, k) int64: the how-manieth nearest row of rows[i] is near[i, j] in truth, from 1."""
    block, n = vectors.take(rows), len(vectors)
    own = np.empty(near.shape, dtype=np.float32)
    for part in row_blocks(len(rows), floats_per_row=near.shape[1] * vectors.width):
        others = vectors.take(near[part].ravel()).reshape(*near[part].shape, -1)
        own[part] = np.einsum("sd,skd->sk", block[part], others)
    own -= vectors.half[near]
    # Each against the others of its own row: by the same sums, so that nothing beats itself.
    ranks = 1 + (own[:, None, :] > own[:, :, None]).sum(axis=2)
    taken = np.concatenate([rows[:, None], near], axis=1)
    for columns in row_blocks(n, floats_per_row=len(rows) + vectors.width):
        progress("trustworthiness of the map", columns.start, n)
        closeness = block @ vectors.take(columns).T - vectors.half[columns]
        at, place = np.nonzero((taken >= columns.start) & (taken < columns.stop))
        closeness[at, taken[at, place] - columns.start] = -np.inf
        for j in range(near.shape[1]):
            ranks[:, j] += np.count_nonzero(closeness > own[:, j, None], axis=1)
    return ranks


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
