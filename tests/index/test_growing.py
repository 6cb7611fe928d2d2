"""A grown graph against one built anew."""

import numpy as np
import pytest

from index.growing import grow_graph
from index.lookup import make_lookup
from index.search import build_graph
from store.errors import UserError

N, K = 3_000, 10


def clustered(n: int, seed: int) -> np.ndarray:
    """Rows around fifty centres that are the same for every seed."""
    centres = np.random.default_rng(99).normal(size=(50, 16))
    rng = np.random.default_rng(seed)
    return (centres[rng.integers(0, 50, n)] + 0.3 * rng.normal(size=(n, 16))).astype(np.float32)


def made(kind: str, n: int) -> np.ndarray:
    """Rows with clusters, without, and a quarter of them copies of others."""
    if kind == "clustered":
        return clustered(n, seed=0)
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(n, 12)).astype(np.float32)
    if kind == "duplicated":
        rows[rng.choice(n, n // 4, replace=False)] = rows[rng.integers(0, 50, n // 4)]
    return rows


def recall(graph, exact) -> float:
    """Share of a graph's neighbours that are as near as the true k-th."""
    return float((graph.distances <= exact.distances[:, -1:] * (1 + 1e-4) + 1e-6).mean())


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("kind", ["normal", "clustered", "duplicated"])
def test_grown_is_within_half_a_point_of_anew_and_says_so(kind, metric, monkeypatch):
    """Three per cent new rows, thirty cells: they find and are found, and it is measured."""
    monkeypatch.setattr("index.centroids.ROWS_PER_CELL", 100)
    whole = made(kind, N)
    old = N - 90
    graph = build_graph(whole[:old], k=K, metric=metric)
    cells = make_lookup(whole[:old], metric=metric).cells
    grown, more = grow_graph(graph, cells, whole)
    exact = build_graph(whole, k=K, metric=metric, target_recall=1)

    assert graph.recall_sample == exact.recall_sample == 0
    assert recall(grown, exact) > 0.995
    assert (grown.distances[old:] <= exact.distances[old:, -1:] + 1e-6).mean() > 0.97
    assert abs(grown.recall - recall(grown, exact)) < 0.005
    assert grown.recall_sample == 100
    assert (grown.neighbours[:old] >= old).any()
    assert (np.diff(grown.distances, axis=1) >= 0).all()
    assert len(more.order) == N


def test_what_growing_misses_is_measured(monkeypatch):
    """Half of the rows are new and look into one cell of thirty, no matter what: that is told."""
    monkeypatch.setattr("index.centroids.ROWS_PER_CELL", 100)
    monkeypatch.setattr("index.growing.CHOSEN", 1)
    whole = made("normal", N)
    graph = build_graph(whole[: N // 2], k=K)
    cells = make_lookup(whole[: N // 2]).cells
    grown, _ = grow_graph(graph, cells, whole, target_recall=0.01)
    truth = recall(grown, build_graph(whole, k=K, target_recall=1))

    assert truth < 0.9
    assert abs(grown.recall - truth) < 0.06


def test_a_graph_of_one_row_grows():
    """From none to some neighbours, and a lone row that changes stays alone."""
    one, two = np.eye(1, 4, dtype=np.float32), np.eye(2, 4, dtype=np.float32)
    graph, cells = build_graph(one, k=K), make_lookup(one).cells
    same, _ = grow_graph(graph, cells, -one, changed=np.array([0]))
    grown, _ = grow_graph(graph, cells, two)

    assert (same.neighbours == -1).all()
    assert grown.neighbours[:, 0].tolist() == [1, 0]
    assert grown.recall == 1


def test_a_replaced_row_leaves_its_old_neighbours():
    """A row that moved away is no neighbour of those it left, and they find another one."""
    before = clustered(N, seed=0)
    graph, cells = build_graph(before, k=K), make_lookup(before).cells
    after = before.copy()
    after[5] = -after[5]
    grown, _ = grow_graph(graph, cells, after, changed=np.array([5]))
    fresh = build_graph(after, k=K)

    np.testing.assert_allclose(grown.distances, fresh.distances, atol=1e-5)


def test_exact_copies_of_old_rows_are_their_neighbours():
    """A new duplicate is at distance 0 from its original, both ways."""
    before = clustered(N, seed=0)
    graph, cells = build_graph(before, k=K), make_lookup(before).cells
    grown, _ = grow_graph(graph, cells, np.concatenate([before, before[:3]]))

    assert grown.neighbours[:3, 0].tolist() == [N, N + 1, N + 2]
    assert grown.neighbours[N:, 0].tolist() == [0, 1, 2]
    assert (grown.distances[N:, 0] == 0).all()


def test_nothing_new_changes_nothing():
    """Growing by no row gives the same graph."""
    before = clustered(500, seed=0)
    graph, cells = build_graph(before, k=K), make_lookup(before).cells
    grown, _ = grow_graph(graph, cells, before)

    np.testing.assert_array_equal(grown.neighbours, graph.neighbours)
    assert grown.recall == graph.recall


def test_rows_cannot_be_taken_away():
    """Fewer embeddings than rows is a mistake with a sentence."""
    before = clustered(500, seed=0)
    graph, cells = build_graph(before, k=K), make_lookup(before).cells
    with pytest.raises(UserError, match="500 rows but the embeddings only 400"):
        grow_graph(graph, cells, before[:400])
