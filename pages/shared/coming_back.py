"""Back to the page that somebody wanted: a provider of logins sends everybody to the first one."""

import streamlit as st

KEEPER = """
const KEPT = "second-look-wanted";

export default function ({ data }) {
  const here = location.pathname + location.search;
  if (data.isWaiting) return sessionStorage.setItem(KEPT, here);
  const wanted = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  // Begun with our own origin: "//host" alone would be another host.
  const isElsewhere = wanted !== null && wanted.length > 1 && wanted !== here;
  if (isElsewhere) location.replace(location.origin + wanted);
}
"""
"""The tab keeps the address while its visitor is away, and gives it back once."""

_component = st.components.v2.component("second_look_coming_back", js=KEEPER)


def mount(*, is_waiting: bool) -> None:
    """On every page of a server with a login. is_waiting: nobody has come in yet."""
    _component(key="coming-back", data={"isWaiting": is_waiting})
