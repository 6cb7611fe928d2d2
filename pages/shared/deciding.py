"""Decisions made by a button of a page: one entry in the log, about many rows or none."""

from dataclasses import dataclass

import streamlit as st

from pages.shared import shelf, state
from pages.shared.project import Project
from pages.shared.wording import pile_words
from pages.shared.words import html
from store.decisions import decide, withdraw
from store.errors import UserError


@dataclass(frozen=True)
class Saved:
    """What is on disk since the last button: shown as it is, never read as Markdown."""

    ids: tuple[str, ...]
    words: str


def on_rows(
    project: Project, rows: list[int], action: str, label: str | None, because: str, turn: int
) -> None:
    """One decision about many rows: one entry in the log, one undo."""
    if turn != now():
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
    _turn_over()
    into = f" to {label}" if label is not None else ""
    words = f"{len(decision.ids):,} {decision.unit}s {pile_words(decision.unit)[action]}{into}"
    st.session_state["saved"] = Saved(decision.ids, words)


def undo(fingerprint: str, turn: int) -> None:
    """Withdraw the reviewer's last decision in force, whole."""
    if turn != now():
        return
    project = shelf.find(fingerprint)
    if project is None:
        raise UserError(
            "The dataset of this page is not open any more, so nothing was undone. Open it again."
        )
    last = project.log.last(state.reviewer())
    if last is None:
        st.session_state["saved"] = Saved((), "Nothing of yours is left to undo")
        return
    project.log.append([withdraw(last, reviewer=state.reviewer())])
    _turn_over()
    named = last.ids[0] if len(last.ids) == 1 else f"{len(last.ids):,} {last.unit}s"
    verb = "is" if len(last.ids) == 1 else "are"
    st.session_state["saved"] = Saved(last.ids, f"{named} {verb} as before that decision")


def now() -> int:
    """How many decisions this tab has made: a button pressed twice in haste is one decision."""
    return int(st.session_state.setdefault("turn", 0))


def saved_line() -> None:
    """The last decision of a button, once it is on disk."""
    saved: Saved | None = st.session_state.get("saved")
    ids = html(" ".join(saved.ids[:20])) if saved else ""
    words = html(saved.words) if saved else "Each decision is saved as you make it."
    words = f"<b>✓ Saved</b> {words}" if ids else words
    st.html(f'<div class="sl-saved" role="status" data-saved="{ids}">{words}</div>')


def _turn_over() -> None:
    st.session_state["turn"] = now() + 1
