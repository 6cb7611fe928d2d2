"""The user's runs on the Data page."""

from dataclasses import replace

import pytest

from pages.shared import run_parts
from store.decision import decide
from store.pair_dataset import pair_dataset
from tests.retrieval_sets import made_retrieval


@pytest.fixture(scope="module")
def dataset():
    return made_retrieval().dataset()


def told(app):
    return " ".join(one.value for one in [*app.caption, *app.markdown, *app.subheader])


def test_runs_are_measured_before_and_after_the_verdicts(visit, open_project, dataset):
    project = open_project(dataset)
    rows = dataset.rows_of(["q0/d48", "q1/d49", "q2/d50"])
    project.log.append([decide(dataset, rows, "relabel", label="1", reviewer="ann")])

    app = visit("data")

    assert not app.exception
    assert "Your runs, before and after" in told(app)
    assert "24 queries with a relevant passage, 3 verdicts" in told(app)
    table = next(one.value for one in app.dataframe if "change" in one.value.columns)
    assert table["system"].tolist() == ["system"]


def test_another_measure_is_one_click_away(visit, open_project, dataset):
    open_project(dataset)
    app = visit("data")

    app.segmented_control(key="measure").set_value("infAP").run()

    assert not app.exception
    assert "infAP: AP with passages nobody judged" in told(app)


def test_without_runs_nothing_is_said(visit, open_project, dataset):
    open_project(pair_dataset("made", replace(dataset.pairs, runs=())))

    assert "Your runs" not in told(visit("data"))


def test_long_runs_are_measured_when_asked(visit, open_project, dataset, monkeypatch):
    monkeypatch.setattr(run_parts, "AT_ONCE", 100)
    open_project(dataset)
    app = visit("data")
    assert "24 queries" not in told(app)

    next(one for one in app.button if one.label == "Measure 240 lines").click().run()

    assert "24 queries with a relevant passage" in told(app)
