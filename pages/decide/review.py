"""The queue, one example at a time."""

import streamlit as st

from engine.audit import Audit
from engine.queueing import DEFAULT, Selection
from engine.report import selection_of
from pages.shared import card as parts
from pages.shared import deciding, deck, state, waiting
from pages.shared.counts import found_line, saved_line
from pages.shared.deck import Card
from pages.shared.project import Project


@st.fragment
def review(project: Project, audit: Audit) -> None:
    """One card, its keys and its neighbours; a key redraws only this."""
    queue, pile, selection = choose_queue(project, audit)
    card = current_card(project, audit, selection, queue, pile)
    line = st.container()
    if card is None:
        with line:
            saved_line()
        nothing_left(project, pile)
        return
    wide = 2 if project.dataset.media == "image" else 3
    picture, verdict = st.columns([wide, 3], gap="medium")
    with picture:
        parts.example(project, card)
    with verdict:
        parts.labels(card)
        parts.keys(card, selection, pile)
    with line:  # last, so that whoever sees it can press a key
        saved_line(ready=card.id)
    parts.neighbours(project, audit, card)


def choose_queue(project: Project, audit: Audit) -> tuple[str, str, Selection]:
    """Which order, and which rows of it."""
    titles = {DEFAULT: "Likely label errors"}
    titles |= {name: score.scorer.title for name, score in audit.scores.items() if name != DEFAULT}
    counts = deck.piles(project.applied().actions)
    left, middle, right = st.columns([3, 2, 3], vertical_alignment="bottom")
    with left:
        queue = state.choose_scorer(
            "Queue", titles, on_change=deciding.from_the_top, help=audit.queue.title
        )
    pile = middle.selectbox(
        "Show",
        [name for name in deck.PILES if counts[name] or name == deck.UNDECIDED],
        format_func=deciding.WORDS.__getitem__,
        key="pile",
        on_change=deciding.from_the_top,
    )
    with right:
        found_line(project)
    return queue, pile, selection_of(audit, None if queue == DEFAULT else queue)


def current_card(
    project: Project, audit: Audit, selection: Selection, queue: str, pile: str
) -> Card | None:
    """The card in the address, else the first of the pile."""
    row = project.dataset.rows_of([st.session_state["card"] or ""])[0]
    if row >= 0:
        place: int | None = deck.place_of(selection, row)
    else:
        place = deck.next_place(selection, project.applied().actions, pile)
    if place is None:
        return None
    deciding.go_to(project, selection, place)
    return deck.card_at(project, audit, selection, queue, place)


def nothing_left(project: Project, pile: str) -> None:
    """The end of the queue is a place to go on from."""
    st.success(f"No example here is {deciding.WORDS[pile]}.", icon=":material/done_all:")
    st.page_link(
        "pages/decide/export.py",
        label="Export the clean copy",
        icon=":material/download:",
        query_params=state.address(project),
    )


project = state.project()
deciding.follow_address()
review(project, waiting.needed_audit(project))
