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


def recall(grown, fresh) -> float:
    """Share of the grown graph's neighbours that are as near as the fresh one's k-th."""
    return float((grown.distances <= fresh.distances[:, -1:] * (1 + 1e-5) + 1e-7).mean())


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_added_rows_find_and_are_found(metric):
    """Five per cent new rows: within half a point of a graph built anew, the new ones too."""
    whole = clustered(N, seed=0)
    old = N - 150
    graph = build_graph(whole[:old], k=K, metric=metric)
    cells = make_lookup(whole[:old], metric=metric).cells
    grown, more = grow_graph(graph, cells, whole)
    fresh = build_graph(whole, k=K, metric=metric)

    assert np.isnan(grown.recall)
    assert recall(grown, fresh) > 0.995
    assert (grown.distances[old:] <= fresh.distances[old:, -1:] + 1e-6).mean() > 0.995
    assert (grown.neighbours[:old] >= old).any()
    assert (np.diff(grown.distances, axis=1) >= 0).all()
    assert len(more.order) == N


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
