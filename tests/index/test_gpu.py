"""The GPU's search: its code on the CPU everywhere, and CPU = GPU where there is one."""

import numpy as np
import pytest
import torch

from index.exact import exact_lists
from index.gpu import gpu_lists
from index.search import sorted_lists
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
