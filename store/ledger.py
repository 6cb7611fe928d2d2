"""Ledger: the verdicts in force on one dataset, kept up to date decision by decision."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from store.alike import alike, meanings
from store.consensus import Verdict
from store.dataset import Dataset
from store.decision import Decision, decide
from store.settling import uncollected
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
        with uncollected():
            for place in range(known, len(decisions)):
                touched.update(dict.fromkeys(decisions[place].ids))
                for id_ in decisions[place].ids:
                    self._about[id_].append(place)
            return self._weigh_again(list(touched))

    def _weigh_again(self, ids: list[str]) -> np.ndarray:
        """The verdicts of these ids. An undo names the ids of what it withdraws, so that all that
        was ever said about them lies in the decisions about them."""
        rows = self.dataset.rows_of(ids)
        known = zip(ids, rows.tolist(), strict=True)
        self._rows.update((id_, row) for id_, row in known if row >= 0)
        if 2 * len({self._about[id_][-1] for id_ in ids}) < len(ids):
            groups = self._alike(ids, rows, by_meaning=False)
        else:  # of most something else was said last
            groups = [[at] for at in range(len(ids))]
        found = weigh(self.dataset, self._said_of([ids[group[0]] for group in groups]))
        for kept in (self.verdicts, self._stale, self._vanished):
            if kept:
                for id_ in ids:
                    kept.pop(id_, None)
        self.verdicts.update(found.verdicts)
        self._stale.update(found.stale)
        self._vanished.update(dict.fromkeys(found.vanished))
        for group in groups:
            id_, row = ids[group[0]], int(rows[group[0]])
            if row < 0:
                continue
            action, label = UNDECIDED, int(self.dataset.labels[row])
            if id_ in found.verdicts:
                action, label = outcome(self.dataset, row, found.verdicts[id_])
            where = row if len(group) == 1 else rows[group]
            self.codes[where], self.labels[where] = ACTIONS.index(action), label
            if len(group) == 1:
                continue
            same = [ids[at] for at in group]
            if id_ in found.verdicts:
                self.verdicts.update(dict.fromkeys(same, found.verdicts[id_]))
            if id_ in found.stale:
                self._stale.update(dict.fromkeys(same, found.stale[id_]))
        return rows[rows >= 0]

    def _said_of(self, ids: Sequence[str]) -> list[Decision]:
        """All that was ever said about these ids, and of each bulk action only them."""
        some = dict.fromkeys(ids)
        places = sorted({place for id_ in some for place in self._about[id_]})
        return [_narrowed(self._decisions[place], some) for place in places]

    def _alike(self, ids: list[str], rows: np.ndarray, *, by_meaning: bool) -> list[list[int]]:
        """Groups of places in `ids` that come to the same verdict; by meaning: to the same label.

        by_meaning: what is said last about a row is still to come.
        """
        places = {place for id_ in ids for place in self._about[id_]}
        words = meanings(places, self._decisions)
        odd = self._odd([self._decisions[place] for place in places])
        odd.update(id_ for id_, row in zip(ids, rows.tolist(), strict=True) if row < 0)
        lasts = words if by_meaning else {place: place for place in places}
        given = self.dataset.labels[rows].tolist()
        return alike(ids, given, self._about, odd=odd, words=words, lasts=lasts)

    def _odd(self, decisions: Sequence[Decision]) -> set[str]:
        """The ids that show something else, or have another given label, than one of them saw."""
        ids, contents, given = (
            list(chain.from_iterable(getattr(one, name) for one in decisions))
            for name in ("ids", "contents", "given")
        )
        rows = [self._rows.get(id_, -1) for id_ in ids]
        names = [*self.dataset.classes, None]  # the last is without a label, which is -1
        names_now = [names[label] for label in self.dataset.labels[rows].tolist()]
        shown = self.dataset.content[rows].tobytes().hex()
        if names_now == given and shown == "".join(contents):
            return set()
        width = 2 * self.dataset.content.shape[1]
        return {
            id_
            for at, id_ in enumerate(ids)
            if given[at] != names_now[at] or contents[at] != shown[at * width : (at + 1) * width]
        }

    def told(self) -> np.ndarray:
        """(v,) int64: every row about which anything was ever said, in order of the first word."""
        return np.fromiter(self._rows.values(), dtype=np.int64, count=len(self._rows))

    def foresee(
        self, rows: np.ndarray, action: str, *, reviewer: str, label: str | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Codes and labels of these rows as they would be after this decision; (m,) each.

        rows: (m,) int64, about each of which something was said before.
        """
        ids = self.dataset.ids(rows)
        with uncollected():
            groups = self._alike(ids, rows, by_meaning=True)
        some = rows[[group[0] for group in groups]]
        decision = decide(self.dataset, some, action, reviewer=reviewer, label=label)
        found = weigh(self.dataset, [*self._said_of(decision.ids), decision])
        codes, labels = np.zeros(len(rows), dtype=np.int8), self.dataset.labels[rows]
        for group, id_, row in zip(groups, decision.ids, some.tolist(), strict=True):
            if id_ in found.verdicts:
                name, labels[group] = outcome(self.dataset, row, found.verdicts[id_])
                codes[group] = ACTIONS.index(name)
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


def _narrowed(decision: Decision, touched: dict[str, None]) -> Decision:
    """Of a bulk action only the rows that are weighed."""
    if len(decision.ids) == 1:
        return decision
    kept = [place for place, id_ in enumerate(decision.ids) if id_ in touched]
    return replace(
        decision,
        ids=tuple(decision.ids[place] for place in kept),
        contents=tuple(decision.contents[place] for place in kept),
        given=tuple(decision.given[place] for place in kept),
    )
