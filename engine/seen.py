"""Seen: what verdicts say about a set of rows from which blind cards were drawn."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Seen:
    """A set of rows, in the order in which it was decided.

    left: how many of its rows are undecided. Among the `left`, some number y of errors remains.
    hit: (b,) bool, for each blind card whether its label was wrong.
    wrong_since, right_since: (b,) int64, labels found wrong and right from that card on, by any
        card, the card itself included.
    """

    left: int
    hit: np.ndarray
    wrong_since: np.ndarray
    right_since: np.ndarray

    @property
    def blind(self) -> int:
        """How many blind cards tell something."""
        return len(self.hit)

    @property
    def hits(self) -> int:
        """How many of them were errors."""
        return int(self.hit.sum())

    def had_all(self, *, wrong: bool) -> "Seen":
        """The same cards, had each blind one shown a wrong label, or each a right one."""
        hit = np.full(self.blind, wrong)
        more = np.cumsum((hit.astype(np.int64) - self.hit)[::-1])[::-1]
        return Seen(self.left, hit, self.wrong_since + more, self.right_since - more)

    def log_likelihood(self, y: np.ndarray) -> np.ndarray:
        """(len(y),) float64 log-likelihood of y errors left, up to a constant; concave in y.

        When a blind card was drawn, y + wrong_since errors were among left + wrong_since +
        right_since rows with equal chances. So it was wrong with chance
        (y + wrong_since) / (left + wrong_since + right_since), whatever had been decided before and
        for whatever reason; the likelihood is the product of these chances.
        """
        y = np.asarray(y, dtype=np.float64)[:, None]
        wrong = np.log(y + self.wrong_since[self.hit]).sum(axis=1)
        right = np.log(self.left - y + self.right_since[~self.hit]).sum(axis=1)
        return wrong + right

    @property
    def log_scale(self) -> float:
        """What `log_likelihood` leaves out: minus the sum of the logs of the rows drawn from."""
        return -float(np.log(self.left + self.wrong_since + self.right_since).sum())


def read_cards(size: int, wrong: np.ndarray, blind: np.ndarray) -> Seen:
    """What the decided rows of a set of `size` rows say.

    wrong, blind: (d,) bool, of each decided row in order: is its label wrong, was the card blind.
    """
    found = np.cumsum(wrong)
    wrong_since = found[-1:] - found + wrong
    right_since = np.arange(len(wrong), 0, -1) - wrong_since
    return Seen(size - len(wrong), wrong[blind], wrong_since[blind], right_since[blind])
