"""What was measured is said beside the graph and the map."""

import numpy as np
import pytest

from index.graph import NeighbourGraph
from pages.shared import measured
from pages.shared.project import Layout


@pytest.mark.parametrize(
    ("recall", "sample", "storage", "words"),
    [
        (1.0, 0, "float32", ", exact"),
        (0.9944, 500, "float32", ", recall 0.994, measured on 500 rows"),
        (
            0.9944,
            500,
            "int8",
            ", candidates from int8 codes, ranked exactly, recall 0.994, measured on 500 rows",
        ),
        (
            0.97,
            500,
            "pq",
            ", candidates from product-quantised codes, ranked exactly, recall 0.970, measured on "
            "500 rows",
        ),
    ],
)
def test_the_graph_says_how_many_true_neighbours_it_has(recall, sample, storage, words):
    """Exact where nothing had to be measured, else the recall and on how many rows."""
    neighbours, distances = np.zeros((3, 2), np.int64), np.zeros((3, 2), np.float32)
    graph = NeighbourGraph(neighbours, distances, "cosine", recall, sample, storage)

    assert measured.neighbour_graph(graph) == f"2 neighbours by cosine distance{words}"


@pytest.mark.parametrize(
    ("method", "trust", "words"),
    [
        ("UMAP", 0.972, "UMAP, trustworthiness 0.97 (PCA 0.81), measured on 2,000 rows"),
        ("PCA", 0.81, "PCA, trustworthiness 0.81, measured on 2,000 rows"),
        ("PCA", float("nan"), "PCA, too few rows to measure its trustworthiness"),
    ],
)
def test_the_map_says_how_far_to_trust_it(method, trust, words):
    """Beside the first picture's number, and without one where there is none."""
    assert measured.trust(Layout(np.zeros((2, 2)), method, trust, 0.81, 2_000)) == words


def test_the_data_page_says_what_graph_the_scores_rest_on(visit, open_project, texts):
    """15 neighbours of 60 texts, searched exactly."""
    open_project(texts)

    assert "Neighbour graph: 15 neighbours by cosine distance, exact" in [
        text.value for text in visit("data").text
    ]


def test_the_map_says_it_once_the_layout_is_there(open_project, texts):
    """Computed in the background, kept in the cache, shown beside the map."""
    project = open_project(texts)
    job = project.lay_out(project.audit.result())
    job.wait(120)
    words = project.explorer(project.audit.result()).trust("umap")

    assert words.startswith("UMAP, trustworthiness")
    assert "60 rows" in words
    assert list((project.workspace.folder / "cache").glob("layout-*/trust.npy"))


def test_a_cancelled_layout_can_be_asked_for_again(visit, open_project, texts):
    """The first picture stays, and one press begins anew."""
    project = open_project(texts)
    job = project.lay_out(project.audit.result())
    job.wait(120)
    job.state, job._result = "cancelled", None
    app = visit("explore")
    again = next(button for button in app.button if button.label == "Make the better map")
    again.click().run()

    assert not app.exception
    assert project.layout is not job
    project.layout.wait(120)
