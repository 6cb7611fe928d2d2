"""Single queries against brute force: plain, filtered, by several rows, and the furthest."""

import numpy as np
import pytest

from index.lookup import make_lookup

N, D = 3_000, 12


@pytest.fixture(params=["cosine", "euclidean"])
def metric(request):
    """Both metrics."""
    return request.param


@pytest.fixture
def embeddings():
    """Clusters with duplicates and a few rows of zeros."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, D))[rng.integers(0, 40, N)] + 0.2 * rng.normal(size=(N, D))
    rows[1000:1010] = rows[0]
    rows[2000:2005] = 0
    return rows.astype(np.float32)


def brute(embeddings, vector, metric):
    """(n,) distances in double precision."""
    a, b = embeddings.astype(np.float64), np.asarray(vector, dtype=np.float64)
    if metric == "euclidean":
        return np.linalg.norm(a - b, axis=1)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b)
    return 1 - np.divide(a @ b, lengths, out=np.zeros(len(a)), where=lengths > 0)


def test_a_row_finds_its_nearest_others(embeddings, metric):
    """Duplicates first, in table order, and never the row itself."""
    near = make_lookup(embeddings, metric=metric).near_row(0, 15)
    expected = np.delete(brute(embeddings, embeddings[0], metric), 0)

    assert near.rows[:10].tolist() == list(range(1000, 1010))
    np.testing.assert_allclose(near.distances, np.sort(expected)[:15], atol=2e-6)


def test_a_filter_still_returns_k(embeddings, metric, monkeypatch):
    """Only 30 rows count, far from the query: k come, and they are the nearest of those."""
    monkeypatch.setattr("index.lookup.CANDIDATES", 200)
    among = np.zeros(N, dtype=bool)
    among[np.random.default_rng(1).choice(N, 30, replace=False)] = True
    near = make_lookup(embeddings, metric=metric).near_vector(embeddings[7], 15, among)
    expected = np.sort(brute(embeddings, embeddings[7], metric)[among])[:15]

    assert among[near.rows].all()
    np.testing.assert_allclose(near.distances, expected, atol=2e-6)


def test_fewer_rows_than_k_come_back_all(embeddings, metric):
    """Three rows count and ten are asked for: three."""
    among = np.zeros(N, dtype=bool)
    among[[5, 6, 7]] = True
    near = make_lookup(embeddings, metric=metric).near_vector(embeddings[5], 10, among)

    assert sorted(near.rows.tolist()) == [5, 6, 7]


def test_several_rows_ask_with_their_mean_and_are_left_out(embeddings, metric):
    """The ticked rows are not among the answers."""
    lookup = make_lookup(embeddings, metric=metric)
    ticked = np.array([3, 4, 5])
    ready = embeddings[ticked].astype(np.float64)
    if metric == "cosine":
        ready /= np.linalg.norm(ready, axis=1, keepdims=True)
    expected = np.delete(brute(embeddings, ready.mean(axis=0), metric), ticked)
    near = lookup.near_rows(ticked, 8)

    assert not set(near.rows) & set(ticked)
    np.testing.assert_allclose(near.distances, np.sort(expected)[:8], atol=2e-6)


def test_the_furthest_come_furthest_first(embeddings, metric):
    """Least similar: the other end of the same distances."""
    far = make_lookup(embeddings, metric=metric).far_from_vector(embeddings[9], 12)
    expected = np.sort(brute(embeddings, embeddings[9], metric))[::-1][:12]

    np.testing.assert_allclose(far.distances, expected, atol=2e-6)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_tiny_datasets_answer_too(n, metric):
    """Fewer rows than cells or than k."""
    lookup = make_lookup(np.eye(n, 4, dtype=np.float32), metric=metric)

    assert len(lookup.near_row(0, 10).rows) == n - 1
    assert len(lookup.near_vector(np.ones(4), 10).rows) == n
