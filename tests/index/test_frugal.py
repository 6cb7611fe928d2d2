"""The graph within a memory budget: what it finds, what it states, what it takes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.budget import Plan
from index.search import build_graph

ROOT = Path(__file__).resolve().parents[2]


def clustered(n: int, d: int) -> np.ndarray:
    """Rows around as many centres as there are hundreds of them."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(n // 100, d))
    rows = centres[rng.integers(0, len(centres), n)] + 0.3 * rng.normal(size=(n, d))
    return rows.astype(np.float32)


@pytest.mark.parametrize(("per_byte", "storage"), [(0, "float32"), (1, "int8"), (4, "pq")])
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_stated_recall_is_the_true_one(metric, per_byte, storage, monkeypatch):
    """Candidates by codes, as few as the sample says: an exact search finds what is claimed."""
    monkeypatch.setattr("index.search.make_plan", lambda *_, **__: Plan(per_byte, 2**21))
    monkeypatch.setattr("index.centroids.ROWS_PER_CELL", 100)
    embeddings = clustered(4_000, 16)
    graph = build_graph(embeddings, k=10, metric=metric, target_recall=0.97)
    monkeypatch.undo()
    exact = build_graph(embeddings, k=10, metric=metric)
    truth = float((graph.distances <= exact.distances[:, -1:] * (1 + 1e-5) + 1e-7).mean())

    assert (graph.storage, graph.recall_sample) == (storage, 500)
    assert abs(graph.recall - truth) < 0.01
    assert truth > 0.96


def test_a_target_out_of_reach_is_not_claimed(monkeypatch):
    """Eight numbers to a byte and hardly more candidates than neighbours: the graph says so."""
    monkeypatch.setattr("index.search.make_plan", lambda *_, **__: Plan(8, 2**21))
    monkeypatch.setattr("index.frugal.WIDEST", 1)
    embeddings = np.random.default_rng(0).normal(size=(3_000, 32)).astype(np.float32)
    graph = build_graph(embeddings, k=10, target_recall=0.99)
    monkeypatch.undo()
    exact = build_graph(embeddings, k=10)
    truth = float((graph.distances <= exact.distances[:, -1:] * (1 + 1e-5) + 1e-7).mean())

    assert truth < 0.9
    assert abs(graph.recall - truth) < 0.03


def test_a_crowd_needs_no_copy_and_no_search(monkeypatch):
    """Half of the rows are one vector; the others' neighbours are those of an exact search."""
    monkeypatch.setattr("index.search.make_plan", lambda *_, **__: Plan(1, 2**21))
    embeddings = clustered(1_000, 16)
    embeddings[::2] = embeddings[0]
    graph = build_graph(embeddings, k=5)
    monkeypatch.undo()
    exact = build_graph(embeddings, k=5)

    assert graph.neighbours[0].tolist() == [2, 4, 6, 8, 10]
    assert graph.neighbours[500].tolist() == [0, 2, 4, 6, 8]
    assert (np.abs(graph.distances - exact.distances) < 1e-5).mean() > 0.99
    assert not (graph.neighbours == np.arange(1_000)[:, None]).any()


TAKEN = """
import ctypes, os, sys
import numpy as np
from benchmarks.large_table import Peak
from index.search import build_graph

mapped, memory = np.load(sys.argv[1], mmap_mode="r"), int(sys.argv[2])
build_graph(mapped, k=10, memory=memory)  # compiles, which takes memory of its own
ctypes.CDLL(None).malloc_trim(0)  # else what was freed would be there to be had
with Peak(os.getpid(), what="RssAnon", every=0.002) as before:
    pass
with Peak(os.getpid(), what="RssAnon", every=0.002) as peak:
    graph = build_graph(mapped, k=10, memory=memory)
print(graph.storage, graph.recall, peak.mb - before.mb)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells what is taken")
def test_no_more_than_the_bound_is_taken(tmp_path):
    """20,000 x 768 take 59 MB; within 75 MB, the graph aside, no copy of them has room."""
    path = tmp_path / "vectors.npy"
    np.save(path, clustered(20_000, 768))
    memory, graph = 75 * 2**20, 20_000 * 10 * 12
    python = [sys.executable, "-c", TAKEN, str(path), str(memory)]
    where = os.environ | {"PYTHONPATH": str(ROOT)}
    told = subprocess.run(python, capture_output=True, text=True, env=where, check=True, cwd=ROOT)
    storage, recall, taken = told.stdout.split()

    assert storage == "int8"
    assert float(recall) > 0.97
    assert int(taken) * 2**20 < memory + graph
