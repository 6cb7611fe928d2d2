"""The neighbour graph against an independent exact search, up to ties."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from index.search import build_graph
from store.errors import UserError


def awkward(kind: str) -> np.ndarray:
    """Embeddings of the sort that break neighbour searches."""
    rng = np.random.default_rng(0)
    normal = rng.normal(size=(400, 16))
    cases = {
        "normal": normal,
        "duplicated": np.repeat(normal[:20], 20, axis=0),
        "clustered": rng.normal(size=(8, 16))[rng.integers(0, 8, 400)] + normal * 1e-2,
        "sorted": np.sort(normal, axis=0),
        "negative": -np.abs(normal),
        "zero rows": np.where(rng.random((400, 1)) < 0.1, 0.0, normal),
        "constant column": np.concatenate([normal, np.full((400, 1), 7.0)], axis=1),
        "far from the origin": normal + 100.0,
    }
    return cases[kind].astype(np.float32)


KINDS = (
    "normal",
    "duplicated",
    "clustered",
    "sorted",
    "negative",
    "zero rows",
    "constant column",
    "far from the origin",
)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("kind", KINDS)
def test_distances_equal_those_of_scikit_learn(kind, metric):
    """The k smallest distances of every row are those of an exact search: right up to ties."""
    embeddings = awkward(kind)
    graph = build_graph(embeddings, k=10, metric=metric)
    exact = NearestNeighbors(n_neighbors=10, metric=metric, algorithm="brute")
    expected, _ = exact.fit(embeddings.astype(np.float64)).kneighbors()

    scale = 1.0 if metric == "cosine" else np.abs(embeddings).max()
    np.testing.assert_allclose(graph.distances, expected, atol=2e-5 * scale)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_distance_belongs_to_its_neighbour(kind, metric):
    """distances[i, j] is the distance from i to neighbours[i, j], computed in double precision."""
    embeddings = awkward(kind).astype(np.float64)
    graph = build_graph(awkward(kind), k=10, metric=metric)
    a, b = np.repeat(embeddings, 10, axis=0), embeddings[graph.neighbours.ravel()]
    if metric == "euclidean":
        expected = np.linalg.norm(a - b, axis=1)
    else:
        lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        expected = 1 - np.divide((a * b).sum(1), lengths, out=np.zeros(len(a)), where=lengths > 0)

    np.testing.assert_allclose(
        graph.distances.ravel(), expected, atol=2e-5 * np.abs(embeddings).max()
    )


def test_a_row_is_never_its_own_neighbour_even_among_many_duplicates():
    """Thirty copies of each vector, k = 10: self may be anywhere in the answer, or nowhere."""
    embeddings = np.repeat(np.random.default_rng(1).normal(size=(10, 8)), 30, axis=0)
    graph = build_graph(embeddings.astype(np.float32), k=10)

    assert not (graph.neighbours == np.arange(300)[:, None]).any()
    assert (graph.neighbours // 30 == np.arange(300)[:, None] // 30).all()
    assert (graph.distances == 0).all()


def test_ties_come_in_table_order():
    """Four corners of a square and its centre: the centre is equally far from all corners."""
    square = np.array([[0, 0], [1, 1], [1, 0], [0, 1], [0.5, 0.5]], dtype=np.float32)
    graph = build_graph(square, k=4, metric="euclidean")

    assert graph.neighbours[4].tolist() == [0, 1, 2, 3]
    assert graph.neighbours[0].tolist() == [4, 2, 3, 1]
    np.testing.assert_allclose(graph.distances[0], [0.5**0.5, 1, 1, 2**0.5], rtol=1e-6)


@pytest.mark.parametrize(("n", "found"), [(1, 0), (2, 1), (4, 3)])
def test_fewer_rows_than_k_leaves_no_neighbour(n, found):
    """What is not there is -1 at distance inf, not a repeated row."""
    graph = build_graph(np.eye(n, 4, dtype=np.float32), k=5)

    assert (graph.neighbours[:, found:] == -1).all()
    assert np.isinf(graph.distances[:, found:]).all()
    assert (graph.neighbours[:, :found] >= 0).all()


def test_blocks_do_not_change_the_answer(monkeypatch):
    """One row at a time gives what all rows at once give."""
    embeddings = awkward("duplicated")
    whole = build_graph(embeddings, k=7)
    monkeypatch.setattr("index.search.BLOCK_MEGABYTES", 0)
    row_by_row = build_graph(embeddings, k=7)

    np.testing.assert_array_equal(whole.neighbours, row_by_row.neighbours)
    np.testing.assert_array_equal(whole.distances, row_by_row.distances)


def test_progress_can_cancel():
    """An exception out of the progress callback stops the work."""

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_graph(awkward("normal"), k=3, progress=stop)


@pytest.mark.parametrize("options", [{"k": 0}, {"k": -1}, {"metric": "manhattan"}])
def test_options_that_make_no_sense_are_refused(options):
    """k below 1 and unknown metrics get a sentence."""
    with pytest.raises(UserError, match=r"k = |metric"):
        build_graph(awkward("normal"), **options)
