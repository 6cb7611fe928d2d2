"""One card on the screen: the example, its labels, the keys, its neighbours."""

import streamlit as st

from engine.audit import Audit
from engine.queueing import Selection
from pages.shared import deciding, tiles
from pages.shared.deck import Card
from pages.shared.project import Project
from pages.shared.words import html, plain
from store.dataset import UNLABELLED

DIGITS = "1234567890"
NEIGHBOURS = 10


def example(project: Project, card: Card) -> None:
    """The example as large as fits, its id and its place in the queue."""
    st.html(tiles.large(project, card.row))
    st.html(
        f'<div class="sl-row sl-quiet"><span class="sl-number">No. {card.place + 1:,} of '
        f"{len(project.dataset):,} in the queue</span><span>{html(card.id)}</span></div>"
    )


def labels(card: Card) -> None:
    """Given label, suggestion and the reason in words."""
    agrees = card.suggested is not None and card.suggested == card.given
    suggestion = (
        tiles.label(card.suggested, "suggested")
        if card.suggested is not None
        else '<span class="sl-quiet">none</span>'
    )
    note = ' <span class="sl-quiet">agrees with the given label</span>' if agrees else ""
    decided = deciding.WORDS[card.verdict]
    verdict = f"<span>Verdict</span><span>{decided}</span>" if card.verdict != "undecided" else ""
    st.html(
        f'<div class="sl-verdict" data-card="{html(card.id)}" data-verdict="{html(card.verdict)}">'
        f"<span>Given label</span>{tiles.label(card.given, 'given')}"
        f"<span>Suggestion</span><span>{suggestion}{note}</span>"
        f"<span>Why here</span><span>{html(card.why)}</span>{verdict}</div>"
    )


def keys(card: Card, selection: Selection, pile: str) -> None:
    """Every decision with its key. Key and arguments carry the id of the example on the screen."""

    def button(
        words: str, shortcut: str | None, action: str, label: str | None = None, **more: object
    ) -> None:
        st.button(
            words,
            key=f"{action}-{label}-{shortcut}-{card.showing}",
            shortcut=shortcut,
            on_click=deciding.on_card,
            args=(card, action, label, selection, pile),
            **more,  # type: ignore[arg-type]
        )

    with st.container(horizontal=True, gap="xsmall"):
        if card.suggested is not None and card.suggested != card.given:
            button(
                f"Change to {plain(card.suggested)}",
                "Enter",
                "relabel",
                card.suggested,
                type="primary",
            )
        elif card.suggested is not None:
            button(f"Keep {plain(card.given)}", "Enter", "keep", type="primary")
        button("Keep", "K", "keep")
        button("Drop", "X", "drop")
        button("Skip", "Space", "skip")
        button("Flag", "F", "flag")
        st.button(
            "Undo",
            key=f"undo-{card.showing}",
            shortcut="Backspace",
            on_click=deciding.undo,
            args=(card.fingerprint, card.turn),
        )
    st.caption("Or pick a class, likeliest first")
    with st.container(horizontal=True, gap="xsmall"):
        for digit, name in zip(DIGITS, card.classes, strict=False):
            button(plain(name), digit, "relabel", name)
    if len(card.classes) > len(DIGITS):
        find_class(card, selection, pile)


def find_class(card: Card, selection: Selection, pile: str) -> None:
    """Classes beyond the ten keys."""
    key = f"class-{card.showing}"

    def chosen() -> None:
        deciding.on_card(card, "relabel", st.session_state[key], selection, pile)

    st.selectbox(
        "Another class",
        sorted(card.classes),
        index=None,
        key=key,
        on_change=chosen,
        placeholder=f"Find one of {len(card.classes):,} classes",
        label_visibility="collapsed",
    )


def neighbours(project: Project, audit: Audit, card: Card) -> None:
    """The nearest examples with their labels in force and their distances."""
    graph = audit.evidence.graph
    if graph is None:
        return
    rows, distances = (
        graph.neighbours[card.row][:NEIGHBOURS],
        graph.distances[card.row][:NEIGHBOURS],
    )
    in_force, classes = project.applied().labels, project.dataset.classes
    shown = []
    for row, distance in zip(rows.tolist(), distances.tolist(), strict=True):
        if row < 0:
            continue
        name = None if in_force[row] == UNLABELLED else classes[in_force[row]]
        role = {card.given: "given", card.suggested: "suggested"}.get(name, "")
        shown.append(tiles.small(project, row, tiles.label(name, role), f"{distance:.3f}"))
    st.markdown(f"**Nearest examples**, their labels and {graph.metric} distances")
    st.html(tiles.grid(project, shown))
