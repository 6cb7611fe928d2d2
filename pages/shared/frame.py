"""What every page has around it: the title, the style sheet, the sidebar."""

from pathlib import Path

import streamlit as st

from pages.shared import healing, login, shelf, state
from pages.shared.words import plain

HERE = Path(__file__).parent


def begin() -> None:
    """Title, width and style; first thing in every run."""
    # Our own picture: Streamlit would fetch the icon of a :material: name from the network.
    st.set_page_config(page_title="Second Look", page_icon=HERE / "icon.svg", layout="wide")
    st.html(HERE / "style.css")
    healing.mount()


def review_title() -> str:
    """What the page of the queue is called: pairs are reviewed on the same page as examples."""
    project = shelf.named(st.query_params.get("dataset") or st.session_state.get("dataset") or "")
    return "Pairs" if project is not None and project.dataset.unit == "pair" else "Review"


def sidebar() -> None:
    """Which dataset, and who decides."""
    with st.sidebar:
        _choose_dataset()
        who = login.reviewer()
        if who is not None:
            st.text(f"Reviewer: {who}", help="Stands beside each of your decisions in the log.")
            st.button("Log out", on_click=st.logout, icon=":material/logout:")
            return
        # As the field's default, and not put into it by the session: that travels with one run
        # alone, and the field of a run that is overtaken before it is sent would stay empty.
        st.text_input(
            "Reviewer",
            value=st.session_state.setdefault("reviewer at first", state.default_reviewer()),
            key="reviewer",
            on_change=_remember_reviewer,
            help="Stands beside each of your decisions in the log.",
        )


def _choose_dataset() -> None:
    project = state.current()
    if project is None:
        return
    names = {one.fingerprint: one.dataset.name for one in shelf.opened()}
    if len(names) == 1:
        st.caption("Dataset")
        st.markdown(f"**{plain(project.dataset.name)}**")
        return
    chosen = st.selectbox(
        "Dataset",
        list(names),
        index=list(names).index(project.fingerprint),
        format_func=names.__getitem__,
        key=f"dataset-of-{project.fingerprint}",
    )
    other = shelf.find(chosen)
    if other is not None and other is not project:
        st.query_params.clear()
        state.choose(other)
        st.rerun()


def _remember_reviewer() -> None:
    shelf.remember_reviewer(st.session_state["reviewer"])
