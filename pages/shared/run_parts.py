"""The user's runs, measured before and after the verdicts, and who changed places."""

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import charts
from pages.shared.project import Project
from pages.shared.words import count, plain

if TYPE_CHECKING:
    from engine.run_measures import Measured, RunReport

AT_ONCE = 200_000
"""Lines of runs that are measured without being asked: a second or two."""


def show(project: Project) -> None:
    """Nothing where no run was brought."""
    pairs = project.dataset.pairs
    if pairs is None or not pairs.runs:
        return
    st.subheader("Your runs, before and after")
    lines = sum(len(run) for run in pairs.runs)
    if lines > AT_ONCE and not st.button(f"Measure {lines:,} lines", icon=":material/straighten:"):
        return
    from engine.run_measures import ABOUT, MEASURES

    found = _measured(project.fingerprint, len(project.log.decisions()), _project=project)
    measure = st.segmented_control(
        "Measure", MEASURES, default=MEASURES[0], key="measure", label_visibility="collapsed"
    )
    name = measure or MEASURES[0]
    of_it = [one for one in found.measured if one.measure == name]
    st.caption(
        f"{name}: {ABOUT[name]}. {count(found.queries, 'query', 'queries')} with a relevant "
        f"passage, {count(found.judged, 'verdict')}; bars hold 95 % of the resamples of queries."
    )
    st.plotly_chart(charts.before_and_after(of_it), key="runs")
    st.dataframe(_table(of_it), hide_index=True)
    _swaps(found, name)


def _table(measured: "list[Measured]") -> dict[str, list[str] | list[float]]:
    ordered = sorted(measured, key=lambda one: -one.after.middle)
    return {
        "system": [one.system for one in ordered],
        "before": [round(one.before.middle, 4) for one in ordered],
        "after": [round(one.after.middle, 4) for one in ordered],
        "change": [round(one.change.middle, 4) for one in ordered],
        "change, 95 %": [f"{one.change.low:+.3f} to {one.change.high:+.3f}" for one in ordered],
    }


def _swaps(found: "RunReport", measure: str) -> None:
    swaps = [one for one in found.swaps if one.measure == measure]
    for swap in swaps:
        sure = "" if swap.sure else " (the queries leave room for chance)"
        st.markdown(plain(f"{swap.is_ahead} is now ahead of {swap.was_ahead}{sure}."))
    if not swaps:
        st.caption("No two systems have changed places by this measure.")


@st.cache_resource(max_entries=4, show_spinner="Measuring the runs")
def _measured(fingerprint: str, said: int, _project: Project) -> "RunReport":
    """Kept for the verdicts as they are."""
    from engine.run_measures import measure_runs

    return measure_runs(_project.dataset, _project.applied())
