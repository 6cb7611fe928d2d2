"""Rows that a link refers to by name: the same rows, the same name, in whichever version."""

import numpy as np
import pytest

from store.errors import UserError
from store.linked_rows import keep_rows, linked_rows
from store.lists import lists_in
from store.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    """One without a dataset: none is read."""
    return Workspace(tmp_path / "made.secondlook")


@pytest.fixture
def dataset(make_dataset):
    """500 rows with ids of every kind of sign."""
    return make_dataset(["cat", "dog"] * 250, ids=[f"zeile ü/{row}\n'" for row in range(500)])


@pytest.mark.parametrize("rows", [[], [3], [499, 0, 0, 7], list(range(500))])
def test_what_is_kept_comes_back(workspace, dataset, rows):
    """Each once, in table order; the order in which they came is no other selection."""
    name = keep_rows(workspace, dataset, np.array(rows, dtype=np.int64))

    assert linked_rows(workspace, name, dataset).tolist() == sorted(set(rows))
    assert keep_rows(workspace, dataset, np.array(rows[::-1], dtype=np.int64)) == name
    assert len(list(workspace.folder.rglob("*.parquet"))) == 1
    assert lists_in(workspace) == ()


def test_other_rows_have_another_name(workspace, dataset, make_dataset):
    """One more, one less, or the same places of another dataset."""
    other = make_dataset(["cat", "dog"] * 250, ids=[f"other {row}" for row in range(500)])
    ends = [(dataset, 0, 300), (dataset, 0, 301), (dataset, 1, 300), (other, 0, 300)]
    names = [keep_rows(workspace, each, np.arange(first, last)) for each, first, last in ends]

    assert len(set(names)) == 4


def test_a_newer_version_has_the_same_ids_elsewhere(workspace, dataset, make_dataset):
    """Found by id; what is gone is passed over."""
    name = keep_rows(workspace, dataset, np.array([10, 20, 30]))
    ids = [f"zeile ü/{row}\n'" for row in range(500) if row != 20]
    newer = make_dataset(["cat"] * 499, ids=ids[::-1])

    assert newer.ids(linked_rows(workspace, name, newer)) == [ids[29], ids[10]]


@pytest.mark.parametrize("name", ["", "../decisions", "0" * 31, "0" * 32 + "\n", "G" * 32, "/etc"])
def test_a_name_out_of_an_address_is_no_path(workspace, dataset, name):
    """Told, and nothing is opened."""
    with pytest.raises(UserError, match="32 hexadecimal digits"):
        linked_rows(workspace, name, dataset)


def test_a_link_into_another_workspace_is_told(workspace, dataset, tmp_path):
    """Not all rows, not none."""
    name = keep_rows(workspace, dataset, np.arange(9))
    with pytest.raises(UserError, match="made with another workspace"):
        linked_rows(Workspace(tmp_path / "other"), name, dataset)
    next(workspace.folder.rglob("*.parquet")).write_bytes(b"half of it")
    with pytest.raises(UserError, match="is not kept"):
        linked_rows(workspace, name, dataset)


def test_a_folder_that_cannot_be_written_is_told(workspace, dataset):
    """Who keeps rows hears of it."""
    workspace.folder.mkdir()
    (workspace.folder / "links").write_text("in the way")
    with pytest.raises(UserError, match="cannot be written"):
        keep_rows(workspace, dataset, np.arange(3))
