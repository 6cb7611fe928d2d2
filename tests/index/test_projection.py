"""Layouts: the right shape, no second neighbour search, and sane on tiny data."""

import warnings

import numpy as np
import pytest
from sklearn.decomposition import PCA

from index.graph import NeighbourGraph
from index.memberships import memberships
from index.projection import pca_layout, umap_layout
from index.search import build_graph
from index.trustworthiness import trustworthiness
from store.errors import Cancelled


def two_clouds(n: int) -> np.ndarray:
    """n points in 8 dimensions, the first half around -5 and the others around +5."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=(n, 8)) + np.where(np.arange(n) < n // 2, -5, 5)[:, None]).astype(
        np.float32
    )


def test_pca_separates_two_clouds_on_its_first_axis():
    """The first principal component of two clouds is the line between them."""
    layout = pca_layout(two_clouds(100))

    assert layout.shape == (100, 2)
    assert layout.dtype == np.float32
    assert len(set(np.sign(layout[:50, 0]))) == 1
    assert (np.sign(layout[:50, 0]) != np.sign(layout[50:, 0])).all()


def test_pca_of_one_column_leaves_the_second_axis_empty():
    """d = 1 has one component; the other coordinate is 0, not an error."""
    layout = pca_layout(np.arange(5, dtype=np.float32)[:, None])

    assert (layout[:, 1] == 0).all()


@pytest.mark.parametrize(("n", "d"), [(3, 2), (50, 8), (40, 100), (2_000, 300)])
def test_principal_components_are_those_of_scikit_learn(n, d):
    """Signs included; more rows than columns or fewer, far from the origin."""
    rng = np.random.default_rng(n)
    embeddings = (rng.normal(size=(n, d)) * np.geomspace(9, 1, d) + 20).astype(np.float32)
    expected = PCA(2, svd_solver="full").fit_transform(embeddings)

    np.testing.assert_allclose(pca_layout(embeddings), expected, atol=2e-3)


@pytest.mark.parametrize("n", [1, 2, 9])
def test_tiny_datasets_get_the_principal_components(n):
    """Below ten rows UMAP has nothing to unfold."""
    embeddings = two_clouds(n)

    np.testing.assert_array_equal(
        umap_layout(embeddings, build_graph(embeddings)), pca_layout(embeddings)
    )


def test_umap_follows_the_given_graph_and_not_the_vectors():
    """A graph that links each half to itself, over vectors of pure noise, gives two groups."""
    n, k = 120, 15
    rng = np.random.default_rng(0)
    half = n // 2
    own = [np.delete(np.arange(half) + row // half * half, row % half) for row in range(n)]
    neighbours = np.stack([rng.permutation(rows)[:k] for rows in own])
    graph = NeighbourGraph(
        neighbours, np.sort(rng.random((n, k)).astype(np.float32)), "cosine", 1.0
    )
    noise = rng.normal(size=(n, 8)).astype(np.float32)
    layout = umap_layout(noise, graph)
    centres = layout[:half].mean(0), layout[half:].mean(0)
    own = np.linalg.norm(layout[:half] - centres[0], axis=1)
    other = np.linalg.norm(layout[:half] - centres[1], axis=1)

    assert (own < other).mean() > 0.95


def test_the_same_seed_gives_the_same_map():
    """Two runs, one picture."""
    embeddings = two_clouds(60)
    graph = build_graph(embeddings)

    np.testing.assert_array_equal(umap_layout(embeddings, graph), umap_layout(embeddings, graph))


def clusters(n: int) -> np.ndarray:
    """(n, 16) in eight overlapping groups on a curved sheet."""
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(8, 16))[rng.integers(0, 8, n)]
        + np.sin(rng.normal(size=(n, 4)) @ rng.normal(size=(4, 16)))
    ).astype(np.float32)


def test_no_second_neighbour_search(monkeypatch):
    """Neither umap's own search nor scikit-learn's distances of all pairs are ever called."""
    # Before anything is replaced, so that umap keeps no hold of the replacement.
    import umap.umap_  # noqa: F401

    def never(*arguments: object, **options: object) -> None:
        raise AssertionError("a second neighbour search")

    for place in ("pynndescent.NNDescent", "umap.umap_.NNDescent"):
        monkeypatch.setattr(place, never)
    for place in ("sklearn.metrics.pairwise_distances", "umap.umap_.pairwise_distances"):
        monkeypatch.setattr(place, never)
    embeddings = clusters(300)

    assert np.isfinite(umap_layout(embeddings, build_graph(embeddings))).all()


def test_memberships_are_those_of_umap_learn():
    """The fuzzy graph equals that of the reference, duplicates and all."""
    from umap.umap_ import fuzzy_simplicial_set

    embeddings = clusters(200)
    embeddings[:5] = embeddings[0]
    embeddings[20:60] = embeddings[20]
    graph = build_graph(embeddings)
    selves = np.arange(200)[:, None]
    expected, *_ = fuzzy_simplicial_set(
        embeddings,
        graph.k + 1,
        np.random.RandomState(0),
        graph.metric,
        knn_indices=np.concatenate([selves, graph.neighbours], axis=1),
        knn_dists=np.concatenate([np.zeros((200, 1), np.float32), graph.distances], axis=1),
    )

    np.testing.assert_allclose(memberships(graph).toarray(), expected.toarray(), atol=1e-3)


def test_rows_without_neighbours_have_no_memberships():
    """-1 is not the last row, and inf is no nan."""
    neighbours = np.array([[1, -1], [0, -1], [-1, -1]])
    distances = np.array([[0.5, np.inf], [0.5, np.inf], [np.inf, np.inf]], np.float32)
    found = memberships(NeighbourGraph(neighbours, distances, "cosine", 1.0)).toarray()

    np.testing.assert_array_equal(found, [[0, 1, 0], [1, 0, 0], [0, 0, 0]])


def test_a_map_is_drawn_without_any_edge():
    """Twelve rows without neighbours lie where the principal components put them."""
    alone = np.full((12, 3), -1), np.full((12, 3), np.inf, np.float32)
    layout = umap_layout(two_clouds(12), NeighbourGraph(*alone, "cosine", 1.0))

    assert np.isfinite(layout).all()


def test_equal_rows_get_a_finite_map():
    """All principal components are 0, all distances too."""
    same = np.ones((40, 3), np.float32)

    assert np.isfinite(umap_layout(same, build_graph(same))).all()


def test_the_map_is_as_trustworthy_as_that_of_umap_learn():
    """Within 0.01 of the reference on the same graph."""
    import umap

    embeddings = clusters(600)
    graph = build_graph(embeddings)
    selves = np.arange(600)[:, None]
    indices = np.concatenate([selves, graph.neighbours], axis=1)
    distances = np.concatenate([np.zeros((600, 1), np.float32), graph.distances], axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = umap.UMAP(
            n_neighbors=16, precomputed_knn=(indices, distances), metric="cosine", random_state=0
        ).fit_transform(embeddings)
    ours = trustworthiness(embeddings, umap_layout(embeddings, graph), metric="cosine")

    assert ours > trustworthiness(embeddings, reference, metric="cosine") - 0.01


def test_progress_counts_the_rounds_and_nothing_is_printed(capfd):
    """500 rounds for a small map, each told, in order."""
    told = []
    embeddings = clusters(100)
    graph = build_graph(embeddings)
    capfd.readouterr()
    umap_layout(embeddings, graph, progress=lambda *report: told.append(report))

    assert told == [("map layout", 0, 0)] + [("map layout", done, 500) for done in range(501)]
    assert capfd.readouterr() == ("", "")


def test_whoever_watches_may_stop_it_in_the_middle():
    """What progress raises comes out, and no round is begun after it."""
    told = []

    def stop_at_250(stage: str, done: int, total: int) -> None:
        told.append(done)
        if done == 250:
            raise Cancelled(stage)

    embeddings = clusters(100)
    with pytest.raises(Cancelled):
        umap_layout(embeddings, build_graph(embeddings), progress=stop_at_250)
    assert told[-1] == 250


def test_seeds_give_different_maps():
    """Another seed, another picture, as sound."""
    embeddings = clusters(100)
    graph = build_graph(embeddings)

    assert (umap_layout(embeddings, graph) != umap_layout(embeddings, graph, seed=6)).any()
