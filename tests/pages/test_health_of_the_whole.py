"""The Data page says what is found about the dataset as a whole."""

from dataclasses import replace

import numpy as np

from pages.shared.project import Project
from store.dataset import Roles


def sentences(visit, project: Project) -> tuple[list[str], str]:
    """Warnings, and all that is said of kinds of problems, once the search has ended."""
    visit("data")
    audit = project.audit.result()
    assert audit is not None
    project.findings(audit).wait(60)
    app = visit("data")

    assert not app.exception
    told = [element.proto.body for element in app.get("html") if "sl-problem" in element.proto.body]
    told += [one.value for one in app.caption]
    return [one.value for one in app.warning], " ".join(told).lower()


def test_sorted_examples_are_told_on_the_data_page(visit, open_project, texts):
    """30 of one cloud, then 30 of another."""
    warnings, told = sentences(visit, open_project(texts))

    assert any("order of the rows says what they are like" in warning for warning in warnings)
    assert "near duplicates" in told
    assert "outliers" in told
    assert "not looked for" not in told


def test_a_rare_class_is_told_by_its_name_as_it_is(visit, open_project, make_dataset):
    """One of 60 rows; the name is full of marks and read as none of them."""
    embeddings = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    labels = ["**b** <i>"] + ["cat"] * 59
    warnings, _ = sentences(visit, open_project(make_dataset(labels, embeddings=embeddings)))

    [told] = [warning for warning in warnings if "rarest class" in warning]
    assert "**b**" not in told
    assert "1\\.67\\%" in told


def test_without_embeddings_nothing_is_claimed(visit, open_project, make_dataset):
    """No counts of neighbours that were never looked for."""
    bare = replace(make_dataset(["cat", "dog"] * 5), roles=Roles(id="id", label="label"))
    _, told = sentences(visit, open_project(bare))

    assert "not looked for: near duplicates and outliers" in told
    assert told.count("outliers") == 1
