"""How many of the true neighbours were found, measured on a sample of rows."""

import numpy as np

from index.tiles import exact_distances
from index.vectors import Vectors

SAMPLE = 500
"""Rows whose true neighbours are known: recall is known to about half a point."""


def sample_of(n: int, size: int, seed: int) -> np.ndarray:
    """(size,) int32 rows to measure recall on, in table order."""
    # Not the stream that draws the rows for the centroids: rows the centroids were fitted to
    # are found more often than others, and recall measured on them is too high.
    rng = np.random.default_rng([seed, 1])
    return np.sort(rng.choice(n, min(n, size), replace=False)).astype(np.int32)


def recall_of(vectors: Vectors, rows: np.ndarray, found: np.ndarray, true: np.ndarray) -> float:
    """Share of the true neighbours that were found; one that is as near as the k-th counts.

    rows: (s,); found, true: (s, k) rows, -1 = none.
    """
    return float(recall_by_width(vectors, rows, found, true)[-1])


def recall_by_width(
    vectors: Vectors, rows: np.ndarray, found: np.ndarray, true: np.ndarray
) -> np.ndarray:
    """(width,) float64 recall if only the first 1, 2, … of the candidates `found` counted.

    rows: (s,); found: (s, width), -1 = none; true: (s, k).
    """
    is_cosine = vectors.metric == "cosine"
    gaps, furthest = (
        exact_distances(vectors.embeddings, vectors.lengths, rows, who.astype(np.int32), is_cosine)
        for who in (found, true)
    )
    furthest = furthest.max(axis=1, keepdims=True)
    # float32 products order rows whose distances differ in the last digits either way.
    near = gaps <= furthest * (1 + 1e-4) + 1e-6
    return np.minimum(np.cumsum(near, axis=1), true.shape[1]).mean(axis=0) / true.shape[1]
