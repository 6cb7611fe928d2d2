"""How long a decision takes, counted by hand."""

import math

import numpy as np

from engine.pace import seconds_each, seconds_of
from store.decisions import decide, withdraw
from tests.blobs import dataset_of


def test_only_single_decisions_with_a_time_are_timed():
    """A bulk action, an undo and a decision of unknown length say nothing."""
    dataset = dataset_of(np.eye(4), [0, 0, 1, 1])
    timed = decide(dataset, [0], "keep", reviewer="ann", seconds=2.5)
    others = [
        decide(dataset, [1, 2], "drop", reviewer="ann", seconds=9.0),
        decide(dataset, [3], "keep", reviewer="ann"),
        withdraw(timed, reviewer="ann"),
    ]

    assert seconds_of([timed, *others]).tolist() == [2.5]


def test_a_lunch_break_counts_as_ten_decisions():
    """Median 2, so an hour is 20 s: (2 + 2 + 20) / 3."""
    assert seconds_each(np.array([2.0, 2.0, 3600.0])) == 8.0


def test_without_a_time_there_is_no_pace():
    """nan, not 0 seconds."""
    assert math.isnan(seconds_each(np.empty(0)))
