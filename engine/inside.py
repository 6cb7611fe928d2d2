"""Which points lie inside a polygon."""

import numpy as np

BLOCK = 65_536
"""Points at a time: what a core keeps near."""


def inside(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """(n,) bool by the even-odd rule: a ray to the right crosses an odd number of edges.

    points: (n, 2). polygon: (v, 2) corners, closed by itself; fewer than three hold nothing. The
    lower end of an edge belongs to it, the upper does not, so that polygons side by side share no
    point. Source: Shimrat, Algorithm 112, Communications of the ACM, 1962.

    >>> inside(np.array([[0.5, 0.5], [1.5, 0.5]]), np.array([[0, 0], [1, 0], [1, 1], [0, 1]]))
    array([ True, False])
    """
    found = np.zeros(len(points), dtype=bool)
    if len(polygon) < 3:
        return found
    corners = polygon.astype(np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    x, y = points[:, 0], points[:, 1]
    near = np.flatnonzero((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))
    starts, ends = corners, np.roll(corners, -1, axis=0)
    for start in range(0, len(near), BLOCK):
        rows = near[start : start + BLOCK]
        across, up = x[rows].astype(np.float64), y[rows].astype(np.float64)
        odd = np.zeros(len(rows), dtype=bool)
        for (x0, y0), (x1, y1) in zip(starts.tolist(), ends.tolist(), strict=True):
            if y0 == y1:
                continue
            crossed = np.flatnonzero((up >= min(y0, y1)) & (up < max(y0, y1)))
            at = x0 + (up[crossed] - y0) * ((x1 - x0) / (y1 - y0))
            odd[crossed] ^= across[crossed] < at
        found[rows] = odd
    return found
