"""Every page draws, whatever the dataset."""

from dataclasses import replace

import numpy as np
import pytest

import engine.scorers
from pages.shared import shelf
from store.dataset import Roles

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
