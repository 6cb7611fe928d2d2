"""Health on the Data page: what is suspected of how many examples, and how many were checked."""

from typing import TYPE_CHECKING

import streamlit as st

from engine.health import Health, health, suspected_labels
from pages.shared import state
from pages.shared.project import Project

if TYPE_CHECKING:
    from engine.audit import Audit

KINDS = {"outlier": "Outliers", "near duplicate": "Near duplicates"}


def show(project: Project, audit: "Audit | None") -> None:
    """One line per kind of problem, and the way to look at it."""
    st.subheader("Health")
    found = _health(project.fingerprint, _project=project)
    lines = [
        ("repeated:", found.repeated, "content that stood in an earlier row already"),
        ("contradicting:", found.contradicting, "same content, another label"),
        ("small classes:", len(found.few), "fewer than five examples each"),
        ("without a label:", found.unlabelled, "no given label to check"),
    ]
    if audit is not None:
        lines.insert(0, _label_errors(project, audit))
    shown = "".join(
        f'<b class="sl-number">{number:,}</b>'
        f'<span>{name} <span class="sl-quiet">{meaning}</span></span>'
        for name, number, meaning in lines
    )
    st.html(f'<div class="sl-facts">{shown}</div>')
    for name, score in ({} if audit is None else audit.scores).items():
        if score.scorer.finds in KINDS:
            st.page_link(
                "pages/decide/review.py",
                label=f"{KINDS[score.scorer.finds]}: look at the most suspicious first",
                icon=":material/arrow_forward:",
                query_params=state.address(project, scorer=name),
            )


def _label_errors(project: Project, audit: "Audit") -> tuple[str, int, str]:
    found = suspected_labels(project.dataset, audit.queue, project.applied())
    meaning = f"another label is likelier: {found.checked:,} checked, {found.found:,} found wrong"
    return "suspected labels:", found.rows, meaning


@st.cache_resource(max_entries=8, show_spinner=False)
def _health(fingerprint: str, _project: Project) -> Health:
    """Kept, because a million contents take seconds to compare."""
    return health(_project.dataset)
