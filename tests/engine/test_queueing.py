"""Queues: what comes first, what is suggested, and that no row is lost on the way."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import rankdata

from engine.contract import Score
from engine.inputs import Evidence
from engine.pooling import Pool
from engine.queueing import class_likelihoods, default_queue, normalised_ranks, queue_of, suggest
from engine.scorers import all_scorers
from index.graph import NeighbourGraph
from tests.blobs import dataset_of

NAN = np.nan
SCORERS = all_scorers()


def score_of(name: str, values: list[float], suggestion: list[int] | None = None) -> Score:
    """A score of a real scorer with made-up values."""
    proposed = None if suggestion is None else np.array(suggestion)
    return Score(SCORERS[name], dict(SCORERS[name].options), np.float32(values), proposed)


@pytest.fixture
def four() -> Evidence:
    """Four rows a a b -; rows 0, 1, 2 are each other's neighbours, row 3 has all, probabilities."""
    graph = NeighbourGraph(
        neighbours=np.array([[1, 2, -1], [0, 2, -1], [0, 1, 3], [0, 1, 2]]),
        distances=np.array([[1, 2, np.inf], [1, 2, np.inf], [1, 2, 3], [1, 2, 3]], np.float32),
        metric="cosine",
        recall=1.0,
    )
    pred_probs = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6]], dtype=np.float32)
    dataset = replace(dataset_of(np.eye(4), [0, 0, 1, -1]), pred_probs=pred_probs)
    return Evidence(dataset, graph)


def test_ranks_are_average_ranks_over_the_scored_rows():
    """Against scipy, with ties and missing values."""
    rng = np.random.default_rng(0)
    values = np.where(rng.random(200) < 0.2, NAN, rng.integers(0, 20, 200))
    scored = ~np.isnan(values)

    ranks = normalised_ranks(values)

    np.testing.assert_allclose(ranks[scored], rankdata(values[scored]) / scored.sum())
    assert np.isnan(ranks[~scored]).all()


@pytest.mark.parametrize("values", [[], [NAN], [NAN, NAN]])
def test_ranks_of_nothing_are_nothing(values: list[float]):
    """No scored row, no rank."""
    assert np.isnan(normalised_ranks(np.array(values, dtype=np.float64))).all()


def test_the_default_queue_is_the_order_of_the_joined_evidence(four: Evidence):
    """Its values and its suggestions, whatever the other scores say; rows without a value last."""
    scores = [
        score_of("self_confidence", [0.1, 0.2, 0.3, 0.4]),
        score_of("joined_evidence", [0.1, NAN, 0.9, NAN], [0, -1, 1, -1]),
    ]

    queue = default_queue(scores, four)

    assert queue.rows.tolist() == [2, 0, 1, 3]
    np.testing.assert_allclose(queue.values, [0.9, 0.1, NAN, NAN], atol=1e-6)
    assert queue.suggested.tolist() == [1, 0, -1, -1]


def test_the_title_names_what_was_joined_the_weightiest_first(four: Evidence):
    """What weighs nothing is not named."""
    weights = {"the model": 0.2, "a linear model": 0.0, "the neighbours": 0.7}
    pool = Pool(np.full((4, 2), 0.5, np.float32), weights)

    queue = default_queue([score_of("joined_evidence", [0.1] * 4)], replace(four, pool=pool))

    assert queue.title == "Likely label errors: the neighbours, the model joined"


def test_ties_keep_the_order_of_the_table(four: Evidence):
    """All alike: the table's own order."""
    queue = default_queue([score_of("joined_evidence", [0.5, 0.5, 0.5, 0.5])], four)

    assert queue.rows.tolist() == [0, 1, 2, 3]


def test_without_any_score_every_row_is_still_there(four: Evidence):
    """In table order, with no value."""
    queue = default_queue([], four)

    assert queue.rows.tolist() == [0, 1, 2, 3]
    assert np.isnan(queue.values).all()


@pytest.mark.parametrize(
    ("name", "order"), [("self_confidence", [2, 1, 0, 3]), ("el2n", [0, 1, 2, 3])]
)
def test_one_scorers_queue_has_its_order_and_its_own_values(
    four: Evidence, name: str, order: list[int]
):
    """From the declared end, in the paper's units; the row without a value comes last."""
    queue = queue_of(score_of(name, [0.75, 0.5, 0.25, NAN]), four)

    assert order == queue.rows.tolist()
    np.testing.assert_array_equal(queue.values, np.array([0.75, 0.5, 0.25, NAN])[order])


def test_suggestions_are_the_scorers_own_aligned_with_the_rows(four: Evidence):
    """The row that comes first brings its own suggestion."""
    queue = queue_of(score_of("self_confidence", [0.9, 0.1, 0.5, NAN], [0, 1, 1, 0]), four)

    assert queue.rows.tolist() == [1, 2, 0, 3]
    assert queue.suggested.tolist() == [1, 1, 0, 0]


def test_only_label_errors_come_with_a_suggestion(four: Evidence):
    """EL2N proposes none, so the likeliest class stands in; a duplicate is no reason to relabel."""
    assert queue_of(score_of("el2n", [1.0, 0.9, 0.8, 0.7]), four).suggested.tolist() == [0, 0, 0, 0]
    outliers = queue_of(score_of("knn_distance", [1.0, 0.9, 0.8, 0.7]), four)
    assert outliers.suggested.tolist() == [-1, -1, -1, -1]


def test_likelihoods_are_the_mean_of_model_and_neighbours(four: Evidence):
    """Row 0: neighbours half a, half b, model .9 / .1; row 2: both labelled neighbours are a."""
    likelihoods = class_likelihoods(four, [0, 2])

    np.testing.assert_allclose(likelihoods, [[0.7, 0.3], [0.85, 0.15]], atol=1e-7)


def test_each_of_the_two_stands_alone_where_the_other_is_unknown(four: Evidence):
    """No graph: the model; no model: the neighbours; a single unknown class: that class alone."""
    without_graph = replace(four, graph=None)
    without_model = replace(four, dataset=replace(four.dataset, pred_probs=None))

    np.testing.assert_allclose(class_likelihoods(without_graph, [0]), [[0.9, 0.1]], atol=1e-7)
    np.testing.assert_allclose(class_likelihoods(without_model, [0]), [[0.5, 0.5]])


def test_with_neither_nothing_is_suggested(four: Evidence):
    """nan, and -1: no class is made up."""
    bare = Evidence(replace(four.dataset, pred_probs=None))

    assert np.isnan(class_likelihoods(bare, [0, 1])).all()
    assert suggest(bare, np.arange(4)).tolist() == [-1, -1, -1, -1]


def test_suggestions_of_many_blocks_are_those_of_one(four: Evidence, monkeypatch):
    """Where the memory is cut does not show."""
    whole = suggest(four, np.array([3, 0, 2, 1]))
    monkeypatch.setattr("engine.queueing.BLOCK_BYTES", 1)

    np.testing.assert_array_equal(whole, suggest(four, np.array([3, 0, 2, 1])))


def test_a_selection_cannot_be_changed(four: Evidence):
    """Values are frozen."""
    queue = default_queue([], four)

    with pytest.raises(ValueError, match="read-only"):
        queue.rows[0] = 3
