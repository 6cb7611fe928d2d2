"""What a key does: one durable entry in the log, then the next card."""

import uuid
from dataclasses import dataclass

import streamlit as st

from engine.queueing import Selection
from pages.shared import deck, shelf, state
from pages.shared.deck import Card
from pages.shared.project import Project
from pages.shared.words import label as label_words
from store.decisions import decide, withdraw
from store.errors import UserError

WORDS = {
    "keep": "kept",
    "relabel": "relabelled",
    "drop": "dropped",
    "skip": "skipped",
    "flag": "flagged",
    "adjudicate": "needs adjudication",
    "undecided": "undecided",
}


@dataclass(frozen=True)
class Saved:
    """What is on disk since the last key: shown as it is, never read as Markdown."""

    ids: tuple[str, ...]
    words: str


def on_card(card: Card, action: str, label: str | None, selection: Selection, pile: str) -> None:
    """Write the decision on the card that was shown, and only then turn to the next one."""
    if deck.is_past(card.turn):
        return
    project = _project(card.fingerprint)
    if action == "relabel" and label == card.given:
        action, label = "keep", None
    decision = decide(
        project.dataset,
        [card.row],
        action,
        label=label,
        reviewer=state.reviewer(),
        because={"queue": card.queue, "rank": card.place + 1, "score": card.value},
        seconds=deck.seconds_shown(card),
        decision_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{card.showing} {action} {label}")),
    )
    project.log.append([decision])
    change = (
        f"{label_words(card.given)} → {label}" if label is not None else label_words(card.given)
    )
    st.session_state["saved"] = Saved((card.id,), f"{card.id} {WORDS[action]}: {change}")
    deck.turn_over()
    go_to(
        project, selection, deck.next_place(selection, project.applied().actions, pile, card.place)
    )


def on_rows(
    project: Project, rows: list[int], action: str, label: str | None, because: str, turn: int
) -> None:
    """One decision about many rows: one entry in the log, one undo."""
    if deck.is_past(turn):
        return
    decision = decide(
        project.dataset,
        rows,
        action,
        label=label,
        reviewer=state.reviewer(),
        because={"queue": because},
    )
    project.log.append([decision])
    deck.turn_over()
    into = f" to {label}" if label is not None else ""
    words = f"{len(decision.ids):,} examples {WORDS[action]}{into}"
    st.session_state["saved"] = Saved(decision.ids, words)


def undo(fingerprint: str, turn: int) -> None:
    """Withdraw the reviewer's last decision in force and show the card it was made on."""
    if deck.is_past(turn):
        return
    project = _project(fingerprint)
    last = project.log.last(state.reviewer())
    if last is None:
        st.session_state["saved"] = Saved((), "Nothing of yours is left to undo")
        return
    project.log.append([withdraw(last, reviewer=state.reviewer())])
    deck.turn_over()
    if len(last.ids) == 1:
        show_card(last.ids[0])
        st.session_state["saved"] = Saved(last.ids, f"{last.ids[0]} is undecided again")
    else:
        words = f"{len(last.ids):,} examples are as before that decision"
        st.session_state["saved"] = Saved(last.ids, words)


def go_to(project: Project, selection: Selection, place: int | None) -> None:
    """Show that place of the queue; None = nothing is left."""
    rows = [] if place is None else [int(selection.rows[place])]
    show_card(next(iter(project.dataset.ids(rows)), None))


def show_card(id: str | None) -> None:
    """Show this card, and let the address say so.

    The session leads while keys are pressed: a fast key still brings the address from before.
    """
    st.session_state["card"] = id
    if id is None:
        st.query_params.pop("card", None)
    elif st.query_params.get("card") != id:
        st.query_params["card"] = id


def from_the_top() -> None:
    """Another queue or pile begins at its first card."""
    show_card(None)


def follow_address() -> None:
    """On a visit, a link or the Back button the address leads."""
    st.session_state["card"] = st.query_params.get("card")


def _project(fingerprint: str) -> Project:
    project = shelf.find(fingerprint)
    if project is None:
        raise UserError(
            "The dataset of this card is not open any more, so nothing was saved. Open it again."
        )
    return project
