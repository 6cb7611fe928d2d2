"""What was measured about the graph and the map, in words that stand beside them."""

from math import isnan

from index.graph import NeighbourGraph
from pages.shared.project import Layout
from pages.shared.words import count


def neighbour_graph(graph: NeighbourGraph) -> str:
    """How many neighbours, by which distance, and how many of the true ones were found."""
    how = f"{count(graph.k, 'neighbour')} by {graph.metric} distance"
    if isnan(graph.recall):
        return f"{how}, recall not measured since rows changed"
    if graph.recall_sample == 0:
        return f"{how}, exact"
    measured = count(graph.recall_sample, "row")
    return f"{how}, recall {graph.recall:.3f}, measured on {measured}"


def trust(layout: Layout) -> str:
    """The map's method and its trustworthiness, beside that of the first picture."""
    if isnan(layout.trust):
        return f"{layout.method}, too few rows to measure its trustworthiness"
    words = f"{layout.method}, trustworthiness {layout.trust:.2f}"
    if layout.method != "PCA":
        words += f" (PCA {layout.trust_of_pca:.2f})"
    return f"{words}, measured on {count(layout.measured, 'row')}"
