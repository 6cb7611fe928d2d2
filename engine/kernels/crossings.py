"""Compiled loop of `engine.inside`: how often a ray to the right crosses the edges of a polygon."""

import numba
import numpy as np

BANDS = 256
"""Level bands: a point is tested against the edges that pass through its own."""


@numba.njit(nogil=True, cache=True)
def odd_crossings(points: np.ndarray, edges: np.ndarray, low: float, high: float) -> np.ndarray:
    """(n,) bool whether a ray from the point to the right crosses an odd number of edges.

    points: (n, 2) float32. edges: (e, 4) float64 x, y of the lower end, which belongs to an edge,
    then of the upper one, which does not; none is level. low, high: y of the lowest and highest.

    >>> triangle = np.array([[0.0, 0, 1, 2], [2, 0, 1, 2]])
    >>> odd_crossings(np.array([[1, 1], [2, 1]], dtype=np.float32), triangle, 0.0, 2.0)
    array([ True, False])
    """
    scale = BANDS / (high - low)
    firsts = np.empty(len(edges), dtype=np.int64)
    lasts = np.empty(len(edges), dtype=np.int64)
    starts = np.zeros(BANDS + 1, dtype=np.int64)
    for edge in range(len(edges)):
        firsts[edge] = min(BANDS - 1, int((edges[edge, 1] - low) * scale))
        lasts[edge] = min(BANDS - 1, int((edges[edge, 3] - low) * scale))
        for band in range(firsts[edge], lasts[edge] + 1):
            starts[band + 1] += 1
    for band in range(BANDS):
        starts[band + 1] += starts[band]
    members = np.empty(starts[BANDS], dtype=np.int64)
    free = starts[:-1].copy()
    for edge in range(len(edges)):
        for band in range(firsts[edge], lasts[edge] + 1):
            members[free[band]] = edge
            free[band] += 1
    odd = np.zeros(len(points), dtype=np.bool_)
    for row in range(len(points)):
        x, y = np.float64(points[row, 0]), np.float64(points[row, 1])
        if not (y >= low and y < high):  # nor what is no number
            continue
        band = min(BANDS - 1, int((y - low) * scale))
        inside = False
        for place in range(starts[band], starts[band + 1]):
            edge = members[place]
            y0, y1 = edges[edge, 1], edges[edge, 3]
            if y >= y0 and y < y1:
                # Products, no quotient: of float32 they are exact, so that a point on an edge that
                # two polygons share is in one of them and not in both.
                x0 = edges[edge, 0]
                inside ^= (y - y0) * (edges[edge, 2] - x0) > (x - x0) * (y1 - y0)
        odd[row] = inside
    return odd
