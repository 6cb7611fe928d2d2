"""The neighbour graph against an independent exact search, up to ties."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from index.budget import Plan
from index.exact import meetings
from index.products import multiplying_threads
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


@pytest.fixture(params=["flat", "every pair", "cells", "int8", "pq"])
def way(request, monkeypatch):
    """Each of the ways to search, on data small enough to check."""
    if request.param in ("int8", "pq"):
        monkeypatch.setattr("index.centroids.ROWS_PER_CELL", 20)
        # Room for a part of the rows; and ranking everything exactly leaves nothing to the codes.
        plan = Plan(per_byte=1 if request.param == "int8" else 4, room=2**19)
        monkeypatch.setattr("index.search.make_plan", lambda *_, **__: plan)
        everything = lambda *given: (len(given[4]), len(given[4].order) - 1)  # noqa: E731
        monkeypatch.setattr("index.frugal._effort", everything)
    elif request.param != "flat":
        monkeypatch.setattr("index.search.FLAT_UP_TO", 1)
        monkeypatch.setattr("index.centroids.ROWS_PER_CELL", 20)
        share = {"every pair": 0.0, "cells": 1.0}[request.param]
        monkeypatch.setattr("index.search.EXACT_SHARE", share)
        # Looking into every cell is exact again, whatever the sample says.
        every_cell = lambda vectors, centroids, *_: np.arange(len(centroids)) / len(centroids)  # noqa: E731
        monkeypatch.setattr("index.search.recall_by_probes", every_cell)
    return request.param


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("kind", KINDS)
def test_distances_equal_those_of_scikit_learn(kind, metric, way):
    """The k smallest distances of every row are those of an exact search: right up to ties."""
    embeddings = awkward(kind)
    graph = build_graph(embeddings, k=10, metric=metric)
    exact = NearestNeighbors(n_neighbors=10, metric=metric, algorithm="brute")
    expected, _ = exact.fit(embeddings.astype(np.float64)).kneighbors()

    scale = 1.0 if metric == "cosine" else np.abs(embeddings).max()
    np.testing.assert_allclose(graph.distances, expected, atol=2e-5 * scale)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_distance_belongs_to_its_neighbour(kind, metric, way):
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


def test_a_row_is_never_its_own_neighbour_even_among_many_duplicates(way):
    """Thirty copies of each vector, k = 10: self may be anywhere in the answer, or nowhere."""
    embeddings = np.repeat(np.random.default_rng(1).normal(size=(10, 8)), 30, axis=0)
    graph = build_graph(embeddings.astype(np.float32), k=10)

    assert not (graph.neighbours == np.arange(300)[:, None]).any()
    assert (graph.neighbours // 30 == np.arange(300)[:, None] // 30).all()
    assert (graph.distances == 0).all()


def test_ties_come_in_table_order(way):
    """Four corners of a square and its centre: the centre is equally far from all corners."""
    square = np.array([[0, 0], [1, 1], [1, 0], [0, 1], [0.5, 0.5]], dtype=np.float32)
    graph = build_graph(square, k=4, metric="euclidean")

    assert graph.neighbours[4].tolist() == [0, 1, 2, 3]
    assert graph.neighbours[0].tolist() == [4, 2, 3, 1]
    np.testing.assert_allclose(graph.distances[0], [0.5**0.5, 1, 1, 2**0.5], rtol=1e-6)


@pytest.mark.parametrize(("n", "found"), [(1, 0), (2, 1), (4, 3)])
def test_fewer_rows_than_k_leaves_no_neighbour(n, found, way):
    """What is not there is -1 at distance inf, not a repeated row."""
    graph = build_graph(np.eye(n, 4, dtype=np.float32), k=5)

    assert (graph.neighbours[:, found:] == -1).all()
    assert np.isinf(graph.distances[:, found:]).all()
    assert (graph.neighbours[:, :found] >= 0).all()


def test_tiles_and_strips_do_not_change_the_answer(monkeypatch):
    """Seven rows at a time, met in another order, give what all rows at once give."""
    monkeypatch.setattr("index.search.FLAT_UP_TO", 1)
    embeddings = awkward("duplicated")
    whole = build_graph(embeddings, k=7, target_recall=1)
    monkeypatch.setattr("index.exact.TILE_ROWS", 7)
    monkeypatch.setattr("index.exact.TILE_COLUMNS", 9)
    monkeypatch.setattr("index.exact.STRIP_BYTES", 16 * 4 * embeddings.shape[1])
    in_tiles = build_graph(embeddings, k=7, target_recall=1)

    np.testing.assert_array_equal(whole.distances, in_tiles.distances)


def test_of_too_many_equally_close_rows_the_first_stay(monkeypatch):
    """Rows 1 to 60 are equally far from row 0, and come in strips in no order of the table."""
    monkeypatch.setattr("index.search.FLAT_UP_TO", 1)
    monkeypatch.setattr("index.exact.STRIP_BYTES", 5 * 4 * 61)
    graph = build_graph(np.eye(61, dtype=np.float32), k=3, target_recall=1)

    assert graph.neighbours[0].tolist() == [1, 2, 3]
    assert graph.neighbours[60].tolist() == [0, 1, 2]


@pytest.mark.parametrize("count", [2, 4, 12])
def test_every_two_strips_meet_once_and_never_two_at_a_time(count):
    """The rounds of `meetings` hold every pair once, and every strip once."""
    strips = [slice(at, at + 1) for at in range(count)]
    rounds = [[(one.start, other.start) for one, other in pairs] for pairs in meetings(strips)]

    assert rounds[0] == [(at, at) for at in range(count)]
    for pairs in rounds[1:]:
        assert sorted(seat for pair in pairs for seat in pair) == list(range(count))
    met = [tuple(sorted(pair)) for pairs in rounds[1:] for pair in pairs]
    assert sorted(met) == list(itertools.combinations(range(count), 2))


def test_threads_to_come_multiply_with_as_many_cores_as_before():
    """Those of the search multiply alone; neither this thread nor a new one does afterwards."""
    usual = torch.get_num_threads()
    with multiplying_threads(3) as pool:
        alone = set(pool.map(lambda _: torch.get_num_threads(), range(9)))
    with ThreadPoolExecutor(1) as fresh:
        later = fresh.submit(torch.get_num_threads).result()

    assert (alone, torch.get_num_threads(), later) == ({1}, usual, usual)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_a_crowd_of_equal_rows_is_settled_without_a_search(metric, monkeypatch):
    """Half of the rows are one vector: their neighbours are copies, others' are not lost."""
    monkeypatch.setattr("index.search.FLAT_UP_TO", 1)
    embeddings = awkward("normal")
    embeddings[::2] = embeddings[0]
    graph = build_graph(embeddings, k=10, metric=metric, target_recall=1)
    exact = NearestNeighbors(n_neighbors=10, metric=metric, algorithm="brute")
    expected, _ = exact.fit(embeddings.astype(np.float64)).kneighbors()

    np.testing.assert_allclose(graph.distances, expected, atol=2e-5)
    assert graph.neighbours[0].tolist() == list(range(2, 22, 2))
    assert graph.neighbours[200].tolist() == list(range(0, 20, 2))
    assert not (graph.neighbours == np.arange(400)[:, None]).any()


