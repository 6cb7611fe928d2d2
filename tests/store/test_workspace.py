"""The workspace: whole or not at all, and a cache that may fail without harm."""

import errno
import os
from dataclasses import replace

import numpy as np
import pytest

from store.errors import Cancelled, UserError
from store.workspace import CacheNotSaved, Workspace, cache_key


@pytest.fixture
def workspace(tmp_path):
    """A workspace in a folder that does not exist yet."""
    return Workspace(tmp_path / "made.secondlook")


def test_a_saved_dataset_comes_back_as_it_was(workspace, make_dataset):
    """Table, labels, arrays, classes and fingerprint survive; arrays come memory-mapped."""
    dataset = make_dataset(["a", "b", None], embeddings=np.eye(3, dtype=np.float32))
    workspace.save(dataset, source="made.csv")
    loaded = workspace.load()

    assert loaded.table.equals(dataset.table)
    assert loaded.classes == dataset.classes
    assert loaded.labels.tolist() == [0, 1, -1]
    assert loaded.fingerprint == dataset.fingerprint
    assert isinstance(loaded.embeddings, np.memmap)
    assert workspace.project()["source"] == "made.csv"


def test_the_remembered_fingerprint_is_the_true_one(workspace, make_dataset):
    """load() trusts project.json; hashing what it loaded gives the same."""
    workspace.save(make_dataset(["a", "b"]))
    loaded = workspace.load()
    remembered = loaded.__dict__.pop("fingerprint")

    assert loaded.fingerprint == remembered


def test_trusted_rows_are_still_trusted_when_it_is_opened_again(workspace, make_dataset):
    """The column keeps its role; the remembered fingerprint knows it."""
    made = make_dataset(["cat", "dog"], vouched=[True, False])
    dataset = replace(made, roles=replace(made.roles, trusted="vouched"))
    workspace.save(dataset)

    assert workspace.load().trusted.tolist() == [0, -1]
    assert workspace.load().fingerprint == dataset.fingerprint != made.fingerprint


def test_saving_what_was_loaded_keeps_it(workspace, make_dataset):
    """Writing an array over the file it is mapped from must not destroy it."""
    workspace.save(make_dataset(["a", "b"], embeddings=np.eye(2, dtype=np.float32)))
    workspace.save(workspace.load())

    assert np.asarray(workspace.load().embeddings).tolist() == [[1, 0], [0, 1]]


def test_a_failed_save_leaves_no_dataset(workspace, make_dataset, monkeypatch, tmp_path):
    """A disk that fills up ends in a sentence and in a folder that is not taken for whole."""

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("store.workspace.np.save", full)
    with pytest.raises(UserError, match="No space left on device"):
        workspace.save(make_dataset(["a", "b"]))

    assert list(tmp_path.iterdir()) == []
    workspace.folder.mkdir()  # and where a folder was there before, no half of an array is
    with pytest.raises(UserError, match="No space left on device"):
        workspace.save(make_dataset(["a", "b"]))

    assert not workspace.exists
    assert [path.name for path in workspace.folder.iterdir() if path.suffix == ".npy"] == []


def test_a_folder_without_permission_is_a_sentence(workspace, make_dataset, monkeypatch):
    """It says what to do instead: another --workspace."""

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("store.workspace.Path.mkdir", refuse)
    with pytest.raises(UserError, match="--workspace"):
        workspace.save(make_dataset(["a"]))


def test_a_workspace_of_another_format_is_not_guessed_at(workspace, make_dataset):
    """A project.json from the future is refused by name."""
    workspace.save(make_dataset(["a"]))
    path = workspace.folder / "project.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))
    with pytest.raises(UserError, match="format 99"):
        workspace.load()


def test_cached_work_is_done_once(workspace):
    """The second call reads; another key computes."""
    calls = []

    def build():
        calls.append(1)
        return {"values": np.arange(3)}

    first = workspace.cached("graph", "a", build)
    again = workspace.cached("graph", "a", build)
    workspace.cached("graph", "b", build)

    assert len(calls) == 2
    assert again["values"].tolist() == first["values"].tolist() == [0, 1, 2]


def test_cancelled_work_leaves_nothing_behind(workspace):
    """An exception in the build is passed on; the next call builds again."""

    def cancel():
        raise Cancelled

    with pytest.raises(Cancelled):
        workspace.cached("graph", "a", cancel)

    assert workspace.cached("graph", "a", lambda: {"values": np.ones(1)})["values"] == 1


@pytest.mark.parametrize("size", [0, 60, 130])
def test_cached_work_that_is_damaged_is_done_again(workspace, size):
    """Half a header or half a body: as if it were not there, and kept whole again."""
    workspace.cached("graph", "a", lambda: {"values": np.arange(9)})
    os.truncate(workspace.folder / "cache" / "graph-a" / "values.npy", size)

    again = workspace.cached("graph", "a", lambda: {"values": np.arange(9)})
    kept = workspace.cached("graph", "a", dict)

    assert again["values"].tolist() == kept["values"].tolist() == list(range(9))


def test_a_full_disk_costs_the_cache_and_not_the_result(workspace, monkeypatch):
    """The arrays are returned, the sentence says why they were not kept, no draft stays."""

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("store.workspace.np.save", full)
    with pytest.warns(CacheNotSaved, match="No space left on device"):
        arrays = workspace.cached("graph", "a", lambda: {"values": np.arange(2)})

    assert arrays["values"].tolist() == [0, 1]
    assert list((workspace.folder / "cache").iterdir()) == []


def test_the_cache_is_bounded_and_forgets_what_was_not_used_for_longest(workspace, monkeypatch):
    """Room for two of three: the one that was read last stays, the untouched one goes."""
    monkeypatch.setenv("SECOND_LOOK_CACHE_GB", str(2_500 / 2**30))
    for second, key in enumerate("ab"):
        workspace.cached("graph", key, lambda: {"values": np.zeros(100)})
        os.utime(workspace.folder / "cache" / f"graph-{key}", (second, second))
    workspace.cached("graph", "a", dict)
    workspace.cached("graph", "c", lambda: {"values": np.zeros(100)})

    kept = {path.name for path in (workspace.folder / "cache").iterdir()}
    assert kept == {"graph-a", "graph-c"}


def test_a_limit_that_is_no_number_is_a_sentence(workspace, monkeypatch):
    """The variable is named, with what was expected."""
    monkeypatch.setenv("SECOND_LOOK_CACHE_GB", "lots")
    with pytest.raises(UserError, match="SECOND_LOOK_CACHE_GB is 'lots'"):
        workspace.cached("graph", "a", lambda: {"values": np.zeros(1)})


def test_keys_tell_inputs_apart():
    """Every part counts, whatever its type."""
    keys = {cache_key("f", 1), cache_key("f", 2), cache_key("g", 1), cache_key("f", "1")}

    assert len(keys) == 4
