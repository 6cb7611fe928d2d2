"""Small lines of numbers: what is saved, how many planted errors are found."""

import streamlit as st

from engine.evaluate import found_errors
from pages.shared import deck
from pages.shared.deciding import WORDS, Saved
from pages.shared.project import Project
from pages.shared.words import html


def saved_line(ready: str = "") -> None:
    """The last decision, once it is on disk. ready: id of the card whose keys are on the screen."""
    saved: Saved | None = st.session_state.get("saved")
    ids = html(" ".join(saved.ids[:20])) if saved else ""
    words = html(saved.words) if saved else "Each decision is saved as you make it."
    if ids:
        words = f"<b>✓ Saved</b> {words}"
    marks = f'data-saved="{ids}" data-ready="{html(ready)}"'
    st.html(f'<div class="sl-saved" role="status" {marks}>{words}</div>')


def found_line(project: Project) -> None:
    """How far the review is, and of planted errors how many are found."""
    counts = deck.piles(project.applied().actions)
    decided = len(project.dataset) - counts[deck.UNDECIDED]
    words = f"<b>{decided:,}</b> of {len(project.dataset):,} decided"
    for pile in ("skip", "flag", "adjudicate"):
        if counts[pile]:
            words += f" · {counts[pile]:,} {WORDS[pile]}"
    if project.dataset.truth is not None:
        found, total = found_errors(project.dataset, project.applied())
        words += f' · <b data-found="{found}">found {found:,} of {total:,}</b> planted errors'
    st.html(f'<div class="sl-number">{words}</div>')
