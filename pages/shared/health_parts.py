"""Health on the Data page: of every kind of problem how many are suspected, checked, found."""

from typing import TYPE_CHECKING

import streamlit as st

from engine.problems import Problem
from pages.shared import kinds, state
from pages.shared.front import Front
from pages.shared.project import Project
from pages.shared.words import count, html, interval, percent, plain

if TYPE_CHECKING:
    from engine.audit import Audit
    from engine.findings import Findings


def show(project: Project, audit: "Audit | None", front: Front) -> None:
    """A line per kind that there is, and the way to its rows; what there is none of, in one."""
    st.subheader("Health")
    there = [one for one in front.problems if len(one.rows)]
    for problem in there:
        _line(project, problem, audit, surely_wrong=front.surely_wrong)
    if any(0 < one.checked < len(one.rows) for one in there):
        st.caption(
            "Shares are of the rows that were checked. A list begins with its most suspicious, so "
            "of those still to come fewer may be wrong."
        )
    none = [kinds.KINDS[one.kind].title.lower() for one in front.problems if not len(one.rows)]
    if none:
        st.caption(f"Looked for and not there: {', '.join(none)}.")
    dataset = project.dataset
    if audit is not None and dataset.unit == "example" and dataset.embeddings is None:
        st.caption("Not looked for: near duplicates and outliers. The examples have no embeddings.")


def as_a_whole(found: "Findings") -> None:
    """A sentence each: problems stand out, what is fine is small."""
    from engine.findings import told

    for sentence, is_problem in told(found):
        if is_problem:
            st.warning(plain(sentence), icon=":material/warning:")
        else:
            st.caption(plain(sentence))


def _line(project: Project, problem: Problem, audit: "Audit | None", *, surely_wrong: int) -> None:
    words = kinds.KINDS[problem.kind]
    meaning = words.meaning
    if problem.kind == "contradiction" and surely_wrong:
        meaning += f"; at least {surely_wrong:,} still wrong, if equal content has one right label"
    facts, ways = st.columns([5, 2], vertical_alignment="center", gap="medium")
    facts.html(
        f'<div class="sl-problem"><b class="sl-number">{len(problem.rows):,}</b><div>'
        f'<b>{words.title}</b> <span class="sl-quiet">{html(meaning)}</span>'
        f'<progress value="{problem.checked}" max="{len(problem.rows)}" '
        f'aria-label="{words.title}, checked"></progress>'
        f'<span class="sl-quiet">{html(checked(problem, words.found))}</span></div></div>'
    )
    with ways.container(horizontal=True, gap="small"):
        for link in kinds.links_of(project, problem, audit):
            st.page_link(
                link.page,
                label=link.label,
                icon=":material/arrow_forward:",
                help=link.hint,
                query_params=state.address(project, **link.query),
            )


def checked(problem: Problem, found: str) -> str:
    """How many were looked at and what came of it; the interval says from how many it is."""
    share = problem.share
    if share is None:
        return "Nobody has checked any yet."
    words = f"{problem.checked:,} of {len(problem.rows):,} checked, {problem.found:,} {found}"
    if problem.checked == len(problem.rows):
        return f"{words}: {percent(share.middle)} %, and that is all of them."
    told = f"{percent(share.middle)} %, {interval(share)} from {count(problem.checked, 'row')}"
    return f"{words}: {told}."
