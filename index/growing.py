"""A graph that grows: rows are added or replaced without building it anew."""

from collections.abc import Callable

import numpy as np

from index.cells import Cells, cells_from_homes, nearest_cells, offer_cells, recall_by_probes
from index.exact import exact_lists_of
from index.graph import NeighbourGraph
from index.lists import sorted_lists
from index.recall import recall_of, sample_of
from index.vectors import Vectors, as_vectors
from store.errors import UserError

CHOSEN, JUDGED = 30, 100
"""Rows whose true neighbours are known: of those searched, to say how many cells to look into; of
all, to measure the result. A fifth of what a build takes: more would cost more than the growing."""


def grow_graph(
    graph: NeighbourGraph,
    cells: Cells,
    embeddings: np.ndarray,
    *,
    changed: np.ndarray | None = None,
    target_recall: float = 0.99,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> tuple[NeighbourGraph, Cells]:
    """The graph of all rows of `embeddings`, given that of its first rows.

    embeddings: (n, d) all rows: those of the graph in their order, then the new ones.
    changed: rows of the old graph whose embedding is another one now. They, and the rows that had
        one of them as a neighbour, are searched again.
    target_recall: of the rows that are searched; says how many cells they look into. The grown
        graph states what was measured of all rows.
    Raises UserError when there are fewer rows than the graph has.
    """
    old, n, k = len(graph.neighbours), len(embeddings), graph.k
    if n < old:
        raise UserError(
            f"The graph has {old:,} rows but the embeddings only {n:,}. Rows can be added or "
            "replaced, not taken away; build a new graph."
        )
    changed = np.unique(np.asarray([] if changed is None else changed, dtype=np.int64))
    vectors = as_vectors(embeddings, graph.metric)
    cells = _with_rows(cells, vectors, old, changed)
    anew = np.concatenate([changed, np.arange(old, n)])
    lost = np.isin(graph.neighbours, changed).any(axis=1) if len(changed) else np.zeros(old, bool)
    anew = np.union1d(anew, np.flatnonzero(lost)).astype(np.int32)
    if len(anew) == 0 or n == 1:
        return graph, cells

    who = np.full((n, k), -1, dtype=np.int32)
    closest = np.full((n, k), -np.inf, dtype=np.float32)
    kept = np.ones(old, dtype=bool)
    kept[anew[anew < old]] = False
    who[:old][kept] = graph.neighbours[kept]
    closest[:old][kept] = _closeness(graph.distances[kept], graph.metric)
    before = who[:old].copy()
    known = anew[sample_of(len(anew), CHOSEN, seed)]
    rows = sample_of(n, JUDGED, seed)
    true = exact_lists_of(vectors, np.concatenate([known, rows]), min(k, n - 1))
    by_probes = recall_by_probes(
        vectors, cells.centroids, cells.homes(), known, true[: len(known)], mutual=False
    )
    probes = min(int(np.searchsorted(by_probes, target_recall)) + 1, len(cells))
    near = nearest_cells(vectors, cells.centroids, anew, probes)
    offer_cells(vectors, cells, anew, near, closest, who, progress)

    neighbours, distances = np.full((n, k), -1, np.int64), np.full((n, k), np.inf, np.float32)
    neighbours[:old], distances[:old] = graph.neighbours, graph.distances
    touched = np.concatenate([(who[:old] != before).any(axis=1), np.ones(n - old, bool)])
    touched[anew] = True
    again = np.flatnonzero(touched)
    neighbours[again], distances[again] = sorted_lists(vectors, again, who[again], k)
    # What the old graph stated was measured on the old graph.
    recall = recall_of(vectors, rows, neighbours[rows], true[len(known) :])
    grown = NeighbourGraph(neighbours, distances, graph.metric, recall, len(rows), graph.storage)
    return grown, cells


def _with_rows(cells: Cells, vectors: Vectors, old: int, changed: np.ndarray) -> Cells:
    homes = np.empty(len(vectors), dtype=np.int32)
    homes[:old] = cells.homes()
    moved = np.concatenate([changed, np.arange(old, len(vectors))]).astype(np.int32)
    if len(moved):
        homes[moved] = nearest_cells(vectors, cells.centroids, moved, 1)[:, 0]
    return cells_from_homes(cells.centroids, homes)


def _closeness(distances: np.ndarray, metric: str) -> np.ndarray:
    return 1 - distances if metric == "cosine" else -np.square(distances) / 2
