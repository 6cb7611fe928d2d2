"""The one error box: a UserError is a sentence, everything else a bug that keeps its traceback."""

import streamlit as st

from pages.shared.words import plain


def show(mistake: Exception) -> None:
    """The sentence, with nothing in it read as Markdown."""
    st.error(plain(mistake), icon=":material/error:")


def show_if_sentence(mistake: Exception) -> bool:
    """For errors in callbacks and fragments; True = shown, so Streamlit shows no traceback.

    By name: a hot reload replaces the class under a running server.
    """
    if type(mistake).__name__ != "UserError":
        return False
    show(mistake)
    return True
