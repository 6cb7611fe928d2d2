"""Every page draws, whatever the dataset."""

import json
from dataclasses import replace

import numpy as np
import pytest

import engine.scorers
from pages.shared import shelf, state
from store.dataset import Roles
from store.lists import keep_list
from store.writers import all_writers
from tests.pages.conftest import PAGES

EVERY_PAGE = ["data", "score", "explore", "review", "export", "methods"]
NASTY = "![x](http://evil.example/a.png) <script>alert(1)</script> **b** :red[r] $x$"


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_draws_without_a_dataset(visit, page):
    """Nothing is open: no page fails, and each says or shows what to do."""
    app = visit(page)

    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_draws_a_dataset_of_texts(visit, open_project, texts, page):
    """60 texts, two classes, one row without a label."""
    open_project(texts)
    app = visit(page)

    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_draws_what_cannot_be_scored(visit, open_project, make_dataset, page):
    """One class, no text, no embeddings: the page says what is missing instead of failing."""
    open_project(replace(make_dataset(["cat"] * 3), roles=Roles(id="id", label="label")))

    assert not visit(page).exception


@pytest.mark.parametrize("page", ["data", "score", "review", "export", "explore"])
def test_a_page_draws_a_single_row(visit, open_project, make_dataset, page):
    """n = 1: no neighbours, no ranking."""
    open_project(make_dataset(["cat"], embeddings=np.ones((1, 3), dtype=np.float32)))

    assert not visit(page).exception


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_names_and_texts_are_never_read_as_markdown_or_html(
    visit, open_project, make_dataset, texts, page
):
    """A class, an id and a text full of marks: no Markdown element and no HTML holds them raw."""
    labels = [NASTY if label == "dog" else label for label in texts.table["label"].to_pylist()]
    ids = [f"{NASTY} {row}" for row in range(60)]
    dataset = make_dataset(labels, ids=ids, texts=[NASTY] * 60, embeddings=texts.embeddings)
    open_project(dataset)
    app = visit(page)

    assert not app.exception
    drawn = [element.value for kind in ("markdown", "caption", "info") for element in app.get(kind)]
    drawn += [button.label for button in app.button]
    assert not [text for text in drawn if "![x](" in text or "**b**" in text]
    assert not [element for element in app.get("html") if "<script" in element.proto.body]


def test_the_first_screen_offers_the_example(visit):
    """Nothing is open, and one click opens something."""
    assert "Open the example" in [button.label for button in visit("data").button]


def test_the_address_names_the_dataset(visit, open_project, texts, make_dataset):
    """Two are open; a link shows the one it names."""
    open_project(texts)
    other = open_project(make_dataset(["cat", "dog"] * 5, embeddings=texts.embeddings[:10]))
    app = visit("data", dataset=other.fingerprint[:12])

    assert "10" in [metric.value for metric in app.metric]


def test_a_link_to_a_dataset_that_is_not_open_says_so(visit, open_project, texts):
    """The first open one is shown, with a warning."""
    open_project(texts)

    assert "not open" in visit("data", dataset="0123456789ab").warning[0].value


def test_a_workspace_that_cannot_be_opened_is_told_on_the_first_screen(
    visit, tmp_path, monkeypatch
):
    """The server starts all the same."""
    monkeypatch.setenv("SECOND_LOOK_WORKSPACES", str(tmp_path / "nowhere"))
    shelf.open_from_environment()

    assert "nowhere" in visit("data").error[0].value.replace("\\", "")


