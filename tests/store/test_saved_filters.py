"""Saved filters: any name, whole files, and what is said of those that are not there."""

import pytest

from store.errors import UserError
from store.saved_filters import (
    SavedFilter,
    condition_of,
    forget_filter,
    save_filter,
    saved_filter,
    saved_filters,
)
from store.workspace import Workspace

NAMES = ["dogs", "Dogs", "../../etc/passwd", "a/b", "a\\b", ".", "CON", "汉字", "😀", "it's",
         "x" * 100, "é", "e\u0301", "a\nb", "@x", "%s", "\u202e"]  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "made.secondlook"
    folder.mkdir()
    return Workspace(folder)


def test_every_name_is_kept_apart_and_inside(workspace, tmp_path):
    """Also on a disk for which upper and lower case are the same."""
    for place, name in enumerate(NAMES):
        save_filter(workspace, SavedFilter(name, f"rank < {place}"))

    assert {one.name: one.where for one in saved_filters(workspace)} == {
        name: f"rank < {place}" for place, name in enumerate(NAMES)
    }
    files = [path.name for path in (workspace.folder / "filters").iterdir()]
    assert len({name.lower() for name in files}) == len(NAMES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.secondlook"]
    assert all(saved_filter(workspace, name).name == name for name in NAMES)


def test_saving_again_replaces(workspace):
    save_filter(workspace, SavedFilter("mine", "rank < 1"))
    save_filter(workspace, SavedFilter("mine", "rank < 2", "a list"))

    assert saved_filters(workspace) == (SavedFilter("mine", "rank < 2", "a list"),)


def test_forgetting_one_leaves_the_others(workspace):
    for name in ("a", "b"):
        save_filter(workspace, SavedFilter(name, "true"))

    forget_filter(workspace, "a")

    assert [one.name for one in saved_filters(workspace)] == ["b"]
    with pytest.raises(UserError, match="There are: 'b'"):
        forget_filter(workspace, "a")


@pytest.mark.parametrize("name", ["", " ", " x", "x\n", "x" * 101, "\ud800"])
def test_what_is_no_name_is_refused(workspace, name):
    with pytest.raises(UserError):
        save_filter(workspace, SavedFilter(name, "true"))

    assert saved_filters(workspace) == ()


def test_nothing_is_no_filter(workspace):
    with pytest.raises(UserError, match="every row passes"):
        save_filter(workspace, SavedFilter("all", "  "))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": 1, "where": "x"}', "\x00", "null"])
def test_a_damaged_file_is_left_alone_and_left_out(workspace, text):
    save_filter(workspace, SavedFilter("good", "true"))
    damaged = workspace.folder / "filters" / "bad.json"
    damaged.write_text(text, encoding="utf-8")

    assert [one.name for one in saved_filters(workspace)] == ["good"]
    assert damaged.read_text(encoding="utf-8") == text


def test_another_filter_in_the_file_of_a_name_is_not_taken_for_it(workspace):
    save_filter(workspace, SavedFilter("a", "true"))
    (path,) = (workspace.folder / "filters").iterdir()
    path.write_text('{"name": "b", "where": "false"}', encoding="utf-8")

    with pytest.raises(UserError, match="no saved filter 'a'"):
        saved_filter(workspace, "a")


def test_an_at_sign_names_one_and_anything_else_is_a_condition(workspace):
    save_filter(workspace, SavedFilter("my dogs", "given = 'dog'"))

    assert condition_of(workspace, "@my dogs").where == "given = 'dog'"
    assert condition_of(workspace, " id = '@x' ").where == "id = '@x'"
    with pytest.raises(UserError, match="no saved filter 'cats'"):
        condition_of(workspace, "@cats")


def test_no_folder_means_no_filters(tmp_path):
    assert saved_filters(Workspace(tmp_path / "none")) == ()
