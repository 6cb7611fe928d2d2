"""Which points lie inside a polygon."""

import numpy as np


def inside(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """(n,) bool by the even-odd rule: a ray to the right crosses an odd number of edges.

    points: (n, 2) float32. polygon: (v, 2) corners, closed by itself; fewer than three hold
    nothing. The lower end of an edge belongs to it, the upper does not, and of the points on it
    those belong to the polygon on its right: polygons side by side share no point.
    Source: Shimrat, Algorithm 112, Communications of the ACM, 1962.

    >>> points = np.array([[0.5, 0.5], [1.5, 0.5]], dtype=np.float32)
    >>> inside(points, np.array([[0, 0], [1, 0], [1, 1], [0, 1]]))
    array([ True, False])
    """
    edges = _upward(polygon.astype(np.float64))
    if len(polygon) < 3 or not len(edges):
        return np.zeros(len(points), dtype=bool)
    # Compiled code takes a moment to load, so only when it is used.
    from engine.kernels.crossings import odd_crossings

    return odd_crossings(points, edges, edges[:, 1].min(), edges[:, 3].max())


def _upward(corners: np.ndarray) -> np.ndarray:
    """(e, 4) edges from the lower end to the upper one, whichever way round they go; level ones
    are never crossed."""
    ends = np.roll(corners, -1, axis=0)
    swapped = (corners[:, 1] > ends[:, 1])[:, None]
    lower, upper = np.where(swapped, ends, corners), np.where(swapped, corners, ends)
    return np.hstack([lower, upper])[lower[:, 1] < upper[:, 1]]
