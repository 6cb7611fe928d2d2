"""The neighbour graph and the lookup of a dataset, made once and kept in its workspace."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import cast

import numpy as np

import index
from engine.memory import memory_limit
from index.candidates import near_within
from index.cells import Cells
from index.graph import Metric, NeighbourGraph, Storage
from index.lookup import Lookup, make_lookup
from index.search import build_graph
from store.dataset import Dataset
from store.pairs import Pairs
from store.progress import Progress, silent
from store.workspace import Arrays, Workspace, cache_key

METRIC: Metric = "cosine"
SEARCHES = (
    "candidates",
    "graph",
    "search",
    "exact",
    "cells",
    "centroids",
    "crowds",
    "gpu",
    "lists",
    "products",
    "recall",
    "tiles",
    "vectors",
    "budget",
    "codes",
    "frugal",
)


@dataclass(frozen=True)
class GraphOptions:
    """What a graph depends on besides the data."""

    k: int = 15
    metric: Metric = METRIC
    target_recall: float = 0.99


USUAL = GraphOptions()


def graph_of(
    dataset: Dataset,
    workspace: Workspace | None,
    options: GraphOptions = USUAL,
    *,
    progress: Progress = silent,
) -> NeighbourGraph | None:
    """The graph, from the workspace where it is kept; None without embeddings.

    Of pairs it joins the candidates of one query whose passages are near each other.
    """
    if dataset.embeddings is None and dataset.pairs is None:
        return None

    def build() -> Arrays:
        if dataset.pairs is not None:
            return _within_queries(dataset.pairs, options.k, progress)
        assert dataset.embeddings is not None
        # The bound is no part of the key: a graph that is there need not be made again.
        graph = build_graph(
            dataset.embeddings, **vars(options), memory=memory_limit(), progress=progress
        )
        return {
            "neighbours": graph.neighbours,
            "distances": graph.distances,
            "measured": np.array([graph.recall, graph.recall_sample]),
            "storage": np.array(graph.storage),
        }

    key = graph_key(dataset, options)
    arrays = build() if workspace is None else workspace.cached("graph", key, build)
    recall, sample = arrays["measured"]
    return NeighbourGraph(
        arrays["neighbours"],
        arrays["distances"],
        options.metric,
        float(recall),
        int(sample),
        cast(Storage, str(arrays["storage"])),
    )


def _within_queries(pairs: Pairs, k: int, progress: Progress) -> Arrays:
    vectors = pairs.passages.embeddings
    assert vectors is not None
    if pairs.complete:  # the same passages for every query: looked at once
        p, q = len(pairs.passages), len(pairs.queries)
        near, far = near_within(vectors, np.arange(p), np.array([0, p]), k, progress)
        offsets = np.repeat(np.arange(q) * p, p)[:, None]
        near, far = np.tile(near, (q, 1)), np.tile(far, (q, 1))
        near = np.where(near < 0, near, near + offsets)
    else:
        near, far = near_within(vectors, pairs.passage, pairs.starts, k, progress)
    exact = {"measured": np.array([1.0, 0.0]), "storage": np.array("float32")}
    return {"neighbours": near, "distances": far} | exact


def lookup_of(dataset: Dataset, workspace: Workspace | None) -> Lookup | None:
    """Who is near any row or vector, in milliseconds; None without embeddings."""
    if dataset.embeddings is None:
        return None
    if workspace is None:
        return make_lookup(dataset.embeddings, metric=METRIC)
    embeddings = dataset.embeddings

    def sort_into_cells() -> Arrays:
        return dict(vars(make_lookup(embeddings, metric=METRIC).cells))

    key = cache_key(dataset.fingerprint, METRIC, _code())
    cells = Cells(**workspace.cached("cells", key, sort_into_cells))
    return make_lookup(embeddings, metric=METRIC, cells=cells)


def graph_key(dataset: Dataset, options: GraphOptions) -> str:
    """What the graph is kept under: data, options and code."""
    return cache_key(dataset.fingerprint, vars(options), _code())


def _code() -> str:
    """Hash of the files that find neighbours: whoever changes one changes the key."""
    digest = blake2b(digest_size=8)
    for name in SEARCHES:
        digest.update((Path(index.__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()
