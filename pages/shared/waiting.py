"""Work in the background on the screen: how far it is, how long still, and a way to stop it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.shared.jobs import Job
from pages.shared.project import Project
from pages.shared.words import duration, plain

if TYPE_CHECKING:
    from engine.audit import Audit
    from engine.findings import Findings

LOOK_AGAIN = 0.5
"""Seconds between two looks at a running job: quick to the eye, little work for the server."""


def audit_of(project: Project) -> "Audit | None":
    """The audit, with what was scored on request since.

    While there is none, its progress is drawn here and the page goes on without. Its imports would
    keep the thread waiting that sends the first screen, so it begins when that has been seen.
    Raises what the audit raised, so that a UserError reaches the one error box.
    """
    job = project.audit
    if job.state == "running":
        progress(job, "Looking for suspects", project.want_audit)
    if job.state == "cancelled":
        st.info("The search for suspects was cancelled.", icon=":material/cancel:")
        st.button("Search again", on_click=project.audit_again)
    found = job.result()
    return None if found is None else project.with_requested(found)


def findings_of(project: Project, audit: "Audit") -> "Findings | None":
    """What is found about the whole; while there is nothing, its progress is drawn here."""
    job = project.findings(audit)
    if job.state == "running":
        progress(job, "Looking at the whole")
    if job.state == "cancelled":
        st.button("Look at the whole again", on_click=project.find_again)
    return job.result()


def better_map(project: Project, audit: "Audit") -> None:
    """The map's better layout is begun; while it is made, its progress is drawn here."""
    if project.dataset.embeddings is None or project.dataset.unit == "pair":
        return
    job = project.lay_out(audit)
    if job.state == "running":
        progress(job, "A better map is on its way")
    if job.state == "cancelled":
        st.button("Make the better map", on_click=project.lay_out_again)
    job.result()


def needed_audit(project: Project) -> "Audit":
    """The audit; without one the page ends here, below its progress."""
    project.want_audit()
    found = audit_of(project)
    if found is None:
        st.stop()
    return found


@st.fragment(run_every=LOOK_AGAIN)
def progress(job: Job[Any], title: str, seen: Callable[[], None] | None = None) -> None:
    """A bar with the time left and a cancel button; redraws the page once the job has ended.

    seen: called when a browser looks again, and so has the screen.
    """
    if job.state != "running":
        st.rerun()
    if seen is not None:
        if st.session_state.get(f"drawn-{title}"):
            seen()
        st.session_state[f"drawn-{title}"] = True
    with st.container(border=True):
        line, button = st.columns([5, 1], vertical_alignment="center")
        words = f"**{title}** · {plain(job.stage)}"
        remaining = job.remaining()
        if job.total:
            words += f" · {job.done:,} of {job.total:,}"
        if remaining is not None:
            words += f" · about {duration(remaining)} left"
        line.progress(job.share, text=words)
        button.button(
            "Stopping …" if job.cancelling else "Cancel",
            on_click=job.cancel,
            disabled=job.cancelling,
            key=f"cancel-{title}",
            width="stretch",
        )
