"""Pace: how long a decision takes, and so how long what is left will take."""

from collections.abc import Sequence

import numpy as np

from store.decision import Decision

BREAK = 10.0
"""A card that took longer than so many medians was left lying; it counts as that many."""


def seconds_of(decisions: Sequence[Decision]) -> np.ndarray:
    """(t,) float64 seconds spent on each decision about a single row whose time is known."""
    known = [
        one.seconds
        for one in decisions
        if one.seconds is not None and len(one.ids) == 1 and one.action != "undo"
    ]
    return np.array(known, dtype=np.float64)


def seconds_each(seconds: np.ndarray) -> float:
    """Mean seconds per decision, breaks cut to ten medians; nan where none was timed.

    The mean, where a screen that says how fast somebody is shows the median: a few slow cards take
    up much of the time that is still to come.

    >>> seconds_each(np.array([1.0, 2.0, 3.0, 3600.0]))
    7.75
    """
    if len(seconds) == 0:
        return float("nan")
    return float(np.minimum(seconds, BREAK * np.median(seconds)).mean())
