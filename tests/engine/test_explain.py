"""Why a row is here, word by word."""

from dataclasses import replace

import numpy as np
import pytest

from engine.contract import Score
from engine.explain import reasons
from engine.inputs import Evidence
from engine.run import run
from engine.scorers import all_scorers
from index.graph import NeighbourGraph
from tests.blobs import dataset_of

SCORERS = all_scorers()


@pytest.fixture
def digits() -> Evidence:
    """Row 0 says class-0; of its ten neighbours one says class-0, eight class-2, one class-1."""
    labels = [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 1]
    neighbours = np.full((11, 10), -1)
    neighbours[0], neighbours[1, :1] = np.arange(1, 11), 0
    distances = np.where(neighbours < 0, np.inf, 0.25).astype(np.float32)
    pred_probs = np.full((11, 3), 1 / 3, dtype=np.float32)
    pred_probs[0] = [0.03, 0.06, 0.91]
    dataset = replace(dataset_of(np.eye(11), labels), pred_probs=pred_probs)
    return Evidence(dataset, NeighbourGraph(neighbours, distances, "cosine", 1.0))


def explain(row, scores, evidence):
    """All reasons in one line."""
    return "; ".join(reasons(row, scores, evidence))


def scores(evidence: Evidence, *names: str) -> list[Score]:
    """Real scores of some scorers."""
    return [run(SCORERS[name], evidence, device="cpu") for name in names]


def test_neighbours_and_model_speak_in_one_line(digits: Evidence):
    """The given label first, then what others say; the same for the model's probabilities."""
    why = explain(0, scores(digits, "neighbour_vote", "self_confidence"), digits)

    assert why == (
        "1 of 10 neighbours says class-0, 8 say class-2, 1 says class-1; "
        "the model gives class-0 at 0.03, class-2 at 0.91"
    )


def test_the_number_of_neighbours_is_that_of_the_vote(digits: Evidence):
    """k = 3: three are asked."""
    votes = [run(SCORERS["neighbour_vote"], digits, k=3, device="cpu")]

    assert explain(0, votes, digits).startswith("1 of 3 neighbours says class-0, 2 say class-2;")


def test_one_neighbour_is_one_neighbour(digits: Evidence):
    """Row 1 has row 0 alone, and it agrees; the model has no opinion."""
    assert explain(1, scores(digits, "neighbour_vote"), digits) == (
        "1 of 1 neighbour says class-0; the model gives class-0 at 0.33"
    )


def test_a_row_without_neighbours_is_explained_by_the_model_alone(digits: Evidence):
    """Row 5 has no neighbours: nothing is said about them."""
    assert explain(5, scores(digits, "self_confidence"), digits).startswith("the model gives")


def test_an_outlier_and_a_duplicate_are_explained_in_their_own_terms(digits: Evidence):
    """A distance; the other row, its label and how near it is."""
    assert explain(0, scores(digits, "knn_distance"), digits) == "distance to neighbours 0.25"
    near = explain(0, scores(digits, "near_duplicate"), digits)
    assert near == "1 is at distance 0.25, labelled class-0"


def test_a_row_that_cannot_be_scored_says_so(digits: Evidence):
    """No neighbour, no distance."""
    assert explain(5, scores(digits, "knn_distance"), digits) == "cannot be scored"


def test_a_row_without_a_label_says_so(digits: Evidence):
    """Nothing was given that could be wrong; the evidence still speaks."""
    bare = dataset_of(np.eye(2), [0, -1])
    graph = NeighbourGraph(np.array([[1], [0]]), np.ones((2, 1), np.float32), "cosine", 1.0)
    evidence = Evidence(bare, graph)

    why = explain(1, scores(evidence, "neighbour_vote"), evidence)

    assert why == "no label given; 1 of 1 neighbour says class-0"
    alone = Evidence(replace(bare, embeddings=None))
    assert explain(1, [], alone) == "no label given"


def test_a_name_written_from_right_to_left_leaves_the_numbers_where_they_are():
    """It is isolated; other names are as they are."""
    graph = NeighbourGraph(
        neighbours=np.array([[1], [0]]),
        distances=np.ones((2, 1), np.float32),
        metric="cosine",
        recall=1.0,
    )
    dataset = replace(dataset_of(np.eye(2), [0, 1]), classes=("نوع 606", "kind"))
    votes = Score(SCORERS["neighbour_vote"], {"k": 10}, np.zeros(2, dtype=np.float32))
    why = explain(0, [votes], Evidence(dataset, graph))

    assert why == "none of 1 neighbour says \u2068نوع 606\u2069, 1 says kind"
