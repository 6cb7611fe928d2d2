"""Where the cells are: k-means centroids of a sample of rows. Imports faiss."""

import faiss
import numpy as np

from index.cells import Cells, cells_from_homes, nearest_cells
from index.vectors import Vectors

ROWS_PER_CELL = 700
ROWS_PER_CENTROID = 50


def default_cell_count(n: int) -> int:
    """How many cells n rows are sorted into."""
    return max(1, n // ROWS_PER_CELL)


def make_cells(vectors: Vectors, seed: int = 0) -> Cells:
    """All rows by their nearest centroid."""
    every_row = np.arange(len(vectors), dtype=np.int32)
    centroids = centroids_of(vectors, every_row, default_cell_count(len(vectors)), seed)
    return cells_from_homes(centroids, nearest_cells(vectors, centroids, every_row, 1)[:, 0])


def centroids_of(
    vectors: Vectors,
    among: np.ndarray,
    count: int,
    seed: int,
    *,
    rows_per_centroid: int = ROWS_PER_CENTROID,
) -> np.ndarray:
    """(count, d) float32 k-means centroids of a sample of the rows `among` (Lloyd, 1982)."""
    rng = np.random.default_rng(seed)
    size = min(len(among), count * rows_per_centroid)
    sample = vectors.take(among[np.sort(rng.choice(len(among), size, replace=False))])
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
