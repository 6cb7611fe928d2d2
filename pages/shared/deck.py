"""The queue as cards: which row is next, and everything the screen says about it."""

import math
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from engine.queueing import Selection, class_likelihoods
from pages.shared.project import Project

if TYPE_CHECKING:
    from engine.audit import Audit

UNDECIDED = "undecided"
PILES = (UNDECIDED, "skip", "flag", "adjudicate", "keep", "relabel", "drop")
"""What a reviewer may go through: rows by the verdict in force."""


@dataclass(frozen=True)
class Card:
    """One example as it is shown: a decision carries these facts, never what came after.

    place: position in the queue, from 0. value: its score there, None = cannot be scored.
    classes: every class, likeliest first. turn: which appearance of a card in this session it is.
    """

    fingerprint: str
    row: int
    id: str
    place: int
    queue: str
    value: float | None
    given: str | None
    suggested: str | None
    classes: tuple[str, ...]
    why: str
    verdict: str
    turn: int

    @property
    def showing(self) -> str:
        """Names this one appearance on the screen: the same key on it twice is one decision."""
        return f"{st.session_state['session']}-{self.turn}-{self.id}"


def next_place(selection: Selection, actions: np.ndarray, pile: str, after: int = -1) -> int | None:
    """The next row of that pile in the queue, at its end the first one; None = there is none."""
    found = np.flatnonzero(actions[selection.rows] == pile)
    if len(found) == 0:
        return None
    later = found[found > after]
    return int(later[0] if len(later) else found[0])


def place_of(selection: Selection, row: int) -> int:
    """Where a row stands in the queue, from 0."""
    return int(np.flatnonzero(selection.rows == row)[0])


def piles(actions: np.ndarray) -> dict[str, int]:
    """How many rows lie on each pile."""
    names, counts = np.unique(actions, return_counts=True)
    found = dict(zip(names.tolist(), counts.tolist(), strict=True))
    return {pile: found.get(pile, 0) for pile in PILES}


def card_at(project: Project, audit: "Audit", selection: Selection, queue: str, place: int) -> Card:
    """The card of one place in the queue."""
    dataset, row = project.dataset, int(selection.rows[place])
    suggested, value = int(selection.suggested[place]), float(selection.values[place])
    likelihoods = class_likelihoods(audit.evidence, np.array([row]))[0]
    order = np.argsort(-np.nan_to_num(likelihoods, nan=-1.0), kind="stable")
    id = dataset.ids([row])[0]
    return Card(
        fingerprint=project.fingerprint,
        row=row,
        id=id,
        place=place,
        queue=queue,
        value=None if math.isnan(value) else value,
        given=dataset.given(row),
        suggested=None if suggested < 0 else dataset.classes[suggested],
        classes=tuple(dataset.classes[label] for label in order),
        why=selection.why(row),
        verdict=str(project.applied().actions[row]),
        turn=now_showing(id),
    )


def now_showing(id: str | None = None) -> int:
    """Number of the present appearance; with an id, its clock starts when it is first drawn."""
    st.session_state.setdefault("session", uuid.uuid4().hex)
    turn = int(st.session_state.setdefault("turn", 0))
    if st.session_state.get("clock", (None, None))[:2] != (turn, id) and id is not None:
        st.session_state["clock"] = turn, id, time.monotonic()
    return turn


def is_past(turn: int) -> bool:
    """A key that came too late: its card was dealt with already, and another one is on its way."""
    return turn != now_showing()


def turn_over() -> None:
    """The card on the screen is done with: whatever is shown next is a new appearance."""
    st.session_state["turn"] = now_showing() + 1


def seconds_shown(card: Card) -> float | None:
    """How long this appearance has been on the screen."""
    turn, id, began = st.session_state.get("clock", (None, None, 0.0))
    return time.monotonic() - began if (turn, id) == (card.turn, card.id) else None
