"""Layouts: the right shape, no second neighbour search, and sane on tiny data."""

import numpy as np
import pytest

from index.graph import NeighbourGraph
from index.projection import pca_layout, umap_layout
from index.search import build_graph


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
