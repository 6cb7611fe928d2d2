"""Reviewers who never err, simulated: whether what is said of the rest of a dataset is true."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.sampling import blind_places, draw_blind

LEAD = 20
"""A blind card is drawn so many cards before it is shown, as the queue is fetched ahead."""
REORDER = 10
"""An order that learns is made anew after so many cards."""
Order = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(rows, wrong) decided so far -> (n,) suspicion, high = show next."""


@dataclass(frozen=True, eq=False)
class Cards:
    """A session: (t,) rows, verdicts and whether the card was blind, in order of arrival."""

    rows: np.ndarray
    wrong: np.ndarray
    blind: np.ndarray


def fixed(suspicion: np.ndarray) -> Order:
    """The list as it is."""
    return lambda rows, wrong: suspicion


def adaptive(suspicion: np.ndarray, neighbours: np.ndarray) -> Order:
    """After an error its neighbours come earlier, after a right label later."""
    place = np.empty(len(suspicion))
    place[np.argsort(suspicion, kind="stable")] = np.arange(len(suspicion)) / len(suspicion)

    def order(rows: np.ndarray, wrong: np.ndarray) -> np.ndarray:
        near = neighbours[rows]
        pull = np.repeat(np.where(wrong == 1, 0.3, -0.1), near.shape[1])
        there = near.ravel() >= 0
        return place + np.bincount(near.ravel()[there], pull[there], minlength=len(place))

    return order


def review(
    strata: np.ndarray,
    guilty: np.ndarray,
    order: Order,
    length: int,
    *,
    seed: int,
    learns: bool,
    lead: int = LEAD,
) -> Cards:
    """One session of `length` cards, one in ten of them blind; the list comes first where both
    show a row."""
    rng = np.random.default_rng(seed)
    n = len(strata)
    length = min(length, int((strata >= 0).sum()))
    places = blind_places(0, length + lead, seed=seed)
    undecided, waiting = strata >= 0, np.zeros(n, dtype=bool)
    drawn: dict[int, int | None] = {}
    rows, blind = np.empty(length, dtype=np.int64), np.zeros(length, dtype=bool)
    nothing = np.zeros(0, dtype=np.int64)
    deck = np.argsort(-order(nothing, nothing), kind="stable")
    head = 0
    for card in range(length):
        for place in range(card if card == 0 else card + lead, card + lead + 1):
            if places[min(place, length + lead - 1)] and place < length:
                drawn[place] = row = draw_blind(strata, undecided & ~waiting, rng)
                if row is not None:
                    waiting[row] = True
        if learns and card % REORDER == 0 and card:
            suspicion = order(rows[:card], guilty[rows[:card]].astype(np.int8))
            suspicion = np.where(undecided, suspicion, -np.inf)
            ahead = min(card + 2 * REORDER, n - 1)
            deck = np.argpartition(-suspicion, ahead)[: ahead + 1]
            deck = deck[np.argsort(-suspicion[deck], kind="stable")]
            head = 0
        row = drawn.pop(card, None)
        blind[card] = row is not None and bool(undecided[row])
        if row is None or not undecided[row]:
            while not undecided[deck[head]]:
                head += 1
            row = int(deck[head])
        rows[card], undecided[row], waiting[row] = row, False, False
    return Cards(rows, guilty[rows].astype(np.int8), blind)
