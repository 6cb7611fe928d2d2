"""Scorers that no audit waits for: their options, a button, progress, and a way to stop."""

import streamlit as st

from engine.audit import Audit
from engine.contract import Scorer
from engine.inputs import missing_inputs
from engine.scorers import all_scorers
from pages.shared import options, problem, waiting
from pages.shared.project import Project
from store.errors import UserError


def show(project: Project, audit: Audit) -> None:
    """One box for each scorer that runs on request and has what it needs."""
    ready = [
        scorer
        for scorer in all_scorers().values()
        if scorer.runs == "on request" and not missing_inputs(scorer.inputs, audit.evidence)
    ]
    if not ready:
        return
    st.subheader("On request")
    st.caption("These take longer than a search for suspects should wait for.")
    for scorer in ready:
        with st.expander(scorer.title, expanded=scorer.name in project.requested):
            _one(project, audit, scorer)


def _one(project: Project, audit: Audit, scorer: Scorer) -> None:
    st.markdown(scorer.summary)
    chosen = options.choose(project, scorer)
    if _is_running(project, scorer):
        waiting.progress(project.requested[scorer.name], scorer.title)
        return
    job = project.requested.get(scorer.name)
    done = job is not None and job.state == "done"
    if job is not None and done and audit.scores.get(scorer.name) is not job.result():
        st.rerun()  # it ended while this page was drawn, which does not know the score yet
    if scorer.name in audit.scores and chosen == audit.scores[scorer.name].options:
        st.caption("Scored: choose it above.")
    else:
        st.button(
            "Score now",
            key=f"score-{scorer.name}",
            icon=":material/play_arrow:",
            on_click=project.score_now,
            args=(audit, scorer, chosen),
        )
    if job is None:
        return
    if job.state == "cancelled":
        st.info("Scoring was cancelled.", icon=":material/cancel:")
    try:
        job.result()
    except UserError as mistake:
        problem.show(mistake)


def _is_running(project: Project, scorer: Scorer) -> bool:
    job = project.requested.get(scorer.name)
    return job is not None and job.state == "running"
