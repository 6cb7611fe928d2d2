"""Which list to review, which rows of it and in which order. The address holds every choice."""

from dataclasses import asdict
from typing import Any, cast

import streamlit as st

from engine.audit import Audit
from engine.views import NO_LABEL, Order, View
from pages.shared import piles, state
from pages.shared.project import Project
from pages.shared.words import count
from store.verdicts import UNDECIDED

ANY = "any"
UNLABELLED = "no label"
ORDERS = {
    "learning": "Learns from verdicts",
    "fixed": "As it was made",
    "random": "Random",
}


def choose_view(project: Project, audit: Audit) -> dict[str, Any]:
    """The widgets; returns the view as the card's component is told it."""
    wrong = {"example": "Likely label errors", "pair": "Likely missing positives"}
    titles = {audit.default: wrong[project.dataset.unit]}
    titles |= {
        name: score.scorer.title for name, score in audit.scores.items() if name != audit.default
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        queue = state.choose_scorer("List", titles, help=audit.queue.title, width=340)
        pile = st.selectbox(
            "Show",
            piles.PILES,
            format_func=piles.WORDS.__getitem__,
            key="pile",
            bind="query-params",
            width=220,
            help="Undecided examples, or those with a verdict, to look at again.",
        )
        with st.popover("More", icon=":material/tune:"):
            order = st.selectbox(
                "Order",
                list(ORDERS),
                format_func=ORDERS.__getitem__,
                key="order",
                bind="query-params",
                help="A list that learns brings up what is like the errors you found.",
                disabled=pile != UNDECIDED,
            )
            given = _choose_class("Given label", "given", project, others=(UNLABELLED,))
            suggested = _choose_class("Suggested label", "suggested", project)
            mine = st.toggle("Only what I decided", key="mine", bind="query-params")
            blind = st.toggle(
                "Blind cards",
                value=True,
                key="blind",
                bind="query-params",
                help="One card in ten is drawn at random and shown without a suggestion. What you "
                "say of these tells how good the list is and how many errors are left.",
            )
    view = View(
        queue=queue,
        pile=pile,
        given={ANY: None, UNLABELLED: NO_LABEL}.get(given, given),
        suggested=None if suggested == ANY else suggested,
        order=cast(Order, order),
        blind=blind,
        mine=mine,
    )
    return asdict(view)


def _choose_class(title: str, key: str, project: Project, others: tuple[str, ...] = ()) -> str:
    return st.selectbox(
        title,
        [ANY, *others, *project.dataset.classes],
        key=key,
        bind="query-params",
        help=f"One of {count(len(project.dataset.classes), 'class', 'classes')}.",
    )
