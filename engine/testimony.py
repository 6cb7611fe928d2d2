"""Which scores speak for the given label of a row, and which against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from engine.contract import Score
from engine.queueing import WRONG_LABELS

Side = Literal["against", "for", ""]
AGAINST, FOR = 0.9, 0.5
"""Rank shares from where a score speaks: among the tenth that it suspects most, or among the half
that it suspects least. Chosen, not measured; with ten errors in a hundred rows they are apart."""
KEPT = 512
"""Rows whose testimonies are remembered."""
SAMPLE = 65_536
"""Rows that a rank share is read off: a quarter of a percent more or less is not seen."""


@dataclass(frozen=True)
class Testimony:
    """What one score says of one row.

    value: in the scorer's own units. share: of the scored rows it suspects this many less, 0 to 1.
    """

    title: str
    value: float
    share: float
    speaks: Side


class Witnesses:
    """The scores of label errors of one dataset, ready to be asked about a row."""

    def __init__(self, scores: Sequence[Score]) -> None:
        self._scores = [score for score in scores if score.scorer.finds in WRONG_LABELS]
        self._levels = [levels_of(score) for score in self._scores]
        # Most of the next cards are those of the answer before.
        self.ask = lru_cache(maxsize=KEPT)(self._ask)

    def _ask(self, row: int) -> tuple[Testimony, ...]:
        """Those that could score the row, the most suspicious first."""
        said = []
        for score, levels in zip(self._scores, self._levels, strict=True):
            value = float(score.values[row])
            if np.isnan(value):
                continue
            share = float(shares(score, levels, np.array([row]))[0])
            said.append(Testimony(score.scorer.title, value, share, _side(share)))
        return tuple(sorted(said, key=lambda one: -one.share))


def _side(share: float) -> Side:
    if share >= AGAINST:
        return "against"
    return "for" if share <= FOR else ""


def levels_of(score: Score) -> np.ndarray:
    """What it suspects by, known values in rising order, of evenly spaced rows where many are."""
    suspicion = score.suspicion
    sample = suspicion[:: max(len(suspicion) // SAMPLE, 1)]
    return np.sort(sample[~np.isnan(sample)])


def shares(score: Score, levels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(len(rows),) float64 rank shares of some rows: 0 suspected least, 1 most; nan = no score."""
    values = score.values[rows]
    # In the kind of the levels: another one would copy them all for every question.
    turn = levels.dtype.type(1 if score.scorer.review_first == "highest" else -1)
    suspicion = values * turn
    below = np.searchsorted(levels, suspicion, side="left")
    upto = np.searchsorted(levels, suspicion, side="right")
    return np.where(np.isnan(values), np.nan, (below + upto) / max(2 * len(levels), 1))
