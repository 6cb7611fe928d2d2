"""Hard negatives: what sentence-transformers mined from the same vectors, and what it lacks."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.mining import Nearest, drawn, filtered, picked, window
from engine.pairing import pair_up
from engine.training_data import mine
from store.decision import decide
from store.errors import UserError
from store.pair_dataset import pair_dataset
from store.retrieval import Judgements, Retrieval, Run, Texts
from store.training_options import TrainingOptions
from store.verdicts import apply_verdicts
from tests.retrieval_sets import texts

RECORDED = json.loads(
    (Path(__file__).parent / "mined_by_sentence_transformers.json").read_text(encoding="utf-8")
)
SCORES = (0.90, 0.88, 0.86, 0.84, 0.80, 0.78, 0.70, 0.60, 0.50, 0.40)


def opened(queries, passages, positives, *, words=None, judge=None, negatives=()):
    """A dataset of pairs from vectors; words: the texts of the passages."""
    q, p = len(queries), len(passages)
    told = words or [f"passage {number}" for number in range(p)]
    judged = [(one, each, 1) for one, many in enumerate(positives) for each in many]
    judged += [(one, each, 0) for one, each in negatives]
    query, passage, grade = (
        np.array(column, dtype=np.int64) for column in zip(*judged, strict=True)
    )
    order = np.lexsort((passage, query))
    scored = None
    if judge is not None:
        asked, found = (part.ravel() for part in np.indices(judge.shape))
        rank = np.tile(np.arange(1, p + 1), q)
        scored = Run("ce", asked, found, rank, judge.ravel().astype(np.float64))
    retrieval = Retrieval(
        "made",
        texts("q", [f"query {number}" for number in range(q)], queries),
        texts("d", told, passages),
        Judgements(query[order], passage[order], grade[order]),
        cross_encoder=scored,
    )
    return pair_dataset("made", pair_up(retrieval))


def ten(**more):
    """The ten scores of the notes: one query along an axis, its positive the passage 1."""
    scores = np.array(SCORES, dtype=np.float32)
    passages = np.column_stack([scores, np.sqrt(1 - scores**2)]).astype(np.float32)
    # Nearly the same vectors, but no twins of the positive: each has a direction of its own too.
    own = np.eye(10, dtype=np.float32) * passages[:, 1:]
    wide = np.hstack([passages[:, :1], own])
    asked = np.zeros((1, 11), dtype=np.float32)
    asked[0, 0] = 1
    return opened(asked, wide, more.pop("positives", [[1]]), **more)


def mined(dataset, decisions=(), *, suspicion=None, **options):
    """The negatives of each query, in order."""
    found = mine(
        dataset,
        apply_verdicts(dataset, decisions),
        TrainingOptions(**options),
        suspicion=suspicion,
    )
    return [[one for one in row if one >= 0] for row in found.negative.tolist()]


@pytest.fixture(scope="module")
def recorded():
    """The vectors that the library was run on."""
    vectors = (np.array(RECORDED[side], dtype=np.float32) for side in ("queries", "passages"))
    judge = np.array(RECORDED["cross_encoder"])
    return opened(*vectors, RECORDED["positives"], judge=judge)


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: str(case["options"]))
def test_the_negatives_are_those_of_the_library(recorded, case):
    """Recorded from sentence-transformers, with a model and with a cross-encoder."""
    assert mined(recorded, rescore=case["rescore"], **case["options"]) == case["mined"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0, 2, 3]),
        ({"relative_margin": 0.05}, [4, 5, 6]),
        ({"absolute_margin": 0.05}, [4, 5, 6]),
        ({"absolute_margin": 0.1}, [5, 6, 7]),
        ({"range_min": 2}, [3, 4, 5]),
        ({"range_min": 2, "relative_margin": 0.05}, [6, 7, 8]),
        ({"max_score": 0.79}, [5, 6, 7]),
        ({"relative_margin": 0.2}, [6, 7, 8]),
        ({"relative_margin": 0.05, "min_score": 0.65}, [4, 5, 6]),
        ({"range_max": 4, "relative_margin": 0.05}, [4]),
    ],
)
def test_ten_scores(options, expected):
    """range_min skips survivors of the filters, not ranks: it costs the good negatives 4 and 5."""
    assert mined(ten(), **options) == [expected]


def test_the_weakest_positive_is_the_anchor():
    """Of .88 and .78 the latter: .741 is the limit."""
    assert mined(ten(positives=[[1, 5]]), relative_margin=0.05) == [[6, 7, 8]]


def near(scores, weakest, **more):
    """One query's candidates."""
    row = np.array([scores], dtype=np.float32)
    none = np.zeros(row.shape, dtype=bool)
    parts = {"excluded": none, "trusted": none, "suspected": none, "judge": row} | more
    columns = np.arange(row.shape[1])[None]
    return Nearest(columns, row, np.array([weakest], dtype=np.float32), **parts)


