"""The map: colour, filter, select with box or lasso, decide on many at once."""

from hashlib import blake2b

import numpy as np
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


@st.fragment
def explore_pairs(project: Project, audit: Audit) -> None:
    """A table to choose from: pairs have two places each, and no map of their own."""
    st.caption("Pairs have no map: each is about two texts. Tick rows to decide them together.")
    rows = filters.rows(project, audit, st.columns(3))
    order = audit.queue.rows
    first = order[np.isin(order, rows)][: tables.SHOWN]
    # Other lines are another table: what was ticked is never a line that took its place.
    key = f"pairs-{blake2b(first.tobytes(), digest_size=8).hexdigest()}"
    chosen = first[tables.choose(tables.of_rows(project, first), key=key, height=420)]
    if len(rows) > len(first):
        st.caption(f"The first {len(first):,} of {len(rows):,}, in the order of the list.")
    if len(chosen) > 0:
        bulk.actions(project, chosen, "table")
    else:
        bulk.undo_button(project)
    saved_line()


st.title("Explore")
project = state.project()
if project.dataset.unit == "pair":
    explore_pairs(project, waiting.needed_audit(project))
else:
    maps.require_embeddings(project)
    explore(project, waiting.needed_audit(project))
