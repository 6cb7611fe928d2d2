"""Two coordinates per row for the map: principal components at once, UMAP from the ready graph."""

import warnings
from collections.abc import Callable

import numpy as np

from index.graph import NeighbourGraph


def pca_layout(embeddings: np.ndarray) -> np.ndarray:
    """(n, 2) float32: the first two principal components.

    Source: Pearson, On lines and planes of closest fit to systems of points in space, 1901.

    The same picture every time: scikit-learn fixes the signs."""
    from sklearn.decomposition import PCA

    n, d = embeddings.shape
    layout = np.zeros((n, 2), dtype=np.float32)
    parts = min(2, n - 1, d)
    if parts:
        layout[:, :parts] = PCA(parts, random_state=0).fit_transform(embeddings)
    return layout


def umap_layout(
    embeddings: np.ndarray,
    graph: NeighbourGraph,
    *,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> np.ndarray:
    """(n, 2) float32: UMAP (McInnes, Healy, Melville, UMAP: Uniform Manifold Approximation and
    Projection for Dimension Reduction, 2018) of the given graph; no second neighbour search.

    It starts from `pca_layout`, so the picture unfolds from the first one. Below ten rows there
    is no neighbourhood worth unfolding and the principal components are returned.
    """
    start = pca_layout(embeddings)
    n = len(embeddings)
    k = min(graph.k, n - 1)
    if n < 10 or k < 2:
        return start
    if progress is not None:
        progress("map layout", 0, 0)
    import umap  # takes 5 s to import, so only when it is used

    # umap counts every row as its own first neighbour.
    rows = np.arange(n)[:, None]
    indices = np.concatenate([rows, graph.neighbours[:, :k]], axis=1)
    distances = np.concatenate([np.zeros((n, 1), np.float32), graph.distances[:, :k]], axis=1)
    spread = np.abs(start).max() or 1.0
    with warnings.catch_warnings():
        # No transform of new rows is asked for, and a fixed seed is meant to be one thread.
        warnings.filterwarnings("ignore", message="precomputed_knn")
        warnings.filterwarnings("ignore", message="n_jobs value")
        layout = umap.UMAP(
            n_neighbors=k + 1,
            precomputed_knn=(indices, distances),
            metric=graph.metric,
            init=start * (10.0 / spread),
            random_state=seed,
        ).fit_transform(embeddings)
    if progress is not None:
        progress("map layout", n, n)
    return np.ascontiguousarray(layout, dtype=np.float32)
