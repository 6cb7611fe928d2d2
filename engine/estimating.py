"""How good a list is and what is left: what blind cards say while the dataset is being reviewed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.confidence import interval_of_left
from engine.pace import BREAK
from engine.proportion import Estimate
from engine.sampling import NOT_COUNTED
from engine.seen import Seen, read_cards
from engine.stopping import most_left

UNKNOWN = -1
"""Of a card that was skipped or flagged: nobody knows whether its label is wrong."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a review stands. Rows without a label count nowhere.

    decided, found: rows with a known verdict, and those of them whose label was wrong.
    blind: blind cards that tell something; with none of them the intervals are as wide as can be.
    errors, left: wrong labels in the whole dataset, and those of them not found yet.
    fewer_than: with the confidence asked for fewer errors than this are left; holds at whatever
        moment one looks, also when one stops because of it.
    precision: by list, the share of its rows whose label is wrong; nan for an empty list.
    curve: (t,) int64 errors found after each card, skipped ones included.
    random_curve: (t, 3) float64 low, middle, high of the same in random order.
    seconds_per_decision: median; nan = unknown.
    found_per_minute: breaks left out; nan = unknown.
    """

    decided: int
    found: int
    blind: int
    errors: Estimate
    left: Estimate
    fewer_than: int
    precision: dict[str, Estimate]
    curve: np.ndarray
    random_curve: np.ndarray
    seconds_per_decision: float
    found_per_minute: float


@dataclass(frozen=True, eq=False)
class _Cards:
    """The cards with a verdict on a row that counts, in order of arrival."""

    rows: np.ndarray
    strata: np.ndarray
    wrong: np.ndarray
    blind: np.ndarray


def standing(
    strata: np.ndarray,
    rows: np.ndarray,
    wrong: np.ndarray,
    blind: np.ndarray,
    seconds: np.ndarray,
    *,
    lists: Mapping[str, np.ndarray],
    confidence: float = 0.95,
) -> Standing:
    """What is known after the cards so far, in order of arrival, each row once.

    strata: (n,) int8 of `engine.sampling.strata_of`. lists: by name the rows each names.
    rows: (t,) int64. wrong: (t,) int8, the verdict in force: 1 = the label is wrong, 0 = it is
    right, -1 = unknown. blind: (t,) bool, the row was drawn by `draw_blind` and no list had shown
    it before. seconds: (t,) float spent, nan = unknown. A verdict that was changed keeps its place.

    A skipped row stays undecided and tells nothing: where people skip what is wrong more often
    than what is right, too few errors are estimated.
    The intervals are those of the moment; `fewer_than` is the one to stop by.
    """
    counts = strata[rows] != NOT_COUNTED
    cards = _known(strata, rows, wrong, blind)
    everything = _of_all(strata, cards)
    found, n = int(cards.wrong.sum()), int((strata != NOT_COUNTED).sum())
    left = Estimate(*interval_of_left(everything, confidence=confidence))
    errors = Estimate(left.low + found, left.middle + found, left.high + found)
    share = np.array([errors.low, errors.middle, errors.high]) / max(n, 1)
    typical, speed = _pace(seconds, wrong == 1)
    return Standing(
        decided=len(cards.rows),
        found=found,
        blind=sum(seen.blind for seen in everything),
        errors=errors,
        left=left,
        fewer_than=most_left(everything, confidence=confidence) + 1,
        precision={
            name: _precision(named, strata, cards, confidence) for name, named in lists.items()
        },
        curve=np.cumsum(counts & (wrong == 1)),
        random_curve=np.arange(1, len(rows) + 1)[:, None] * share,
        seconds_per_decision=typical,
        found_per_minute=speed,
    )


def bound_of(
    strata: np.ndarray,
    rows: np.ndarray,
    wrong: np.ndarray,
    blind: np.ndarray,
    *,
    confidence: float = 0.95,
) -> int:
    """`Standing.fewer_than` alone."""
    sets = _of_all(strata, _known(strata, rows, wrong, blind))
    return most_left(sets, confidence=confidence) + 1


def _known(strata: np.ndarray, rows: np.ndarray, wrong: np.ndarray, blind: np.ndarray) -> _Cards:
    known = (strata[rows] != NOT_COUNTED) & (wrong != UNKNOWN)
    return _Cards(rows[known], strata[rows[known]], wrong[known] == 1, blind[known])


def _of_all(strata: np.ndarray, cards: _Cards) -> list[Seen]:
    sizes = np.bincount(strata + 1, minlength=1)[1:]
    return _by_stratum(sizes, cards, np.ones(len(cards.rows), dtype=bool))


def _by_stratum(sizes: np.ndarray, cards: _Cards, among: np.ndarray) -> list[Seen]:
    """What the cards `among` the rows of interest say of each stratum of them."""
    seen = []
    for stratum, size in enumerate(sizes):
        here = among & (cards.strata == stratum)
        seen.append(read_cards(int(size), cards.wrong[here], cards.blind[here]))
    return seen


def _precision(named: np.ndarray, strata: np.ndarray, cards: _Cards, confidence: float) -> Estimate:
    """Share of wrong labels among the rows a list names.

    A blind card is a row of its stratum with equal chances; so is one that lies in the list among
    the rows of the list in that stratum.
    """
    named = named[strata[named] != NOT_COUNTED]
    if not len(named):
        return Estimate(*[float("nan")] * 3)
    in_list = np.zeros(len(strata), dtype=bool)
    in_list[named] = True
    among = in_list[cards.rows]
    sets = _by_stratum(np.bincount(strata[named]), cards, among)
    found, size = int(cards.wrong[among].sum()), len(named)
    left = interval_of_left(sets, confidence=confidence)
    return Estimate(*((found + number) / size for number in left))


def _pace(seconds: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    """(median seconds per card, errors found per minute) of the cards that were timed."""
    timed = np.isfinite(seconds)
    if not timed.any():
        return float("nan"), float("nan")
    median = float(np.median(seconds[timed]))
    spent = float(np.minimum(seconds[timed], BREAK * median).sum())
    return median, 60 * int(found[timed].sum()) / spent if spent else float("nan")
