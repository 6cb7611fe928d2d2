"""Learned: the order that verdicts made of a list, read from its front."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.spreading import Reach

FRONT, SAMPLE = 2_048, 65_536
"""Rows of the new order that are sorted at once, beside those decided, and rows that tell where
they end. Cards come from there; a list of which so much is closed is searched as a whole."""


@dataclass(frozen=True, eq=False)
class Learned:
    """What the verdicts made of the fixed order.

    suspicion: (n,) float32, high = look first; with no verdicts exactly the fixed order. -inf =
        cannot be scored.
    place: (n,) int64 where each row is in the fixed order.
    rows: (v,) int64 the rows decided. said: (v,) what each verdict says about what is like it.
    reach: which rows are like which decided ones.
    """

    suspicion: np.ndarray
    place: np.ndarray
    rows: np.ndarray
    said: np.ndarray
    reach: Reach | None

    def first(self, count: int, open_rows: np.ndarray) -> np.ndarray:
        """(count,) int64 the first rows among the open ones ((n,) bool), or as many as there are.

        Ties in the fixed order. Only the rows returned are sorted.
        """
        front = self._front
        rows = front[open_rows[front]]
        if len(rows) >= count:
            return rows[: max(count, 0)]
        rows = np.flatnonzero(open_rows)
        if len(rows) == 0:
            return rows
        values = self.suspicion[rows]
        if count < len(rows):
            last = -np.partition(-values, count - 1)[count - 1]
            surely, tied = rows[values > last], rows[values == last]
            missing = count - len(surely)
            if missing < len(tied):
                tied = tied[np.argpartition(self.place[tied], missing)[:missing]]
            rows = np.concatenate([surely, tied])
        return self._sorted(rows)

    @cached_property
    def _front(self) -> np.ndarray:
        """(f,) int64 the first rows of all, open or not, in order; empty where ties are too many.

        All that reach a level which a sample says some thousands do: whatever level it is, those
        are the first. Milliseconds at a million rows, where a search among all takes tens.
        """
        step = max(len(self.suspicion) // SAMPLE, 1)
        sample, wanted = self.suspicion[::step], 2 * (FRONT + len(self.rows))
        at = max(len(sample) - 1 - wanted // step, 0)
        level = np.partition(sample, at)[at] if len(sample) else 0.0
        rows = np.flatnonzero(self.suspicion >= level)
        return self._sorted(rows) if len(rows) <= 4 * wanted else rows[:0]

    def _sorted(self, rows: np.ndarray) -> np.ndarray:
        return rows[np.lexsort((self.place[rows], -self.suspicion[rows]))]

    def lifted_by(self, row: int) -> int | None:
        """The decided row whose verdict lifted this row most, None where no verdict speaks for it.

        Through the neighbour graph alone: what was learnt about scores and classes is the work of
        all verdicts together. Of two that lift alike, the one that comes first in the table.
        """
        if self.reach is None:
            return None
        here = np.flatnonzero(self.reach.row == row)
        by, alike = self.reach.decided[here], self.reach.alike[here]
        lifts = np.bincount(by, alike * self.said[by], minlength=len(self.rows))
        lifts[self.rows == row] = 0
        if lifts.sum() <= 0:
            return None
        return int(self.rows[lifts.argmax()])
