"""Links to Explore; that the page reads them is a test in a browser."""

import base64
import json

import numpy as np
import pytest

from pages.shared import kinds
from pages.shared.explore import links
from tests.pages.asking import post


@pytest.fixture
def project(open_project, make_dataset):
    """1,000 rows that nothing can score."""
    return open_project(make_dataset(["cat", "dog"] * 500))


def read(text):
    """Ids as an address has them."""
    body = text.removeprefix(".i~")
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def selected(project, text):
    """How many rows a linked selection comes to on the Explore page."""
    steps = [{"op": "add", "linked": text.removeprefix(".l~")}]
    status, told = post(f"/explore/{project.fingerprint}/counts", {"choice": {"steps": steps}})
    assert status == 200, told
    return told["selected"]


def test_ids_are_written_as_the_page_writes_them():
    """One step that adds ids, base64 without padding and without + and /."""
    chosen = ["row-10", "ü?>~", "a b"]
    text = links.ids(chosen)["drawn"]

    assert not set(text.removeprefix(".i~")) & set("+/=")
    assert read(text) == chosen


def test_few_rows_are_named_and_many_are_kept(project):
    """A link is short enough to be passed on, and means all of them."""
    few = links.selection(project, np.arange(20))["drawn"]
    many = links.selection(project, np.arange(0, 1000, 3))["drawn"]

    assert read(few) == project.dataset.ids(np.arange(20))
    assert len(many) == len(".l~") + 32
    assert selected(project, many) == 334


def test_what_is_suspected_of_a_dataset_is_linked_whole(project):
    """As the Data page offers copies and outliers, for which there is no condition."""
    query = kinds.in_explore(project, "exact copy", np.arange(700), None)

    assert selected(project, query["drawn"]) == 700


def test_few_rows_with_long_ids_are_kept_too(open_project, make_dataset):
    """What counts is the length of the address."""
    project = open_project(
        make_dataset(["cat"] * 30, ids=[f"{row}{'x' * 500}" for row in range(30)])
    )
    text = links.selection(project, np.arange(30))["drawn"]

    assert selected(project, text) == 30


def test_a_folder_that_cannot_be_written_has_some_rows_in_the_link(project):
    """The page that offers the link is drawn all the same."""
    (project.workspace.folder / "links").write_text("in the way")
    text = links.selection(project, np.arange(500))["drawn"]

    assert read(text) == project.dataset.ids(np.arange(links.FIRST))


def test_ticks_are_kept_for_the_address(project):
    """What the page asks when ids are too long; unknown ones are passed over."""
    ids = project.dataset.ids(np.arange(400))
    status, told = post(f"/explore/{project.fingerprint}/link", {"ids": [*ids, "unknown"]})

    assert (status, selected(project, told["name"])) == (200, 400)
    for wrong in (None, [], [3], "row-1"):
        assert post(f"/explore/{project.fingerprint}/link", {"ids": wrong})[0] == 422


def test_a_linked_selection_that_is_not_there_is_told(project):
    """As any part of a choice that cannot be read."""
    for name, said in (("0" * 32, "is not kept in"), ("../../x", "32 hexadecimal")):
        choice = {"steps": [{"op": "add", "linked": name}]}
        status, told = post(f"/explore/{project.fingerprint}/counts", {"choice": choice})
        assert status == 422
        assert said in told


def test_names_are_parts_of_a_choice():
    """None is a name of its own."""
    assert json.loads(links.one_of("given", ["a", None])["parts"]) == [
        {"column": "given", "names": ["a", None]}
    ]
