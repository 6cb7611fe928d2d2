"""Before and after: what the verdicts in force have made of a dataset."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.copies import contradicting, surplus
from engine.proportion import Estimate
from store.dataset import UNLABELLED
from store.ledger import ACTIONS

if TYPE_CHECKING:  # torch comes with it, and the first screen is not to wait for that
    from engine.estimating import Standing

DROP, RELABEL = ACTIONS.index("drop"), ACTIONS.index("relabel")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A dataset at one moment, in rows.

    per_class: (c,) int64 rows that carry each class. surplus: rows that would have to go so that
    no content is there twice; near_surplus: so that nothing is there almost twice, None = not known
    without neighbours. contradicting: rows whose content another row has under another label.
    """

    rows: int
    unlabelled: int
    per_class: np.ndarray
    surplus: int
    near_surplus: int | None
    contradicting: int


@dataclass(frozen=True)
class Answers:
    """Of a retrieval set: pairs known to be relevant, and queries without any of them."""

    positives: int
    unanswered: int


@dataclass(frozen=True)
class ClassChange:
    """What happened to one class: now = given + arrived - left - dropped, in rows.

    arrived, left: relabelled to it and away from it. dropped: were given it and are gone.
    """

    name: str
    given: int
    arrived: int
    left: int
    dropped: int

    @property
    def now(self) -> int:
        """Rows that carry it by the verdicts in force."""
        return self.given + self.arrived - self.left - self.dropped

    @property
    def moved(self) -> int:
        """How many rows came or went."""
        return self.arrived + self.left + self.dropped


def snapshot(
    labels: np.ndarray,
    out: np.ndarray,
    c: int,
    *,
    sets: np.ndarray,
    near: np.ndarray | None = None,
) -> Snapshot:
    """Count it. labels: (n,) int64, -1 = none. out: (n,) bool, rows that are gone.

    sets, near: (n,) int64 sets of equal and of almost equal rows, -1 = in none.
    """
    staying = np.where(out, UNLABELLED, labels)
    rows = len(out) - int(np.count_nonzero(out))
    per_class = counts_of(staying, c)
    return Snapshot(
        rows=rows,
        unlabelled=rows - int(per_class.sum()),
        per_class=per_class,
        surplus=surplus(sets, out),
        near_surplus=None if near is None else surplus(near, out),
        contradicting=len(contradicting(sets, staying)),
    )


def answers_of(query: np.ndarray, positive: np.ndarray, queries: int) -> Answers:
    """Count them. query: (n,) int64 position of each pair's query. positive: (n,) bool.

    >>> answers_of(np.array([0, 0, 1, 2]), np.array([True, True, False, True]), 3)
    Answers(positives=3, unanswered=1)
    """
    per_query = np.bincount(query[positive], minlength=queries)
    return Answers(int(per_query.sum()), int(np.count_nonzero(per_query == 0)))


def class_changes(
    classes: tuple[str, ...], given: np.ndarray, labels: np.ndarray, codes: np.ndarray
) -> tuple[ClassChange, ...]:
    """Classes that rows came to or left, those with most of it first, then by position.

    given, labels: (n,) int64 labels as given and in force. codes: (n,) int8 positions in ACTIONS.
    """
    c = len(classes)
    moved, gone = codes == RELABEL, codes == DROP
    numbers = zip(
        classes,
        counts_of(given, c).tolist(),
        counts_of(labels[moved], c).tolist(),
        counts_of(given[moved], c).tolist(),
        counts_of(given[gone], c).tolist(),
        strict=True,
    )
    changed = [one for one in (ClassChange(*parts) for parts in numbers) if one.moved]
    return tuple(sorted(changed, key=lambda one: -one.moved))


def wrong_share(standing: "Standing", before: int, after: int) -> tuple[Estimate, Estimate]:
    """Share of wrong labels before any decision, and of those that are left.

    before, after: rows that can have a wrong label as given, and as they stand without those that
    were dropped. The second takes what reviewers decided for right.
    """
    errors, left = standing.errors, standing.left
    return _over(errors, before), _over(left, after)


def counts_of(labels: np.ndarray, c: int) -> np.ndarray:
    """(c,) int64 rows per class. labels: (n,) positions of classes, -1 = none."""
    return np.bincount(labels[labels >= 0], minlength=c)


def _over(number: Estimate, rows: int) -> Estimate:
    rows = max(rows, 1)
    return Estimate(number.low / rows, number.middle / rows, number.high / rows)
