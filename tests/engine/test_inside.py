"""Points in polygons against exact arithmetic on fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inside import inside

WHOLE = st.integers(-4, 4)
"""Few places: points on corners, on edges and level with them are frequent."""
CORNERS = st.lists(st.tuples(WHOLE, WHOLE), min_size=3, max_size=9)
GRID = np.array([(x / 2, y / 2) for x in range(-10, 11) for y in range(-10, 11)])


def crossed(point, corners) -> bool:
    """Whether a ray to the right crosses an odd number of edges, in exact arithmetic."""
    x, y = (Fraction(float(one)) for one in point)
    odd = False
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        (ax, ay), (bx, by) = (
            (Fraction(float(x0)), Fraction(float(y0))),
            (
                Fraction(float(x1)),
                Fraction(float(y1)),
            ),
        )
        if (ay <= y) != (by <= y):
            odd ^= ax + (y - ay) * (bx - ax) / (by - ay) > x
    return odd


@settings(max_examples=150, deadline=None)
@given(CORNERS)
def test_the_same_points_as_exact_arithmetic_finds(corners):
    """Self-crossing, level edges, repeated corners, points on corners and on edges."""
    found = inside(GRID.astype(np.float32), np.array(corners))

    assert found.tolist() == [crossed(point, corners) for point in GRID]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_same_points_with_corners_between_the_points(seed):
    """Corners as a browser sends them: float32, anywhere, and a hundred of them."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(60, 2)).astype(np.float32)
    corners = rng.normal(size=(100, 2)).astype(np.float32)

    assert inside(points, corners).tolist() == [crossed(point, corners) for point in points]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_neighbours_share_no_point(seed):
    """Four triangles around a float32 place fill a square: every point is in exactly one."""
    rng = np.random.default_rng(seed)
    middle = rng.uniform(0.1, 0.9, size=2).astype(np.float32)
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
    share = rng.uniform(size=(40, 1)).astype(np.float32)
    on_edges = np.vstack([middle * share + corner * (1 - share) for corner in square])
    within = (on_edges >= 0).all(axis=1) & (on_edges < 1).all(axis=1)
    points = on_edges[within]
    triangles = [
        np.array([square[one], square[(one + 1) % 4], middle], dtype=np.float32) for one in range(4)
    ]

    assert sum(inside(points, triangle).astype(int) for triangle in triangles).tolist() == (
        [1] * len(points)
    )


def test_fewer_than_three_corners_hold_nothing():
    """Nor does a line there and back."""
    points = np.array([[0.0, 0.0], [0.5, 0.0]])

    assert not inside(points, np.zeros((0, 2))).any()
    assert not inside(points, np.array([[0, 0], [1, 0]])).any()
    assert not inside(points, np.array([[0, 0], [1, 0], [0, 0]])).any()


def test_more_points_than_a_block():
    """Every block is looked at, also the last one, which is not full."""
    points = np.zeros((200_000, 2), dtype=np.float32)
    points[::3] = 5

    found = inside(points, np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]))

    assert found.tolist() == (points[:, 0] == 0).tolist()
