"""Blind cards: which rows are shown at random, so that what is left can be estimated.

A list shows its best rows first, so what it has shown says little about the rest. A blind card is a
row drawn with equal chances from all undecided rows of one stratum, whatever any list says of it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.queueing import WRONG_LABELS

if TYPE_CHECKING:  # torch comes with it, and the first screen is not to wait for that
    from engine.audit import Audit

NAMED, REST, NOT_COUNTED = 0, 1, -1
"""Strata. Rows without a label are in none: they cannot have a wrong one."""
EVERY = 10


def strata_of(audit: "Audit") -> np.ndarray:
    """(n,) int8: 0 = rows that the default scorer names, 1 = the rest, -1 = not counted.

    Not counted are examples without a label, and pairs that were judged, repeat a known positive
    or stand in the front of no ranking. The same for the same evidence, however much is decided.
    Without the default score nobody names a row and all that count are the rest.
    """
    dataset = audit.evidence.dataset
    counted = dataset.labels >= 0
    if dataset.pairs is not None:
        counted = (dataset.labels == 0) & ~dataset.pairs.judged & dataset.pairs.in_front
    unknown = np.full(len(counted), np.nan)
    chances = audit.scores[audit.default].values if audit.default in audit.scores else unknown
    return split(chances, counted)


def split(chances: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """(n,) int8 strata of the rows that count. chances: that the label is wrong, nan = unknown.

    The rest is one stratum on purpose. In two, by the same chances, the few blind cards of a
    session are spread so thinly that intervals get wider and the middle too high.
    """
    strata = np.where(counted, REST, NOT_COUNTED).astype(np.int8)
    chances = np.where(counted, chances, np.nan)
    strata[_most_suspicious(chances, expected_errors(chances))] = NAMED
    return strata


def _most_suspicious(suspicion: np.ndarray, count: int) -> np.ndarray:
    """The first rows of known suspicion, highest first, ties in table order.

    Only the rows returned are sorted: a list of a million names a few of them.
    """
    rows = np.flatnonzero(~np.isnan(suspicion))
    if count < len(rows):
        values = suspicion[rows]
        last = np.partition(values, len(rows) - count - 1)[len(rows) - count - 1]
        above, tied = rows[values > last], rows[values == last]
        rows = np.sort(np.concatenate([above, tied[: count - len(above)]]))
    return rows[np.argsort(-suspicion[rows], kind="stable")]


def expected_errors(chances: np.ndarray) -> int:
    """How many labels are wrong if these chances are right: their sum, nan left out."""
    return round(float(np.nansum(chances, dtype=np.float64)))


def lists_of(audit: "Audit") -> Mapping[str, np.ndarray]:
    """By scorer of wrong labels the rows it names: (named,) int64, most suspicious first.

    A scorer gives an order without an end; all lists are as long as errors are expected by the
    default scorer, so that their precisions can be compared. Empty without its score. Rows that
    are not counted are in none.
    """
    if audit.default not in audit.scores:
        return {}
    strata = strata_of(audit)
    named, counted = int(np.count_nonzero(strata == NAMED)), strata != NOT_COUNTED
    return {
        name: _most_suspicious(np.where(counted, score.suspicion, np.nan), named)
        for name, score in audit.scores.items()
        if score.scorer.finds in WRONG_LABELS
    }


def blind_places(first: int, count: int, *, seed: int, every: int = EVERY) -> np.ndarray:
    """(count,) bool: which of the cards first, first + 1, ... of a reviewer are blind.

    Exactly one in each run of `every`, at a place that only the seed knows: whoever counted could
    tell blind cards at fixed places from the others. The same for the same seed, so a restart does
    not change what was planned. every=0: none.

    >>> int(blind_places(0, 100, seed=3).sum())
    10
    """
    if every == 0:
        return np.zeros(count, dtype=bool)
    runs = range(first // every, (first + count - 1) // every + 1)
    places = [run * every + int(np.random.default_rng([seed, run]).integers(every)) for run in runs]
    return np.isin(np.arange(first, first + count), places)


def draw_blind(strata: np.ndarray, undecided: np.ndarray, rng: np.random.Generator) -> int | None:
    """The row of the next blind card; None where every row that counts is decided.

    strata: (n,) as of `strata_of`. undecided: (n,) bool, rows without a verdict that no waiting
    blind card shows. A row waiting as a card of a list, or skipped before, is undecided: leaving
    out rows because of what a list thinks of them is what makes an estimate wrong. Where the list
    then comes to the row first, its verdict is the list's, and the blind card falls away.

    A stratum is chosen with chances as the share of it that is undecided, then a row of it.
    """
    sizes = np.bincount(strata + 1)[1:]
    left = np.bincount(strata[undecided] + 1, minlength=len(sizes) + 1)[1:]
    if not left.any():
        return None
    shares = left / np.maximum(sizes, 1)
    stratum = rng.choice(len(sizes), p=shares / shares.sum())
    return int(np.flatnonzero((strata == stratum) & undecided)[rng.integers(left[stratum])])
