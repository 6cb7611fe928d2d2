"""Scores that speak for a label and against it."""

import numpy as np

from engine.contract import Score
from engine.scorers import all_scorers
from engine.testimony import Witnesses

SCORERS = all_scorers()


def score_of(name, values):
    return Score(SCORERS[name], {}, np.float32(values))


def test_rank_shares_by_hand():
    """Of five rows; a tie is in the middle of its places; the suspicious end is the score's own."""
    low = score_of("self_confidence", [0.1, 0.5, 0.5, 0.9, np.nan])
    witnesses = Witnesses([low, score_of("knn_distance", [9, 1, 1, 1, 1])])

    shares = [[one.share for one in witnesses.ask(row)] for row in range(5)]
    assert shares == [[0.875], [0.5], [0.5], [0.125], []]
    assert [witnesses.ask(row)[0].speaks for row in (0, 1, 3)] == ["", "for", "for"]
    assert witnesses.ask(0)[0].value == np.float32(0.1)


def test_the_most_suspicious_speaks_first():
    """Ten rows: the first one is suspected by one score and cleared by the other."""
    rising = np.arange(20) / 20
    witnesses = Witnesses([score_of("self_confidence", 1 - rising), score_of("el2n", -rising)])
    said = witnesses.ask(19)

    assert [(one.title, one.speaks) for one in said] == [
        (SCORERS["self_confidence"].title, "against"),
        (SCORERS["el2n"].title, "for"),
    ]


def test_a_million_rows_are_read_off_a_sample():
    """Within a quarter of a percent of the exact share."""
    values = np.random.default_rng(0).random(1_000_000)
    witnesses = Witnesses([score_of("self_confidence", values)])

    for row in range(50):
        exact = (values > values[row]).mean()
        assert abs(witnesses.ask(row)[0].share - exact) < 0.01
