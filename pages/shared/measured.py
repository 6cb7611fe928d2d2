"""What was measured about the graph and the map, in words that stand beside them."""

from math import isnan

from index.graph import NeighbourGraph, Storage
from pages.shared.project import Layout
from pages.shared.words import count

FOUND_BY: dict[Storage, str] = {
    "float32": "",
    "int8": ", candidates from int8 codes, ranked exactly",
    "pq": ", candidates from product-quantised codes, ranked exactly",
}


def neighbour_graph(graph: NeighbourGraph) -> str:
    """How many neighbours, by which distance, how found, and how many of the true ones."""
    how = f"{count(graph.k, 'neighbour')} by {graph.metric} distance{FOUND_BY[graph.storage]}"
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
