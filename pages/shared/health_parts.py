"""Health on the Data page: what is suspected of how many examples, and how many were checked."""

from typing import TYPE_CHECKING

import streamlit as st

from engine.health import Health, health, suspected_labels
from pages.shared import state, waiting
from pages.shared.project import Project
from pages.shared.words import plain

if TYPE_CHECKING:
    from engine.audit import Audit
    from engine.findings import Findings

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
    whole = None
    if audit is not None:
        lines.insert(0, _label_errors(project, audit))
        whole = waiting.findings_of(project, audit)
    if whole is not None and whole.outliers >= 0:
        sets = "1 set" if whole.duplicate_sets == 1 else f"{whole.duplicate_sets:,} sets"
        copies = f"in {sets} of almost equal examples"
        lines.append(("near duplicates:", whole.duplicate_rows, copies))
        lines.append(("outliers:", whole.outliers, "far from every other example"))
    shown = "".join(
        f'<b class="sl-number">{number:,}</b>'
        f'<span>{name} <span class="sl-quiet">{meaning}</span></span>'
        for name, number, meaning in lines
    )
    st.html(f'<div class="sl-facts">{shown}</div>')
    if whole is not None:
        _as_a_whole(whole)
    for name, score in ({} if audit is None else audit.scores).items():
        if score.scorer.finds in KINDS:
            st.page_link(
                "pages/decide/review.py",
                label=f"{KINDS[score.scorer.finds]}: look at the most suspicious first",
                icon=":material/arrow_forward:",
                query_params=state.address(project, scorer=name),
            )


def _as_a_whole(found: "Findings") -> None:
    """A sentence each: problems stand out, what is fine is small."""
    from engine.findings import told

    for sentence, is_problem in told(found):
        if is_problem:
            st.warning(plain(sentence), icon=":material/warning:")
        else:
            st.caption(plain(sentence))


def _label_errors(project: Project, audit: "Audit") -> tuple[str, int, str]:
    found = suspected_labels(project.dataset, audit.queue, project.applied())
    meaning = f"another label is likelier: {found.checked:,} checked, {found.found:,} found wrong"
    return "suspected labels:", found.rows, meaning


@st.cache_resource(max_entries=8, show_spinner=False)
def _health(fingerprint: str, _project: Project) -> Health:
    """Kept, because a million contents take seconds to compare."""
    return health(_project.dataset)
