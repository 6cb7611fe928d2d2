"""How good the list is and what is left, below the card: every number comes from the engine."""

import math
from dataclasses import dataclass

import streamlit as st

from engine.audit import Audit
from engine.estimating import Estimate, Standing
from pages.shared import charts, pair_parts
from pages.shared.project import Project
from pages.shared.words import count
from store.dataset import Unit
from store.pairs import FRONT

EVERY = 5.0
"""Seconds between two looks at the log: decisions come by HTTP and redraw nothing by themselves."""
FEWEST_BLIND = 1


@dataclass(frozen=True)
class Words:
    """What is found, by what a row is."""

    what: str
    found: str
    found_help: str
    left: str
    errors: str
    precision: str


WORDS: dict[Unit, Words] = {
    "example": Words(
        "errors",
        "Errors found",
        "Of the decisions so far.",
        "Errors left",
        "errors in the whole dataset",
        "Wrong among what it names",
    ),
    "pair": Words(
        "positives",
        "Positives found",
        "Of the decisions on pairs that nobody had judged; duplicates of a known positive are "
        "among them.",
        "Unmarked positives left",
        f"unmarked positives in the first {FRONT} of the rankings",
        "Relevant among what it names",
    ),
}


@st.fragment(run_every=EVERY)
def standing(project: Project, audit: Audit) -> None:
    """Errors found and left, the list's precision, the pace; redrawn while decisions come."""
    st.subheader("How good is this list, and what is left")
    now = project.desk(audit).standing()
    if now.decided == 0:
        st.caption("Numbers appear here with your first decisions.")
        _queries(project, audit)
        return
    words = WORDS[project.dataset.unit]
    _numbers(now, words)
    curve, precisions = st.columns([3, 2], gap="large")
    with curve:
        curve_of = charts.found_curve(now.curve, now.random_curve, words.what)
        st.plotly_chart(curve_of, key="found-curve")
    with precisions:
        _precisions(now, audit, words)
    _queries(project, audit)


def _queries(project: Project, audit: Audit) -> None:
    if project.dataset.unit == "pair":
        pair_parts.queries(project, audit)


def _numbers(now: Standing, words: Words) -> None:
    with st.container(horizontal=True):
        found = f"{now.found:,} of {now.decided:,}"
        st.metric(words.found, found, border=True, help=words.found_help)
        st.metric(words.left, _range(now.left), border=True, help=_interval_words(now))
        st.metric(
            "Fewer left than",
            f"{now.fewer_than:,}",
            border=True,
            help="With 95 % confidence, whenever you look, also when you stop because of it.",
        )
        pace = "–" if math.isnan(now.seconds_per_decision) else f"{now.seconds_per_decision:.1f}"
        speed = "–" if math.isnan(now.found_per_minute) else f"{now.found_per_minute:.1f}"
        st.metric("Seconds each", pace, border=True)
        st.metric("Found per minute", speed, border=True)
    st.caption(_words(now, words))


def _words(now: Standing, words: Words) -> str:
    if now.blind < FEWEST_BLIND:
        return (
            "No blind card was judged yet, so nothing is known about what no list shows: "
            "the interval is as wide as can be."
        )
    return (
        f"From {count(now.blind, 'blind card')} and the verdicts on the others: "
        f"{_range(now.errors)} {words.errors}, with 95 % confidence."
    )


def _interval_words(now: Standing) -> str:
    return (
        f"The middle of the estimate is {now.left.middle:,.0f}; with 95 % confidence it lies "
        f"between {now.left.low:,.0f} and {now.left.high:,.0f}."
    )


def _range(estimate: Estimate) -> str:
    low, high = round(estimate.low), round(estimate.high)
    return f"{low:,}" if low == high else f"{low:,} – {high:,}"


def _precisions(now: Standing, audit: Audit, words: Words) -> None:
    """Of each list the share of its rows whose label is wrong."""
    if not now.precision:
        return
    rows = sorted(now.precision.items(), key=lambda one: -one[1].middle)
    st.dataframe(
        {
            "List": [audit.scores[name].scorer.title for name, _ in rows],
            words.precision: [_share(one) for _, one in rows],
            "Middle": [None if math.isnan(one.middle) else one.middle for _, one in rows],
        },
        column_config={"Middle": st.column_config.ProgressColumn(format="percent", max_value=1.0)},
        hide_index=True,
        width="stretch",
        height=360,
    )


def _share(one: Estimate) -> str:
    return "–" if math.isnan(one.middle) else f"{one.low:.0%} – {one.high:.0%}"
