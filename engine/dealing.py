"""Dealer: which rows a reviewer sees next, and what a card may say of its place."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from engine.audit import Audit
from engine.grounds import Grounds, grounds_of
from engine.learned import Learned
from engine.learning import Learner
from engine.leases import Leases
from engine.queueing import Selection, queue_of
from engine.reviewed import settled
from engine.sampling import EVERY, blind_places, draw_blind, strata_of
from engine.views import View, rows_in
from store.ledger import ACTIONS
from store.workspace import Workspace

BLOCK = 65_536
WHOLE = 3
"""The first cards of a tab are the best of its list: a newcomer should see what a card says."""
NEAR = 5
"""A card that came up by fewer places than this says nothing of it."""


@dataclass(frozen=True)
class Lift:
    """A card that came up: over how many waiting rows, because of the verdict on which row."""

    places: int
    because: int


@dataclass(frozen=True)
class Dealt:
    """One row to show.

    place: in the fixed order of its list, from 0. value: its score there, nan = cannot be scored.
    suggested: position of a class, -1 = none. blind: drawn at random among all undecided rows.
    bare: shown without suggestion, scores and place: blind cards, and as many others to hide them.
    """

    row: int
    place: int
    value: float
    suggested: int
    blind: bool = False
    bare: bool = False
    lift: Lift | None = None


class _List:
    """One scorer's order by place and by row, and what it learned from the verdicts."""

    def __init__(self, audit: Audit, name: str) -> None:
        self.selection: Selection = (
            audit.queue
            if name == audit.default or name not in audit.scores
            else queue_of(audit.scores[name], audit.evidence)
        )
        rows = self.selection.rows
        self.places = np.empty(len(rows), dtype=np.int64)
        self.places[rows] = np.arange(len(rows))
        self.suggested = np.empty(len(rows), dtype=np.int64)
        self.suggested[rows] = self.selection.suggested
        self.learner: Learner | None = None
        self.learned: Learned | None = None


