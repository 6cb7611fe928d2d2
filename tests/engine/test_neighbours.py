"""The dataset's graph: what is kept of it, and the memory it may take."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.neighbours import GraphOptions, graph_of
from index.budget import Plan
from store.errors import UserError
from store.workspace import Workspace
from tests.blobs import blobs


def test_the_storage_is_kept_with_the_graph(tmp_path: Path, monkeypatch):
    """Built within a budget and read again: the same lists and the same words about them."""
    monkeypatch.setattr("index.search.make_plan", lambda *_, **__: Plan(1, 2**20))
    dataset, workspace = blobs(60), Workspace(tmp_path / "made.secondlook")
    built = graph_of(dataset, workspace, GraphOptions(k=5))
    monkeypatch.setattr("engine.neighbours.build_graph", None)
    read = graph_of(dataset, workspace, GraphOptions(k=5))

    assert built is not None
    assert read is not None
    assert built.storage == read.storage == "int8"
    assert (built.recall, built.recall_sample) == (read.recall, read.recall_sample)
    np.testing.assert_array_equal(built.neighbours, read.neighbours)


def test_a_limit_that_is_too_small_is_refused(tmp_path: Path, monkeypatch):
    """By the setting's name, before anything is kept."""
    monkeypatch.setenv("SECOND_LOOK_MEMORY_GB", "0.000001")
    dataset = blobs(60)
    assert dataset.embeddings is not None
    np.save(tmp_path / "embeddings.npy", dataset.embeddings)
    mapped = replace(dataset, embeddings=np.load(tmp_path / "embeddings.npy", mmap_mode="r"))

    with pytest.raises(UserError, match="Allow that much, as in SECOND_LOOK_MEMORY_GB="):
        graph_of(mapped, None)
