"""Ledger: the verdicts in force on one dataset, kept up to date decision by decision."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from store.consensus import Verdict
from store.dataset import Dataset
from store.decision import Decision
from store.undoing import in_force
from store.verdicts import UNDECIDED, Applied, outcome, weigh

ACTIONS = (UNDECIDED, "keep", "relabel", "drop", "skip", "flag", "adjudicate")


class Ledger:
    """What `apply_verdicts` says of the whole log, at the cost of what is new in it.

    codes: (n,) int8 positions in ACTIONS. labels: (n,) int64 the labels in force. Read them, never
    write them; they change with the next `follow`. One thread at a time.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._begin()

    def _begin(self) -> None:
        self.codes = np.zeros(len(self.dataset), dtype=np.int8)
        self.verdicts: dict[str, Verdict] = {}
        self.labels = np.array(self.dataset.labels, dtype=np.int64)
        self._stale: dict[str, str] = {}
        self._vanished: dict[str, None] = {}
        self._decisions: tuple[Decision, ...] = ()
        self._about: defaultdict[str, list[int]] = defaultdict(list)
        self._rows: dict[str, int] = {}
        self._applied: Applied | None = None

    def follow(self, decisions: Sequence[Decision]) -> np.ndarray:
        """Weigh what was appended since the last call. Returns the rows it was about, (v,) int64.

        A log that does not go on from the one before, as after a restored backup, is read anew.
        """
        known = len(self._decisions)
        if known and (len(decisions) < known or decisions[known - 1] != self._decisions[-1]):
            self._begin()
            known = 0
        if len(decisions) == known:
            return np.empty(0, dtype=np.int64)
        self._decisions = tuple(decisions)
        self._applied = None
        touched: dict[str, None] = {}
        for place in range(known, len(decisions)):
            touched.update(dict.fromkeys(decisions[place].ids))
            for id_ in decisions[place].ids:
                self._about[id_].append(place)
        return self._weigh_again(touched, known)

    def _weigh_again(self, touched: dict[str, None], known: int) -> np.ndarray:
        """The verdicts of these ids. An undo names the ids of what it withdraws, so that all that
        was ever said about them lies in the decisions about them."""
        places = sorted({place for id_ in touched for place in self._about[id_]})
        about = [_narrowed(self._decisions[place], touched, place >= known) for place in places]
        found = weigh(self.dataset, about)
        rows = self.dataset.rows_of(list(touched))
        for id_, row in zip(touched, rows.tolist(), strict=True):
            for kept in (self.verdicts, self._stale, self._vanished):
                kept.pop(id_, None)
            if row < 0:
                continue
            action, label = UNDECIDED, int(self.dataset.labels[row])
            if id_ in found.verdicts:
                action, label = outcome(self.dataset, row, found.verdicts[id_])
            self.codes[row], self.labels[row] = ACTIONS.index(action), label
            self._rows[id_] = row
        self.verdicts.update(found.verdicts)
        self._stale.update(found.stale)
        self._vanished.update(dict.fromkeys(found.vanished))
        return rows[rows >= 0]

    def told(self) -> np.ndarray:
        """(v,) int64: every row about which anything was ever said, in order of the first word."""
        return np.fromiter(self._rows.values(), dtype=np.int64, count=len(self._rows))

    def foresee(self, decision: Decision) -> tuple[np.ndarray, np.ndarray]:
        """Codes and labels of its rows as they would be, were this appended; (rows,) each.

        decision: about rows of this dataset as they are now.
        """
        touched = dict.fromkeys(decision.ids)
        places = sorted({place for id_ in touched for place in self._about.get(id_, ())})
        about = [_narrowed(self._decisions[place], touched, False) for place in places]
        found = weigh(self.dataset, [*about, decision])
        rows = self.dataset.rows_of(list(decision.ids))
        codes = np.zeros(len(rows), dtype=np.int8)
        labels = np.array(self.dataset.labels[rows], dtype=np.int64)
        for at, (id_, row) in enumerate(zip(decision.ids, rows.tolist(), strict=True)):
            if id_ in found.verdicts:
                action, labels[at] = outcome(self.dataset, row, found.verdicts[id_])
                codes[at] = ACTIONS.index(action)
        return codes, labels

    def about(self, id_: str) -> list[Decision]:
        """What was said about a row and is not undone, in order of arrival."""
        said = (self._decisions[place] for place in self._about.get(id_, ()))
        return in_force(said, unit=self.dataset.unit)

    def arrivals(self) -> list[tuple[int, Decision]]:
        """Every row with a verdict and the first word on it that counts, in order of arrival."""
        said = []
        within: dict[int, dict[str, int]] = {}  # of a bulk action the place of each of its rows
        for id_ in self.verdicts:
            places = self._about[id_]
            first = self.about(id_)[0]
            place = next(at for at in places if self._decisions[at] is first)
            if place not in within:
                within[place] = {one: at for at, one in enumerate(first.ids)}
            said.append((place, within[place][id_], self._rows[id_], first))
        said.sort(key=lambda one: one[:2])
        return [(row, first) for _, _, row, first in said]

    def applied(self) -> Applied:
        """The same as a value that stays as it is; made once per change."""
        if self._applied is None:
            self._applied = Applied(
                np.array(ACTIONS)[self.codes],
                self.labels.copy(),
                dict(self.verdicts),
                dict(self._stale),
                tuple(self._vanished),
            )
        return self._applied


def _narrowed(decision: Decision, touched: dict[str, None], is_new: bool) -> Decision:
    """Of an older bulk action only the rows that are weighed again."""
    if is_new or len(decision.ids) == 1:
        return decision
    kept = [place for place, id_ in enumerate(decision.ids) if id_ in touched]
    return replace(
        decision,
        ids=tuple(decision.ids[place] for place in kept),
        contents=tuple(decision.contents[place] for place in kept),
        given=tuple(decision.given[place] for place in kept),
    )
