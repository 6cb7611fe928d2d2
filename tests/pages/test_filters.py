"""Filters of the Explore page: widgets and conditions say the same, and the address holds them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.audit import audit
from engine.row_table import free_name, row_table
from store.conditions import rows_that, text
from store.decision import decide
from store.verdicts import apply_verdicts
from tests.blobs import blobs


def told(app):
    return " ".join(one.value for one in app.caption)


def test_without_a_filter_every_row_is_shown(visit, open_project, texts):
    open_project(texts)

    app = visit("explore")

    assert not app.exception
    assert not app.code


def test_what_widgets_choose_stands_there_as_a_condition(visit, open_project, texts):
    open_project(texts)
    app = visit("explore")

    app.multiselect[0].set_value([1]).run()
    app.number_input[0].set_value(20).run()

    assert app.code[0].value == "given IN ('dog') AND rank <= 20"
    assert "of 60 rows where" in told(app)


def test_rows_without_a_label_are_chosen_too(visit, open_project, texts):
    open_project(texts)
    app = visit("explore")

    app.multiselect[0].set_value([-1]).run()

    assert app.code[0].value == "given IS NULL"
    assert "1 of 60 rows where" in told(app)


def test_a_typed_condition_holds_beside_the_widgets(visit, open_project, texts):
    project = open_project(texts)
    row = project.dataset.ids([0])[0]
    app = visit("explore")

    app.text_input(key="where").set_value(f"id = '{row}' -- just this one").run()
    app.multiselect[0].set_value([1]).run()

    assert "1 of 60 rows where" in told(app)
    assert not app.error


def test_what_cannot_be_asked_is_told_and_filters_nothing(visit, open_project, texts):
    open_project(texts)
    app = visit("explore")

    app.text_input(key="where").set_value("nosuch = 1").run()

    assert not app.exception
    assert "nosuch" in app.error[0].value
    assert not app.code


def test_the_address_holds_the_condition(visit, open_project, texts):
    open_project(texts)

    app = visit("explore", where="given = 'dog'")

    assert app.text_input(key="where").value == "given = 'dog'"
    assert "30 of 60 rows where" in told(app)


@pytest.fixture(scope="module")
def known():
    """A dataset with a column called like one of ours, its audit, and verdicts."""
    made = blobs(90, 3, unlabelled=5)
    numbers = np.random.default_rng(3).integers(0, 4, 90).tolist()
    dataset = replace(made, table=made.table.append_column("Given", [numbers]))
    decisions = [
        decide(dataset, [3], "relabel", label="class-0", reviewer="ann"),
        decide(dataset, [4, 5], "keep", reviewer="ann"),
        decide(dataset, [6], "drop", reviewer="ann"),
    ]
    return audit(dataset), apply_verdicts(dataset, decisions)


def test_a_name_that_is_taken_stays_the_users(known):
    found, applied = known
    table = row_table(found, applied.actions, applied.labels)

    assert table["Given"].to_pylist() == found.evidence.dataset.table["Given"].to_pylist()
    assert table["given_"].to_pylist()[:6] == [None] * 5 + ["class-2"]
    assert free_name(["a", "A_"], "a") == "a__"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    labels=st.sets(st.integers(-1, 2), max_size=3),
    verdicts=st.sets(st.sampled_from(["undecided", "keep", "relabel", "drop", "skip"]), max_size=3),
    first=st.none() | st.integers(1, 90),
    below=st.none() | st.floats(0, 1),
)
def test_widgets_and_conditions_agree(known, labels, verdicts, first, below):
    """The condition of a choice, answered by DuckDB, and the choice as masks of arrays."""
    found, applied = known
    dataset = found.evidence.dataset
    parts, expected = ["true"], np.ones(len(dataset), dtype=bool)
    if labels:
        names = [text(dataset.classes[one]) for one in labels if one >= 0] or ["NULL"]
        either = f"given_ IN ({', '.join(names)})" + (" OR given_ IS NULL" if -1 in labels else "")
        parts.append(f"({either})")
        expected &= np.isin(dataset.labels, list(labels))
    if verdicts:
        parts.append(f"verdict IN ({', '.join(map(text, verdicts))})")
        expected &= np.isin(applied.actions, list(verdicts))
    if first:
        parts.append(f"rank <= {first}")
        expected &= np.isin(np.arange(len(dataset)), found.queue.rows[:first])
    if below is not None:
        parts.append(f"self_confidence < {below!r}")
        values = found.scores["self_confidence"].values.astype(np.float64)
        expected &= values < below  # nan is below nothing

    rows = rows_that(row_table(found, applied.actions, applied.labels), " AND ".join(parts))

    np.testing.assert_array_equal(rows, expected)
