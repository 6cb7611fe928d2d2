"""Datasets opened in this process, and the application without a browser."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import shelf
from pages.shared.project import Project
from store.dataset import Dataset
from store.opening import open_in_memory

APP = Path(__file__).resolve().parents[2] / "app.py"
PAGES = {
    "data": "pages/find/data.py",
    "score": "pages/find/score.py",
    "explore": "pages/find/explore.py",
    "review": "pages/decide/review.py",
    "export": "pages/decide/export.py",
    "methods": "pages/about/methods.py",
}


@pytest.fixture(autouse=True)
def clean_shelf() -> Iterator[None]:
    """Nothing is open before a test, and nothing works on after it."""
    sys.modules.pop("second_look_shelf", None)
    yield
    for project in shelf.opened():
        project.audit.cancel()
        project.audit.wait(60)
        for job in project.requested.values():
            job.cancel()
            job.wait(60)
    sys.modules.pop("second_look_shelf", None)


@pytest.fixture
def open_project(tmp_path: Path) -> Callable[[Dataset], Project]:
    """A function that opens a dataset and waits for its scores."""

    def open_it(dataset: Dataset) -> Project:
        folder = tmp_path / f"{len(shelf.opened())}.secondlook"
        project = shelf.keep(open_in_memory(dataset, folder).workspace)
        project.audit.wait(120)
        project.audit.result()
        return project

    return open_it


@pytest.fixture
def texts(make_dataset) -> Dataset:
    """60 texts in two clouds; row 0 is a cat labelled dog, row 59 has no label."""
    labels = ["dog"] + ["cat"] * 29 + ["dog"] * 29 + [None]
    cloud = np.repeat(np.eye(4, dtype=np.float32)[:2], 30, axis=0)
    noise = np.random.default_rng(0).normal(scale=0.05, size=(60, 4))
    return make_dataset(labels, embeddings=(cloud + noise).astype(np.float32))


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """A function that draws a page of the application: visit("review", card="row-3")."""

    def draw(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(PAGES[page])
        return app.run()

    return draw
