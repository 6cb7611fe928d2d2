"""Which named list a page is about, as its address may say."""

from typing import Literal

import streamlit as st

from pages.shared.project import Project
from store.errors import UserError
from store.lists import lists_in

EVERY = "All rows\u200b"
"""A list may be called "All rows"; none can have the invisible space at the end."""


def choose_list(project: Project, width: Literal["stretch"] | int = "stretch") -> str | None:
    """One of the lists that Explore keeps, None = all rows; nothing is asked where there are none.

    Raises UserError for a list that is gone: not all rows instead, for somebody followed a link to
    some of them.
    """
    names = [one.name for one in lists_in(project.workspace)]
    asked = st.query_params.get("list")
    if asked and asked not in (EVERY, *names):
        raise UserError(
            f"There is no list {asked!r} of this dataset. Make it on the Explore page, or open "
            "this page from the sidebar for all rows."
        )
    if not names:
        return None
    chosen = st.selectbox(
        "Rows",
        [EVERY, *names],
        key="list",
        bind="query-params",
        width=width,
        help="All rows, or a list that was kept on the Explore page.",
    )
    return None if chosen == EVERY else chosen