def test_a_scorer_dropped_into_the_folder_is_on_the_methods_page(visit, tmp_path, monkeypatch):
    """One file, nothing else: the page lists it the next time it is drawn."""
    (tmp_path / "shortest_text.py").write_text(
        "from torch import Tensor\n"
        "from engine.contract import scorer\n"
        '@scorer(title="Dropped in", finds="outlier", review_first="lowest", range=(0.0, 1.0),\n'
        '        cost="O(n)", source="Nobody, 2026")\n'
        "def dropped_in(labels: Tensor) -> Tensor:\n"
        '    """Nothing much."""\n'
        "    return labels.float()\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(engine.scorers, "__path__", [*engine.scorers.__path__, str(tmp_path)])

    assert "Dropped in" in [title.value for title in visit("methods").subheader]


@pytest.mark.parametrize("with_pictures", [False, True])
def test_the_export_page_offers_every_format_that_fits(
    visit, open_project, make_dataset, with_pictures
):
    """An image folder where there are pictures, and then how they get there; all others always."""
    dataset = make_dataset(["cat", "dog"], embeddings=np.eye(2, dtype=np.float32))
    if with_pictures:
        dataset = replace(dataset, images=np.zeros((2, 8, 8), dtype=np.uint8))
    open_project(dataset)
    app = visit("export")
    (formats,) = [each for each in app.selectbox if each.label == "Format"]

    fitting = [each for each in all_writers().values() if each.fits(dataset)]
    assert formats.options == [writer.title for writer in fitting]
    for writer in fitting:
        app = formats.set_value(writer.name).run()
        assert not app.exception
        (formats,) = [each for each in app.selectbox if each.label == "Format"]
        asked = "Pictures" in [each.label for each in app.selectbox]
        assert asked == (writer.needs == "image")


def test_what_is_chosen_on_the_export_page_is_in_the_manifest(
    visit, open_project, make_dataset, tmp_path
):
    """A sample of one row as JSONL, written to a folder."""
    open_project(make_dataset(["cat", "dog"], embeddings=np.eye(2, dtype=np.float32)))
    app = visit("export")
    (formats,) = [each for each in app.selectbox if each.label == "Format"]
    formats.set_value("jsonl")
    (sample,) = [each for each in app.number_input if each.label == "Sample"]
    sample.set_value(1)
    (where,) = [each for each in app.text_input if each.label == "Only rows where"]
    app = where.set_value("labl = 'cat'").run()
    assert "cannot be answered" in app.error[0].value
    (where,) = [each for each in app.text_input if each.label == "Only rows where"]
    app = where.set_value("label = 'cat'").run()
    (folder,) = [each for each in app.text_input if each.label == "Folder"]
    folder.set_value(str(tmp_path / "clean"))
    (write,) = [each for each in app.button if each.label == "Write"]
    app = write.click().run()

    assert not app.exception
    manifest = json.loads((tmp_path / "clean" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["rows_out"], manifest["options"]["sample"]) == (1, 1)
    (line,) = (tmp_path / "clean" / "made.jsonl").read_text().splitlines()
    assert json.loads(line)["label"] == "cat"


def test_the_name_of_the_reviewer_is_drawn_by_every_run(visit):
    """A run that is overtaken before it is sent takes with it what the session put into a field:
    so the name is the field's default in every run, and what is typed stays."""
    app = visit("data")
    fields = [app.text_input(key="reviewer"), app.run().text_input(key="reviewer")]

    assert [field.proto.default for field in fields] == [state.default_reviewer()] * 2
    assert [field.value for field in fields] == [state.default_reviewer()] * 2
    app.text_input(key="reviewer").set_value("Max Kf").run()
    assert app.run().text_input(key="reviewer").value == "Max Kf"
    assert app.switch_page(PAGES["export"]).run().text_input(key="reviewer").value == "Max Kf"


def test_the_condition_of_an_export_stands_beside_a_list_or_alone(visit, open_project, texts):
    """No empty place where there are no lists."""
    project = open_project(texts)
    beside = [_beside(visit("export").main, "Only rows where")]
    keep_list(project.workspace, "cats", texts.all_ids[:3], reviewer="ann")
    beside.append(_beside(visit("export").main, "Only rows where"))

    assert beside == [["Only rows where"], ["Rows", "Only rows where"]]


def _beside(block, label):
    """Labels of all that stands in the same line as the field of this label; None = not here."""
    labels = [getattr(one, "label", None) for one in block.children.values()]
    if label in labels:
        return labels
    inner = [one for one in block.children.values() if hasattr(one, "children")]
    return next((found for one in inner if (found := _beside(one, label))), None)