class Dealer:
    """Deals the cards of one dataset to any number of tabs. May be asked from any thread.

    Nothing in it has to last: what is decided stands in the log, the rest is dealt again.
    strata: (n,) int8, see `engine.sampling.strata_of`. workspace: where what takes long is kept.
    """

    def __init__(self, audit: Audit, workspace: Workspace | None = None) -> None:
        self.audit, self.workspace = audit, workspace
        self._grounds: Grounds | None = None
        self.leases = Leases()
        self._lock = threading.RLock()
        self._lists: dict[str, _List] = {}
        self.strata = strata_of(audit)
        self._shuffled: np.ndarray | None = None
        self._drawn: dict[tuple[str, int], int] = {}

    def list_of(self, queue: str) -> _List:
        """One list, made at the first look."""
        with self._lock:
            if queue not in self._lists:
                self._lists[queue] = _List(self.audit, queue)
            return self._lists[queue]

    def learn(self, queue: str, codes: np.ndarray) -> None:
        """Order the list anew from the verdicts so far; the next cards come in that order.

        codes: (n,) int8 verdicts in force, positions in ACTIONS.
        """
        one = self.list_of(queue)
        if one.learner is None:
            self._grounds = self._grounds or grounds_of(self.audit, self.workspace)
            one.learner = Learner.prepare(self.audit, one.selection, grounds=self._grounds)
        rows = np.flatnonzero(settled(codes))
        one.learned = one.learner.learn(rows, codes[rows] != ACTIONS.index("keep"))

    def card(self, view: View, row: int) -> Dealt:
        """One row as a card of a list, out of turn."""
        return self._of_list(self.list_of(view.queue), row)

    def first_of(self, view: View, inside: np.ndarray, want: int) -> list[int]:
        """The first rows of a list among some of them, to be looked through; nobody holds them.

        inside: (n,) bool.
        """
        with self._lock:
            one = self.list_of(view.queue)
            return [card.row for card in self._listed(view, one, inside, want)]

    def deal(
        self,
        view: View,
        codes: np.ndarray,
        *,
        tab: str,
        want: int,
        keep: Sequence[int] = (),
        seen: int = 0,
        first: int | None = None,
        mine: np.ndarray | None = None,
        among: np.ndarray | None = None,
    ) -> tuple[list[Dealt], int, int]:
        """The next cards of a tab, which holds them and `keep` from now on, and nothing else.

        codes: (n,) int8 verdicts in force. keep: rows that are on its screen or stay waiting there.
        seen: cards it has had before the first new one, which says which of them are blind.
        first: a row to begin with, whatever the view says. mine: rows this reviewer decided.
        among: rows of the view's named list.
        Returns the cards, how many rows of the view there are, and how many of them others hold.
        """
        with self._lock:
            one = self.list_of(view.queue)
            none = np.empty(0, dtype=np.int64)
            dataset = self.audit.evidence.dataset
            own = none if mine is None else mine
            inside = rows_in(view, dataset, codes, one.suggested, own, among)
            left = int(np.count_nonzero(inside))
            others = self.leases.elsewhere(tab)
            held = int(np.count_nonzero(inside[others]))
            free = np.ones(len(inside), dtype=bool)
            free[others] = False
            free[np.asarray(keep, dtype=np.int64)] = False
            dealt = []
            if first is not None:
                dealt.append(self._of_list(one, first))
                free[first] = False
            inside &= free
            rest, at = want - len(dealt), seen + len(dealt)
            if view.order == "random":
                dealt += self._at_random(view, one, inside, rest)
            elif view.blind and view.is_whole:
                undecided = ~settled(codes)
                self._drawn = {at: row for at, row in self._drawn.items() if undecided[row]}
                listed = self._listed(view, one, inside, rest)
                dealt += self._with_blind(one, listed, free, undecided, tab, at)
            else:
                dealt += self._listed(view, one, inside, rest)
            self.leases.hold(tab, [*keep, *(card.row for card in dealt)])
            return dealt, left, held

    def _at_random(self, view: View, one: _List, inside: np.ndarray, want: int) -> list[Dealt]:
        if self._shuffled is None:
            dataset = self.audit.evidence.dataset
            seed = _seed(dataset.fingerprint, "random order")
            self._shuffled = np.random.default_rng(seed).permutation(len(dataset))
        rows = _first_of(self._shuffled, inside, want)
        # The next row of a random order is as good as drawn: it tells as much as a blind card.
        return [self._of_list(one, int(row), blind=view.is_whole) for row in rows]

    def _listed(self, view: View, one: _List, inside: np.ndarray, want: int) -> list[Dealt]:
        """The next cards of the list itself."""
        if view.order == "fixed" or one.learned is None:
            return [
                self._of_list(one, int(row)) for row in _first_of(one.selection.rows, inside, want)
            ]
        rows = one.learned.first(want, inside)
        lifts = _lifts(one, one.learned, rows, inside)
        return [self._of_list(one, int(row), lift=lifts.get(int(row))) for row in rows]

    def _with_blind(
        self,
        one: _List,
        listed: list[Dealt],
        free: np.ndarray,
        undecided: np.ndarray,
        tab: str,
        seen: int,
    ) -> list[Dealt]:
        """One random card in each run of ten, and one of the list's made to look the same.

        Drawn from the rows that will be undecided when the card comes: all but those before it. A
        row that waits further down the list may well be drawn, and is then no card of the list.
        """
        seed = _seed(self.audit.evidence.dataset.fingerprint, tab)
        places = seen + np.arange(len(listed))
        blind = blind_places(seen, len(listed), seed=seed) & (places >= WHOLE)
        bare = blind_places(seen, len(listed), seed=seed + 1) & (places >= WHOLE)
        queue = iter(listed)
        dealt: list[Dealt] = []
        shown: set[int] = set()
        for place in range(len(listed)):
            drawn = self._draw(tab, seen + place, undecided & free, shown) if blind[place] else None
            if drawn is not None:
                card = self._of_list(one, drawn, blind=True, bare=True)
            else:
                card = next(card for card in queue if card.row not in shown)
                card = replace(card, bare=True, lift=None) if bare[place] else card
            dealt.append(card)
            shown.add(card.row)
        return dealt

    def _draw(self, tab: str, place: int, undecided: np.ndarray, shown: set[int]) -> int | None:
        """The random row of a place; the same at every deal while it can be."""
        key = tab, place // EVERY
        row = self._drawn.get(key)
        if row is not None and undecided[row] and row not in shown:
            return row
        waiting = [one for (whose, _), one in self._drawn.items() if whose in self.leases.held]
        undecided[[*waiting, *shown]] = False
        decided = len(undecided) - int(np.count_nonzero(undecided))
        chance = np.random.default_rng([_seed(*map(str, key)), decided])
        row = draw_blind(self.strata, undecided, chance)
        if row is not None:
            self._drawn[key] = row
        return row

    def _of_list(
        self,
        one: _List,
        row: int,
        *,
        blind: bool = False,
        bare: bool = False,
        lift: Lift | None = None,
    ) -> Dealt:
        place = int(one.places[row])
        value, suggested = one.selection.values[place], one.selection.suggested[place]
        return Dealt(row, place, float(value), int(suggested), blind, bare, lift)


def _lifts(one: _List, learned: Learned, rows: np.ndarray, inside: np.ndarray) -> dict[int, Lift]:
    """Rows that a verdict brought up, by how many of the waiting rows they went past."""
    found: dict[int, Lift] = {}
    waiting: np.ndarray | None = None
    for now, row in enumerate(rows.tolist()):
        because = learned.lifted_by(row)
        if because is None:
            continue
        if waiting is None:
            waiting = inside[one.selection.rows]
        up = int(np.count_nonzero(waiting[: one.places[row]])) - now
        if up >= NEAR:
            found[row] = Lift(up, because)
    return found


def _first_of(order: np.ndarray, inside: np.ndarray, want: int) -> np.ndarray:
    """The first rows of an order that are inside, without a look at the rest."""
    found: list[int] = []
    for start in range(0, len(order), BLOCK):
        if len(found) >= want:
            break
        rows = order[start : start + BLOCK]
        found += rows[inside[rows]][: want - len(found)].tolist()
    return np.array(found, dtype=np.int64)


def _seed(*parts: str) -> int:
    return int.from_bytes(blake2b("/".join(parts).encode(), digest_size=4).digest(), "big")
