"""The GPU's search: its code on the CPU everywhere, and CPU = GPU where there is one."""

import numpy as np
import pytest
import torch

from index.exact import exact_lists
from index.gpu import gpu_lists
from index.search import build_graph, sorted_lists
from index.vectors import as_vectors


def silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def distances(vectors, lists):
    """(n, k) sorted distances of some lists."""
    return sorted_lists(vectors, np.arange(len(vectors)), lists, lists.shape[1])[1]


@pytest.fixture(params=["cpu", "cuda"])
def device(request):
    """Every device the same test runs on."""
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA GPU on this machine")
    return request.param


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("copies", [1, 30])
def test_the_lists_are_those_of_the_cpu(device, metric, copies, monkeypatch):
    """Up to ties, in panels and blocks that do not divide the rows; also among many duplicates."""
    monkeypatch.setattr("index.gpu.QUERY_ROWS", 77)
    monkeypatch.setattr("index.gpu.PANEL_ROWS", 130)
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.normal(size=(600 // copies, 16)), copies, axis=0).astype(np.float32)
    vectors = as_vectors(rows, metric)
    lists = gpu_lists(vectors, 10, silent, device=device)

    assert not (lists == np.arange(len(rows))[:, None]).any()
    tolerance = 1e-6 if device == "cpu" else 1e-3
    np.testing.assert_allclose(
        distances(vectors, lists),
        distances(vectors, exact_lists(vectors, 10, silent)),
        atol=tolerance,
    )


def test_a_graph_by_the_gpu_states_what_was_measured(monkeypatch):
    """Half-precision candidates may miss some: what they find is compared, not called exact."""

    def forgetful(vectors, k, progress):
        lists = gpu_lists(vectors, k, progress, device="cpu")
        # Every other row forgets its neighbours for the rows that follow it in the table.
        lists[::2] = (np.arange(0, len(vectors), 2)[:, None] + np.arange(1, k + 1)) % len(vectors)
        return lists

    monkeypatch.setattr("index.search.FLAT_UP_TO", 1)
    monkeypatch.setattr("index.search.gpu_available", lambda: True)
    monkeypatch.setattr("index.search.gpu_lists", forgetful)
    rows = np.random.default_rng(0).normal(size=(2_000, 16)).astype(np.float32)
    graph = build_graph(rows, k=10)
    exact = build_graph(rows, k=10, target_recall=1)
    truth = float((graph.distances <= exact.distances[:, -1:] * (1 + 1e-5)).mean())

    assert graph.recall_sample == 500
    assert abs(graph.recall - truth) < 0.08
    assert graph.recall < 0.6
    assert (exact.recall, exact.recall_sample) == (1.0, 0)
    assert (np.diff(exact.distances, axis=1) >= 0).all()
