"""A page that Streamlit's own script gave up on is loaded again.

Seen once: where the redraw of a part is overtaken by another page, Streamlit finds no place for
what arrives ("Bad delta path"), and the window stays white.
"""

import streamlit as st

WATCH = """
const AGAIN = "second-look-loaded-again";
const SOON = 10_000;

export default function () {
  if (window.secondLookWatches) return;
  window.secondLookWatches = true;
  addEventListener("error", () => setTimeout(() => {
    const root = document.getElementById("root");
    const before = Number(sessionStorage.getItem(AGAIN));
    // Whatever fails at once again is not to be mended so.
    if (root === null || root.childElementCount > 0 || Date.now() - before < SOON) return;
    sessionStorage.setItem(AGAIN, Date.now());
    location.reload();
  }, 200));
}
"""
"""The window outlives what Streamlit draws in it. Decisions on their way wait in the browser."""

_component = st.components.v2.component("second_look_healing", js=WATCH)


def mount() -> None:
    """On every page."""
    _component(key="healing")
