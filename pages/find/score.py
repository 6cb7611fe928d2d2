"""Scores: how each is distributed, its top examples, two compared."""

from typing import Any

import streamlit as st

from engine.audit import Audit
from engine.contract import Score
from engine.evaluate import agreement
from engine.queueing import queue_of
from engine.scorers import all_scorers
from pages.shared import charts, on_request, options, state, tables, tiles, waiting
from pages.shared.project import Project

TOP = 30


def one_score(project: Project, audit: Audit) -> None:
    """Distribution, options and top examples of one scorer."""
    names = sorted(audit.scores, key=lambda name: name != audit.default)  # the default one first
    titles = {name: audit.scores[name].scorer.title for name in names}
    name = state.choose_scorer("Scorer", titles)
    scorer = all_scorers()[name]
    facts, picture = st.columns([2, 3], gap="large")
    with facts:
        st.markdown(f"Finds: **{scorer.finds}** · look at the **{scorer.review_first}** first")
        st.markdown(scorer.summary)
        score = options.score_with_options(project, audit, scorer)
        st.caption(f"Source: {scorer.source}")
        if st.button("Review in this order", type="primary", icon=":material/play_arrow:"):
            st.switch_page(
                "pages/decide/review.py", query_params=state.address(project, scorer=name)
            )
    with picture:
        st.plotly_chart(charts.histogram(score), key="distribution")
    top(project, audit, score)


def top(project: Project, audit: Audit, score: Score) -> None:
    """The most suspicious rows."""
    queue = queue_of(score, audit.evidence)
    rows = queue.rows[:TOP]
    st.subheader("Most suspicious first")
    if project.dataset.media == "image":
        shown = [
            tiles.small(project, row, tiles.label(project.dataset.given(row)), f"{value:.3g}")
            for row, value in zip(rows.tolist(), queue.values[:TOP].tolist(), strict=True)
        ]
        st.html(tiles.grid(project, shown))
    else:
        more: dict[str, Any] = {
            "score": queue.values[:TOP],
            "why": [queue.why(row) for row in rows.tolist()],
        }
        tables.show(tables.of_rows(project, rows, more))


def compare(project: Project, audit: Audit) -> None:
    """Two scores against each other."""
    st.subheader("Compare two")
    names = sorted(audit.scores, key=lambda name: name not in (audit.default, "self_confidence"))
    left, right = st.columns(2)
    title = audit.scores
    across = left.selectbox("Across", names, format_func=lambda one: title[one].scorer.title)
    up = right.selectbox(
        "Up", names, index=min(1, len(names) - 1), format_func=lambda one: title[one].scorer.title
    )
    first, second = audit.scores[across], audit.scores[up]
    same = agreement(first, second)
    st.markdown(
        f"Rank correlation **{same.rank_correlation:.2f}**, "
        f"**{same.overlap:,}** of the first {same.first:,} in common."
    )
    st.plotly_chart(
        charts.comparison(project.dataset.all_ids.to_pylist(), first, second), key="pair"
    )


st.title("Score")
project = state.project()
audit = waiting.needed_audit(project)
if audit.scores:
    one_score(project, audit)
else:
    st.info("No scorer has what it needs for this dataset.", icon=":material/help:")
if len(audit.scores) > 1:
    compare(project, audit)
on_request.show(project, audit)
options.missing(audit)
