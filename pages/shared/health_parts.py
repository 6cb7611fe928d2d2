"""Health on the Data page: what is suspected of how many examples, and how many were checked."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from engine.health import Health, health
from pages.shared import deck, state
from pages.shared.project import Project

if TYPE_CHECKING:
    from engine.audit import Audit

KINDS = {"outlier": "Outliers", "near duplicate": "Near duplicates"}


def show(project: Project, audit: "Audit | None") -> None:
    """One line per kind of problem, and the way to look at it."""
    st.subheader("Health")
    found = _health(project.fingerprint, audit is not None, _project=project, _audit=audit)
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
    queue, actions = audit.queue, project.applied().actions
    given = project.dataset.labels[queue.rows]
    suspected = queue.rows[(given >= 0) & (queue.suggested >= 0) & (given != queue.suggested)]
    checked = suspected[actions[suspected] != deck.UNDECIDED]
    found = checked[np.isin(actions[checked], ["relabel", "drop"])]
    meaning = f"another label is likelier: {len(checked):,} checked, {len(found):,} found wrong"
    return "suspected labels:", len(suspected), meaning


@st.cache_resource(max_entries=8, show_spinner=False)
def _health(fingerprint: str, scored: bool, _project: Project, _audit: "Audit | None") -> Health:
    """Kept, because a million contents take seconds to compare."""
    return health(_project.dataset, None if _audit is None else _audit.queue)
