"""Which list to review, which rows of it and in which order. The address holds every choice."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from engine.views import NO_LABEL, Order, View, position_of
from pages.shared import list_parts, piles, state, wording
from pages.shared.project import Project
from pages.shared.words import count, plain, shortened
from store.verdicts import UNDECIDED

if TYPE_CHECKING:  # the engine takes seconds to load, and the first screen does not wait for it
    from engine.audit import Audit

ANY = "any"
UNLABELLED = "no label"
ORDERS = {
    "learning": "Learns from verdicts",
    "fixed": "As it was made",
    "random": "Random",
}


def choose_view(project: Project, audit: "Audit") -> dict[str, Any]:
    """The widgets; returns the view as the card's component is told it."""
    unit = project.dataset.unit
    wrong = {"example": "Likely label errors", "pair": "Likely missing positives"}
    titles = {audit.default: wrong[unit]}
    titles |= {
        name: score.scorer.title for name, score in audit.scores.items() if name != audit.default
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        queue = state.choose_scorer("List", titles, help=audit.queue.title, width=340)
        named = list_parts.choose_list(project, width=190)
        pile = st.selectbox(
            "Show",
            piles.PILES,
            format_func=wording.pile_words(unit).__getitem__,
            key="pile",
            bind="query-params",
            width=220,
            help=f"Undecided {unit}s, or those with a verdict, to look at again.",
        )
        settles = pile != "adjudicate" or _choose_settling()
        with st.popover("More", icon=":material/tune:"):
            order = st.selectbox(
                "Order",
                list(ORDERS),
                format_func=ORDERS.__getitem__,
                key="order",
                bind="query-params",
                help="A list that learns brings up what is like the errors you found."
                if unit == "example"
                else "A list that learns brings up what is like the positives you found.",
                disabled=pile != UNDECIDED,
            )
            query = _choose_query() if unit == "pair" else None
            given = _choose_class("Given label", "given", project, others=(UNLABELLED,))
            suggested = _choose_class("Suggested label", "suggested", project)
            mine = st.toggle("Only what I decided", key="mine", bind="query-params")
            blind = st.toggle(
                "Blind cards",
                value=True,
                key="blind",
                bind="query-params",
                help="One card in ten is drawn at random and shown without a suggestion. What you "
                "say of these tells how good the list is and how much is left.",
            )
    view = View(
        queue=queue,
        pile=pile,
        given={ANY: None, UNLABELLED: NO_LABEL}.get(given, given),
        suggested=None if suggested == ANY else suggested,
        order=cast(Order, order),
        blind=blind,
        mine=mine,
        query=query,
        named=named,
        settles=settles,
    )
    if view.query is not None:
        _say_query(project, view.query)
    return asdict(view)


def _choose_settling() -> bool:
    return st.toggle(
        "Settle for everybody",
        value=True,
        key="settles",
        bind="query-params",
        help="What you decide here counts above what the others say. Switched off, it is one more "
        "opinion, and replaces the one you gave before.",
    )


def _choose_query() -> str | None:
    named = st.text_input(
        "Query",
        key="query",
        bind="query-params",
        placeholder="any",
        help="The id of one query: only its candidates are shown.",
    )
    return str(named or "").strip() or None


def _say_query(project: Project, query: str) -> None:
    """Which query it is, and the way back to all. Raises UserError for an id there is none of."""
    pairs = project.dataset.pairs
    assert pairs is not None
    text = pairs.queries.text_of(position_of(project.dataset, query))
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.caption(f"Only **{plain(query)}**: {plain(shortened(text, 200))}")
    button.button("All queries", on_click=_all_queries, width="stretch")


def _all_queries() -> None:
    st.session_state["query"] = ""


def _choose_class(title: str, key: str, project: Project, others: tuple[str, ...] = ()) -> str:
    names = (wording.given_names if key == "given" else wording.label_names)(project.dataset)
    return st.selectbox(
        title,
        [ANY, *others, *project.dataset.classes],
        format_func=lambda name: names.get(name, name),
        key=key,
        bind="query-params",
        help=f"One of {count(len(project.dataset.classes), 'class', 'classes')}.",
    )