def test_a_relative_margin_means_the_same_below_zero():
    """t - |t| r: with t = -0.2 and r = 0.5 the limit is -0.3, not -0.1."""
    scores, taken = filtered(near([-0.1, -0.25, -0.35], -0.2), TrainingOptions(relative_margin=0.5))

    assert np.isfinite(scores[0]).tolist() == [False, False, True]
    assert taken == {"relative_margin": 2}


def test_a_query_whose_positive_has_no_score_gets_no_negative_by_a_margin():
    """Nothing can be compared with nothing; what a person judged stays."""
    trusted = np.array([[False, True]])
    scores, _ = filtered(
        near([0.5, 0.4], np.nan, trusted=trusted), TrainingOptions(absolute_margin=0.1)
    )

    assert np.isfinite(scores[0]).tolist() == [False, True]


def test_equal_scores_keep_the_order_of_the_passages():
    """As they were found."""
    scores = np.array([[0.5, 0.7, 0.5, -np.inf]], dtype=np.float32)

    assert window(scores, TrainingOptions(), 4).tolist() == [[1, 0, 2, -1]]


def test_a_random_draw_is_of_the_window_in_its_order_and_the_same_again():
    """Another seed draws others; a query's draw does not depend on the other queries."""
    columns = np.tile(np.arange(8), (2, 1))
    columns[1, 2:] = -1
    passage = np.arange(16).reshape(2, 8)
    first = picked(columns, passage, ["a", "b"], 3, TrainingOptions(sampling_strategy="random"))
    other = TrainingOptions(sampling_strategy="random", seed=1)

    assert first[1].tolist() == [8, 9, -1]
    assert sorted(first[0]) == first[0].tolist()
    alone = TrainingOptions(sampling_strategy="random")
    assert picked(columns[:1], passage[:1], ["a"], 3, alone).tolist() == first[:1].tolist()
    draws = {
        tuple(picked(columns, passage, ["a", "b"], 3, replace(other, seed=seed))[0])
        for seed in range(20)
    }
    assert len(draws) > 5


def test_random_passages_are_each_drawn_once_and_never_a_forbidden_one():
    """Also where nearly all are forbidden."""
    assert sorted(drawn("q", 10, 4, {0, 1, 2, 3, 4, 5}, 0)) == [6, 7, 8, 9]
    assert sorted(drawn("q", 5, 9, {1}, 0)) == [0, 2, 3, 4]
    counts = np.bincount([drawn(f"q{one}", 10, 1, set(), 0)[0] for one in range(2_000)])
    assert counts.min() > 140


def test_equal_texts_are_one_but_nearly_equal_ones_are_not():
    """The library's de-duplication is by exact text: passage 2, a capital apart, stays."""
    words = [f"passage {number}" for number in range(10)]
    words[0], words[2] = words[1], words[1].upper()

    assert mined(ten(words=words)) == [[2, 3, 4]]


def test_equal_queries_share_their_positives():
    """Two ids, one text: what answers the one is no negative of the other."""
    dataset = ten()
    asked = dataset.pairs.queries
    two = Texts(
        pa.array(["q0", "q1", "q2"]),
        pa.array(["same", "same", "other"], pa.large_string()),
        np.vstack([asked.embeddings] * 2 + [asked.embeddings[:, ::-1]]),
    )
    one = np.array([0, 1])
    judged = Judgements(one, np.array([1, 0]), np.array([1, 1]))
    made = pair_dataset("x", pair_up(Retrieval("x", two, dataset.pairs.passages, judged)))

    assert mined(made) == [[2, 3, 4]]


