"""Two coordinates per row for the map: principal components at once, UMAP from the ready graph."""

from collections.abc import Callable

import numpy as np

from index.graph import NeighbourGraph
from index.principal import principal_axes
from index.vectors import row_blocks
from store.errors import UserError

FEWEST = 10
"""Rows below which there is no neighbourhood worth unfolding."""


def pca_layout(embeddings: np.ndarray) -> np.ndarray:
    """(n, 2) float32: the first two principal components, the same picture every time."""
    n, d = embeddings.shape
    layout = np.zeros((n, 2), dtype=np.float32)
    parts = min(2, n - 1, d)
    if parts < 1:
        return layout
    centre, axes = principal_axes(embeddings, parts)
    for rows in row_blocks(n, floats_per_row=d):
        layout[rows, :parts] = (embeddings[rows] - centre) @ axes
    return layout


def umap_layout(
    embeddings: np.ndarray,
    graph: NeighbourGraph,
    *,
    start: np.ndarray | None = None,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> np.ndarray:
    """(n, 2) float32: UMAP (McInnes, Healy, Melville, UMAP: Uniform Manifold Approximation and
    Projection for Dimension Reduction, 2018) of the given graph; no second neighbour search.

    start: (n, 2) places to unfold from; None = `pca_layout`, so that the picture unfolds from the
    first one. Below ten rows it is returned as it is.
    progress: called with (stage, rounds done, rounds in all) several times a second; may raise to
    stop.
    """
    report = progress or _silent
    report("map layout", 0, 0)
    start = pca_layout(embeddings) if start is None else start
    if len(start) < FEWEST or graph.k < 2:
        return start
    # Compiled code takes a second to load, so only when it is used.
    from index.memberships import memberships
    from index.unfolding import unfold

    edges = memberships(graph)
    return unfold(
        start, edges, seed=seed, progress=lambda done, total: report("map layout", done, total)
    )


def place_new_rows(layout: np.ndarray, graph: NeighbourGraph) -> np.ndarray:
    """(n, 2) float32: the first rows where they are in `layout`, the rest among their neighbours.

    layout: (m, 2) with m <= n, as saved before rows were added; graph: of all n rows.
    A new row goes to the mean of those of its neighbours that have a place, each weighing one
    over its distance; exact duplicates that have a place decide alone. Rows placed in one round
    serve as neighbours in the next; rows that no round reaches go to the layout's centre of mass.
    Raises UserError where the layout has more rows than the graph.
    """
    m, n = len(layout), len(graph.neighbours)
    if m > n:
        raise UserError(
            f"The saved layout has {m:,} rows but the graph only {n:,}. Rows are added at the "
            "end and never taken away; lay the map out anew."
        )
    placed = np.zeros((n, 2), dtype=np.float32)
    placed[:m] = layout
    placed[m:] = np.mean(layout, axis=0, dtype=np.float64) if m else 0
    has_place = np.arange(n) < m
    waiting = np.arange(m, n)
    while len(waiting):
        # Row -1 of has_place is looked at for neighbours that do not exist, then masked.
        usable = (graph.neighbours[waiting] >= 0) & has_place[graph.neighbours[waiting]]
        reached = usable.any(axis=1)
        if not reached.any():
            break
        rows, usable = waiting[reached], usable[reached]
        weights = _closeness(np.where(usable, graph.distances[rows], np.inf))
        places = placed[graph.neighbours[rows]].astype(np.float64)
        placed[rows] = (weights[:, :, None] * places).sum(axis=1)
        has_place[rows] = True
        waiting = waiting[~reached]
    return placed


def _closeness(distances: np.ndarray) -> np.ndarray:
    """(rows, k) float64 weights that sum to 1: one over the distance; zeros, if any, alone."""
    nearest = distances.min(axis=1, keepdims=True).astype(np.float64)
    beyond = np.where(distances > 0, distances, 1)
    weights = np.where(nearest > 0, nearest / beyond, distances == 0)
    return weights / weights.sum(axis=1, keepdims=True)


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
