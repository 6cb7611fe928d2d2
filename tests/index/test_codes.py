"""Codes decode to nearly the vectors they stand for."""

import numpy as np
import pytest

from index.codes import encode
from index.frugal import _sorted_into_cells
from index.vectors import as_vectors


def errors(rows, metric="euclidean"):
    """Mean squared error of each coarseness, over the variance."""
    vectors = as_vectors(rows.astype(np.float32), metric)
    among = np.arange(len(rows), dtype=np.int32)
    truth = vectors.take(among)
    centroids = truth[:: max(1, len(rows) // 4)][:4].copy()
    _, homes = _sorted_into_cells(vectors, among, centroids)
    made = [
        encode(vectors, among, homes, centroids, per_byte=per_byte, seed=0)
        for per_byte in (1, 2, 4, 8)
    ]
    variance = max(truth.var(), 1e-12)
    found = [np.square(one.take(among) - truth).mean() / variance for one in made]
    return [float(one) for one in found], made


@pytest.mark.parametrize(
    ("d", "metric"), [(1, "euclidean"), (7, "euclidean"), (7, "cosine"), (16, "cosine")]
)
def test_fewer_bytes_are_less_exact_but_never_wrong(d, metric):
    """One number to a byte errs by a thousandth of the variance at most, eight by two thirds."""
    rows = np.random.default_rng(0).normal(size=(3_000, d)) + 5
    found, made = errors(rows, metric)

    assert found[0] < 1e-3
    assert (np.diff(found) > -1e-3).all()
    assert found[-1] < 0.67
    assert [one.codes.shape[1] for one in made] == [-(-d // per) for per in (1, 2, 4, 8)]


def test_half_is_of_the_rows_as_they_are_decoded():
    """So that a product less both halves is minus half the squared distance of what is decoded."""
    _, made = errors(np.random.default_rng(1).normal(size=(500, 12)))
    for one in made:
        decoded = one.take(np.arange(500))
        np.testing.assert_allclose(one.half, (decoded**2).sum(axis=1) / 2, rtol=1e-5)


@pytest.mark.parametrize("n", [1, 2, 30])
def test_a_handful_and_constant_columns_can_be_encoded(n):
    """Fewer rows than entries, and numbers that are all the same: decoded as they are."""
    rows = np.random.default_rng(2).normal(size=(n, 6))
    rows[:, 2] = 3.0
    _, made = errors(rows + 1)

    for one in made:
        assert np.isfinite(one.take(np.arange(n))).all()
    np.testing.assert_allclose(
        made[0].take(np.arange(n))[:, 2], made[1].take(np.arange(n))[:, 2], atol=1e-5
    )


def test_far_from_the_origin_nothing_is_lost():
    """Centroids are taken off first."""
    found, _ = errors(np.random.default_rng(3).normal(size=(2_000, 8)) + 1_000)

    assert found[0] < 1e-3