def test_a_crowd_of_zeros_is_at_cosine_distance_one_from_everything():
    """Texts without a known word: no direction, so no neighbour is nearer than another."""
    embeddings = awkward("normal")
    embeddings[100:200] = 0
    graph = build_graph(embeddings, k=5)

    assert (graph.distances[100:200] == 1).all()
    assert graph.neighbours[150].tolist() == [0, 1, 2, 3, 4]


def test_recall_is_measured_and_stated():
    """By cells, on clustered data: what the graph claims is what an exact search finds."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(200, 24))
    embeddings = centres[rng.integers(0, 200, 14_000)] + 0.3 * rng.normal(size=(14_000, 24))
    embeddings = embeddings.astype(np.float32)
    graph = build_graph(embeddings, k=10, target_recall=0.95)
    exact = build_graph(embeddings, k=10, target_recall=1)
    kth = exact.distances[:, -1:]
    truth = float((graph.distances <= kth * (1 + 1e-5)).mean())

    assert graph.recall_sample == 500
    assert exact.recall_sample == 0
    assert abs(graph.recall - truth) < 0.02
    assert truth > 0.94


def test_progress_can_cancel(way):
    """An exception out of the progress callback stops the work."""

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_graph(awkward("normal"), k=3, progress=stop)


@pytest.mark.parametrize(
    "options", [{"k": 0}, {"k": -1}, {"metric": "manhattan"}, {"target_recall": 0}]
)
def test_options_that_make_no_sense_are_refused(options):
    """k below 1 and unknown metrics get a sentence."""
    with pytest.raises(UserError, match=r"k = |metric|recall"):
        build_graph(awkward("normal"), **options)