def test_verdicts_count():
    """Relevant: a positive. Not relevant: trusted, whatever the margin says. Dropped: neither."""
    dataset = ten()
    said = [
        decide(dataset, [0], "keep", reviewer="ann"),
        decide(dataset, [4], "drop", reviewer="ann"),
        decide(dataset, [5], "relabel", label="1", reviewer="ann"),
    ]
    found = mine(dataset, apply_verdicts(dataset, said), TrainingOptions(relative_margin=0.05))

    assert found.positive.tolist() == [1, 5]
    assert found.negative.tolist() == [[0, 6, 7]]


def test_a_twin_of_a_positive_is_never_a_negative():
    """It repeats the answer; a person may still say that it does not."""
    passages = np.eye(5, dtype=np.float32)[[0, 0, 1, 2, 3]]
    asked = np.array([[1, 0.5, 0.4, 0.3, 0]], dtype=np.float32)
    dataset = opened(asked, passages, [[0]])
    assert dataset.pairs.twin.tolist() == [-1, 0, -1, -1, -1]

    assert mined(dataset) == [[2, 3, 4]]
    said = [decide(dataset, [1], "relabel", label="0", reviewer="ann")]
    assert mined(dataset, said) == [[1, 2, 3]]


def test_suspected_positives_are_treated_as_the_user_chose():
    """Left out, taken as positives, or weighted; a judged one is never suspected."""
    dataset = ten(negatives=[(0, 3)])
    chance = np.array([0.9, 0.9, np.nan, 0.9, 0.2, 0, 0, 0, 0, 0], dtype=np.float32)

    def told(how):
        options = TrainingOptions(suspected=how, suspected_by="x")
        return mine(dataset, apply_verdicts(dataset, ()), options, suspicion=chance)

    assert mined(dataset, suspicion=chance) == [[0, 2, 3]]
    assert told("leave out").negative.tolist() == [[2, 3, 4]]
    assert told("relabel").positive.tolist() == [0, 1]
    assert told("relabel").negative.tolist() == [[2, 3, 4]]
    weighted = told("weight")
    assert weighted.negative.tolist() == [[0, 2, 3]]
    np.testing.assert_allclose(weighted.weight, [[0.1, 1, 1]], atol=1e-6)
    chance *= 100
    with pytest.raises(UserError, match="goes from 0 to 90"):
        told("weight")


def test_thresholds_of_a_cross_encoder():
    """RocketQA: only what scores below .1 is a negative, and random passages fill up."""
    judge = np.full((1, 10), 0.5)
    judge[0, [4, 6]] = 0.05
    found = mined(ten(judge=judge), below=0.1, range_max=6)

    assert found[0][:2] == [4, 6]
    assert found[0][2] in (7, 8, 9)


def test_a_query_without_a_positive_gets_one_from_the_cross_encoder():
    """The single best above the threshold; without the option the query is left out."""
    vectors = np.eye(4, dtype=np.float32)
    judge = np.array([[0.2, 0.2, 0.2, 0.2], [0.1, 0.92, 0.95, 0.3]])
    dataset = opened(vectors[:2], vectors, [[0], []], judge=judge)

    assert len(mined(dataset)) == 1
    found = mine(dataset, apply_verdicts(dataset, ()), TrainingOptions(above=0.9))
    assert found.positive.tolist() == [0, 2]
    assert found.facts["queries given a positive by the cross-encoder"] == 1
    with pytest.raises(UserError, match="none were brought"):
        mined(ten(), above=0.9)


def test_a_share_of_random_negatives_is_mixed_in():
    """As STAR: the hard ones first, then passages from anywhere, never a positive."""
    dataset = ten()
    found = mined(dataset, num_negatives=4, random_share=0.5)[0]

    assert found[:2] == [0, 2]
    assert len(set(found)) == 4
    assert 1 not in found


def test_without_a_positive_there_is_nothing_to_train_on():
    dataset = ten()
    said = [decide(dataset, [1], "relabel", label="0", reviewer="ann")]

    with pytest.raises(UserError, match="no positive"):
        mined(dataset, said)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"num_negatives": 0}, "name 1 or more"),
        ({"range_min": -1}, "range_min is -1"),
        ({"range_min": 3, "range_max": 5}, "Ranks 3 to 5 hold no 3"),
        ({"random_share": 1.5}, "from 0 to 1"),
        ({"max_score": float("nan")}, "max_score is nan"),
        ({"suspected": "relabel"}, "nothing says which"),
    ],
)
def test_options_that_cannot_be_are_told(options, told):
    with pytest.raises(UserError, match=told):
        TrainingOptions(**options)
