"""Which rows the map shows: chosen by widgets, or by a condition that says the same in words."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.audit import Audit
from engine.row_table import OURS, free_name, row_table
from pages.shared import wording
from pages.shared.piles import PILES
from pages.shared.project import Project
from pages.shared.words import label as label_words
from store.conditions import quoted, rows_that, text
from store.dataset import UNLABELLED
from store.errors import UserError


def rows(project: Project, audit: Audit, columns: Sequence[DeltaGenerator]) -> np.ndarray:
    """Rows that pass every filter, in table order. The three widgets go into the three columns.

    What they choose is a condition, shown as one; what is typed holds beside it, and is in the
    address.
    """
    chosen = _chosen(project, columns)
    typed = st.text_input(
        "Condition",
        key="where",
        bind="query-params",
        placeholder=" AND ".join(chosen) or _example(project),
        help="SQL about one row: the columns of your table, "
        f"{', '.join(f'`{name}` ({about})' for name, about in OURS.items())}, and every score by "
        "its name on the Methods page.",
    ).strip()
    everyone = np.arange(len(project.dataset))
    if not chosen and not typed:
        return everyone
    decisions = len(project.log.decisions())
    table = _kept_table(project.fingerprint, tuple(audit.scores), decisions, project, audit)
    line, passed = " AND ".join(chosen), np.ones(len(table), dtype=bool)
    if chosen:
        passed &= rows_that(table, line)
    if typed:
        try:  # by itself: what it lacks is told in the user's own words
            passed &= rows_that(table, typed)
            line = f"{line} AND ({typed}\n)" if chosen else typed
        except UserError as mistake:
            st.error(str(mistake), icon=":material/error:")
    if not line:
        return everyone
    st.caption(f"{np.count_nonzero(passed):,} of {len(table):,} rows where")
    st.code(line, language="sql", wrap_lines=True)
    return np.flatnonzero(passed)


def _example(project: Project) -> str:
    """A condition with names of this very dataset."""
    given = quoted(free_name(project.dataset.table.column_names, "given"))
    name = (*project.dataset.classes, "dog")[0]
    return f"{given} = {text(name)} AND rank <= 100"


def _chosen(project: Project, columns: Sequence[DeltaGenerator]) -> list[str]:
    """A condition for every widget with a choice."""
    dataset = project.dataset
    left, middle, right = columns
    called = list(wording.given_names(dataset).values())
    every = [*range(len(dataset.classes)), UNLABELLED]
    labels = left.multiselect(
        "Given label",
        every,
        format_func=lambda one: label_words(None if one == UNLABELLED else called[one]),
        placeholder="all",
    )
    verdicts = middle.multiselect(
        "Verdict",
        PILES,
        format_func=wording.pile_words(dataset.unit).__getitem__,
        placeholder="all",
    )
    first = right.number_input(
        "Only the first of the queue",
        min_value=1,
        max_value=len(dataset),
        value=None,
        placeholder="all",
    )
    taken = dataset.table.column_names
    names = {name: quoted(free_name(taken, name)) for name in ("given", "verdict", "rank")}
    chosen = []
    if labels:
        named = [text(dataset.classes[one]) for one in labels if one != UNLABELLED]
        either = [f"{names['given']} IN ({', '.join(named)})"] if named else []
        either += [f"{names['given']} IS NULL"] if UNLABELLED in labels else []
        chosen.append(f"({' OR '.join(either)})" if len(either) > 1 else either[0])
    if verdicts:
        chosen.append(f"{names['verdict']} IN ({', '.join(map(text, verdicts))})")
    if first:
        chosen.append(f"{names['rank']} <= {first}")
    return chosen


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept_table(
    fingerprint: str, scores: tuple[str, ...], decisions: int, _project: Project, _audit: Audit
) -> pa.Table:
    applied = _project.applied()
    return row_table(_audit, applied.actions, applied.labels)
