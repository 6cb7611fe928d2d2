"""The map: colour, filter, select with box or lasso, decide on many at once."""

import streamlit as st

from engine.audit import Audit
from pages.shared import bulk, filters, maps, state, tables, waiting
from pages.shared.deciding import saved_line
from pages.shared.project import Project


@st.fragment
def explore(project: Project, audit: Audit) -> None:
    """The map and what is selected on it."""
    first, *others = st.columns(4)
    with first:
        colour = maps.choose_colour(audit)
    rows = filters.rows(project, audit, others)
    chosen = maps.select(project, audit, colour, rows)
    if len(chosen) == 0:
        st.caption("Draw around points with the lasso or the box to see and decide them together.")
        bulk.undo_button(project)
        saved_line()
        return
    st.subheader(f"{len(chosen):,} selected")
    bulk.actions(project, chosen)
    saved_line()
    tables.show(tables.of_rows(project, chosen[: tables.SHOWN]), height=420)
    if len(chosen) > tables.SHOWN:
        st.caption(
            f"The first {tables.SHOWN:,} are listed; a decision is about all {len(chosen):,}."
        )


st.title("Explore")
project = state.project()
maps.require_embeddings(project)
explore(project, waiting.needed_audit(project))
