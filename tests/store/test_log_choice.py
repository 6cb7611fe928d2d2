"""Which log a workspace has: nothing but a word of the user's parts it from its decisions."""

import json

import pytest

from store.decision import decide
from store.decisions import DecisionLog
from store.errors import UserError
from store.log_choice import log_of, place_of
from store.log_places import decisions_at
from store.opening import open_in_memory

SERVER = "postgresql://ann:s3cret@db.example/team"


@pytest.fixture
def dataset(make_dataset):
    """Four rows, two classes."""
    return make_dataset(["cat", "dog", "cat", "dog"])


@pytest.fixture
def workspace(tmp_path, dataset, monkeypatch):
    """One that was just opened, and no log named anywhere."""
    monkeypatch.delenv("SECOND_LOOK_LOG", raising=False)
    return open_in_memory(dataset, tmp_path / "made.secondlook").workspace


def test_unless_named_it_is_the_file_in_the_workspace(workspace):
    """And nothing is written to say so."""
    assert log_of(workspace).where == workspace.log_path
    assert not (workspace.folder / "log.json").exists()


def test_a_log_that_was_named_once_stays_the_workspaces(workspace, monkeypatch):
    """Without the password, which the environment may give; another server there is ignored."""
    log_of(workspace, named=SERVER)

    assert json.loads((workspace.folder / "log.json").read_text()) == {
        "log": "postgresql://ann@db.example/team?log=made"
    }
    assert place_of(workspace) == "postgresql://ann@db.example/team?log=made"
    monkeypatch.setenv("SECOND_LOOK_LOG", f"{SERVER}?log=other")
    assert "s3cret" in place_of(workspace)
    assert place_of(workspace).endswith("?log=made")
    monkeypatch.setenv("SECOND_LOOK_LOG", "postgresql://elsewhere.example/team")
    assert place_of(workspace) == "postgresql://ann@db.example/team?log=made"


def test_decisions_in_the_file_keep_the_environment_from_hiding_them(
    workspace, dataset, monkeypatch
):
    """SECOND_LOOK_LOG is for workspaces that have no log yet."""
    monkeypatch.setenv("SECOND_LOOK_LOG", SERVER)
    assert str(place_of(workspace)).endswith("?log=made")
    DecisionLog(workspace.log_path).append([decide(dataset, [0], "keep", reviewer="ann")])

    assert place_of(workspace) == workspace.log_path


def test_the_word_workspace_brings_the_file_back(workspace):
    """And the server is forgotten."""
    log_of(workspace, named=SERVER)
    log_of(workspace, named="workspace")

    assert place_of(workspace) == workspace.log_path
    assert [path.name for path in workspace.folder.glob("log*")] == []


def test_opening_the_data_again_keeps_the_choice(workspace, dataset):
    """The folder is the workspace's, also with nothing but the choice in it."""
    log_of(workspace, named=SERVER)
    workspace.save(dataset)

    assert str(place_of(workspace)).endswith("?log=made")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"log": 1, "lo', "{}"])
def test_a_choice_that_cannot_be_read_is_a_sentence(workspace, text):
    """Never the file instead: the decisions would seem to be gone."""
    (workspace.folder / "log.json").write_text(text)

    with pytest.raises(UserError, match=r"log\.json cannot be read.*--log"):
        log_of(workspace)


def test_a_log_about_other_data_is_refused(workspace, dataset, make_dataset, database, monkeypatch):
    """Two datasets of one name on one server: the second is told, and writes nothing."""
    log = log_of(workspace, dataset, named=database)
    log.append([decide(dataset, [0], "keep", reviewer="ann")])
    other = make_dataset(["cat", "dog"], ids=["x", "y"])
    monkeypatch.setenv("SECOND_LOOK_LOG", database)  # for the password

    assert len(log_of(workspace, dataset).decisions()) == 1
    with pytest.raises(UserError, match=r"about other data.*\?log=NAME"):
        log_of(workspace, other)


def test_a_workspace_is_replayed_from_the_log_it_has(workspace, dataset, database, monkeypatch):
    """The decisions on the server are the workspace's."""
    log = log_of(workspace, dataset, named=f"{database}?log=replayed")
    made = decide(dataset, [0], "keep", reviewer="ann")
    log.append([made])
    monkeypatch.setenv("SECOND_LOOK_LOG", database)

    assert decisions_at(str(workspace.folder)) == (made,)
