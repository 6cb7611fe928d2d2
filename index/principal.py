"""Principal components, in two passes over blocks of rows: the embeddings are never copied."""

import numpy as np

from index.vectors import row_blocks

SMALL = 64
"""Columns up to which all eigenvectors are had at once; above, asking for two is the quickest."""


def principal_axes(embeddings: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(d,) centre and (d, count) unit axes along which the rows vary most, most first.

    Source: Pearson, On lines and planes of closest fit to systems of points in space, 1901.
    An axis points to where its largest loading is positive, as scikit-learn has it.
    """
    n, d = embeddings.shape
    centre, covariance = np.zeros(d), np.zeros((d, d))
    for rows in row_blocks(n, floats_per_row=d):
        centre += embeddings[rows].sum(axis=0, dtype=np.float64) / n
    centre = centre.astype(np.float32)
    for rows in row_blocks(n, floats_per_row=d):
        block = embeddings[rows] - centre
        covariance += block.T @ block
    axes = _leading(covariance, count)
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(count)]
    return centre, (axes * np.where(largest < 0, -1, 1)).astype(np.float32)


def _leading(symmetric: np.ndarray, count: int) -> np.ndarray:
    """(d, count) eigenvectors of the largest eigenvalues."""
    d = len(symmetric)
    if d <= SMALL or not symmetric.any():
        return np.linalg.eigh(symmetric)[1][:, ::-1][:, :count]
    from scipy.sparse.linalg import eigsh

    # A start drawn from a seed: ARPACK's own is another one in every call.
    start = np.random.default_rng(0).normal(size=d)
    values, vectors = eigsh(symmetric, k=count, which="LA", v0=start, tol=1e-6)
    return vectors[:, np.argsort(-values)]
