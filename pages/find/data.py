"""Open a dataset; what is there, what is missing, how healthy it is."""

import streamlit as st

from pages.shared import (
    before_parts,
    health_parts,
    next_parts,
    opening,
    pair_parts,
    run_parts,
    shelf,
    state,
    waiting,
)
from pages.shared import dataset_parts as parts
from pages.shared.front import front_of
from pages.shared.words import plain

project = state.current()
opening.report()
for sentence in shelf.problems():
    st.error(plain(sentence), icon=":material/error:")

if project is None:
    st.title("Second Look")
    st.markdown(
        "Find the examples of a dataset whose labels are probably wrong, look at them, "
        "decide with one key each, export a clean copy."
    )
    opening.example_button()
    opening.form()
    st.stop()

title, start = st.columns([3, 1], vertical_alignment="center")
title.title(plain(project.dataset.name))
if start.button("Start review", type="primary", icon=":material/play_arrow:", width="stretch"):
    st.switch_page("pages/decide/review.py", query_params=state.address(project))

pairs = project.dataset.unit == "pair"
parts.planted(project)
if pairs:
    pair_parts.facts(project)
else:
    parts.facts(project)
audit = waiting.audit_of(project)
findings = None if audit is None or pairs else waiting.findings_of(project, audit)
now = front_of(project, audit, findings)
next_parts.show(project, audit, now)
health_parts.show(project, audit, now)
if findings is not None:
    health_parts.as_a_whole(findings)
before_parts.show(project, now)
if pairs:
    pair_parts.recall(project)
    if audit is not None:
        pair_parts.queries(project, audit)
run_parts.show(project)
with st.expander("Where it comes from", icon=":material/source:"):
    parts.embeddings(project)
    parts.origins(project, audit)
with st.expander("Open another dataset, or correct a guess", icon=":material/folder_open:"):
    opening.example_button()
    opening.form(project)
