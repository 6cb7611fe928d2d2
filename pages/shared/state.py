"""What one browser tab looks at. The address holds it, so that a link reopens the same view."""

import getpass
from collections.abc import Mapping
from typing import Literal

import streamlit as st

from pages.shared import login, shelf
from pages.shared.project import Project
from store.errors import UserError

NAME_LENGTH = 12
"""Digits of a fingerprint in an address: enough for every set of datasets one machine opens."""


def current() -> Project | None:
    """The dataset of this tab: named in the address, else looked at before, else the first open."""
    named = st.query_params.get("dataset")
    if named is not None and (found := shelf.find(named)) is not None:
        choose(found)
        return found
    before = shelf.find(st.session_state.get("dataset", ""))
    found = before or next(iter(shelf.opened()), None)
    if found is not None:
        choose(found)
    if named is not None:
        st.warning(
            "The dataset of this address is not open on this server.", icon=":material/link_off:"
        )
    return found


def choose(project: Project) -> None:
    """Look at this dataset from now on."""
    name = project.fingerprint[:NAME_LENGTH]
    st.session_state["dataset"] = name
    if st.query_params.get("dataset") != name:
        st.query_params["dataset"] = name


def project() -> Project:
    """The dataset of this tab; without one the page ends here, with the way to open one."""
    found = shelf.find(st.session_state.get("dataset", ""))
    if found is None:
        st.info("No dataset is open yet.", icon=":material/folder_open:")
        st.page_link("pages/find/data.py", label="Open one on the Data page")
        st.stop()
    return found


def address(project: Project, **more: str) -> dict[str, str]:
    """Query parameters of a link to another page about the same dataset."""
    return {"dataset": project.fingerprint[:NAME_LENGTH], **more}


def choose_scorer(
    title: str,
    titles: Mapping[str, str],
    help: str | None = None,
    width: Literal["stretch"] | int = "stretch",
) -> str:
    """A select box that begins with the scorer in the address, and keeps the address up to date."""
    names, named = list(titles), st.query_params.get("scorer", "")
    chosen = st.selectbox(
        title,
        names,
        index=names.index(named) if named in titles else 0,
        format_func=titles.__getitem__,
        key=f"choose-{title}",
        help=help,
        width=width,
    )
    if chosen != named:
        st.query_params["scorer"] = chosen
    return chosen


def default_reviewer() -> str:
    """The name last typed here, else the launcher's, else the login name."""
    known = shelf.last_reviewer()
    if known:
        return known
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a user database
        return "reviewer"


def reviewer() -> str:
    """Who decides: who has logged in, else the sidebar's field.

    Raises UserError when that is empty.
    """
    name = login.reviewer() or str(st.session_state.get("reviewer") or "").strip()
    if not name:
        raise UserError("The reviewer has no name. Type yours in the sidebar, then decide again.")
    return name
