"""A retrieval set on the screen: opened from a folder, exported as judgements and training data."""

import json

import pytest

from pages.shared import shelf
from tests.pages.test_opening import name_it, open_it
from tests.retrieval_files import beir, lines, run_rows
from tests.retrieval_sets import made_retrieval


def labelled(elements, label):
    """The one widget with this label."""
    return next(each for each in elements if each.label == label)


def test_a_folder_says_what_is_in_it_and_opens(visit, tmp_path):
    """Queries, passages, judgements, runs; a split can be chosen, a run be named."""
    folder = beir(tmp_path / "set", splits=("dev", "test"))
    mine = lines(tmp_path / "mine.run", run_rows("mine"))
    app = name_it(visit("data"), folder)

    assert any(
        "queries: 3, passages: 6, judgements: 7, runs: 1" in one.value for one in app.caption
    )
    assert labelled(app.selectbox, "Split").options[0] == "test (find by name)"
    labelled(app.selectbox, "Split").set_value("dev")
    labelled(app.text_area, "Runs").set_value(f"{mine}\n").run()
    open_it(app)
    [project] = shelf.opened()
    assert project.dataset.unit == "pair"
    assert [run.name for run in project.dataset.pairs.runs] == ["bm25", "mine"]


def test_an_ordinary_table_is_not_asked_for_runs(visit, tmp_path):
    """Its form is as it was."""
    path = lines(tmp_path / "t.csv", ["label,text", "a,one", "b,two"])
    app = name_it(visit("data"), path)

    assert not app.text_area
    assert "Split" not in [box.label for box in app.selectbox]


@pytest.fixture
def pairs(open_project):
    """A retrieval set that is open."""
    return open_project(made_retrieval(6, 40).dataset())


def test_the_export_page_offers_what_is_for_pairs(visit, pairs, tmp_path):
    """Judgements and training data; nothing that is for examples."""
    app = visit("export")
    formats = labelled(app.selectbox, "Format")

    assert "CSV" not in formats.options
    assert "Training triplets" in formats.options
    app = formats.set_value("triplets").run()
    assert not app.exception
    labelled(app.number_input, "Negatives per query").set_value(2)
    labelled(app.number_input, "Relative margin").set_value(0.05)
    labelled(app.text_input, "Folder").set_value(str(tmp_path / "out"))
    app = labelled(app.button, "Write").click().run()
    assert not app.exception
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["options"]["training"]["num_negatives"] == 2
    assert manifest["options"]["training"]["relative_margin"] == pytest.approx(0.05)
    assert manifest["rows_out"] > 0


def test_an_option_that_cannot_be_is_a_sentence(visit, pairs):
    """Not a traceback."""
    app = visit("export")
    app = labelled(app.selectbox, "Format").set_value("triplets").run()
    app = labelled(app.number_input, "Look at").set_value(1).run()

    assert not app.exception
    assert "hold no 3 negatives" in app.error[0].value
