"""Named lists: any name, any ids, several writers, and what new versions of the data still find."""

import multiprocessing
import shutil

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import UserError
from store.lists import (
    find_list,
    forget_list,
    ids_of_list,
    keep_list,
    lists_in,
    rename_list,
    rows_of_list,
    version_of_list,
)
from store.workspace import Workspace

ANY = st.text(min_size=1, max_size=100).filter(lambda text: text.strip() and text.isprintable())
AGAIN = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def workspace(tmp_path):
    """One without a dataset: lists need none to be kept."""
    return Workspace(tmp_path / "made.secondlook")


def made(ids):
    """As the callers have them."""
    return pa.array(ids, pa.string())


@AGAIN
@given(names=st.lists(ANY, min_size=1, max_size=4), ids=st.lists(st.text(max_size=20), max_size=30))
def test_any_name_and_any_ids_come_back(tmp_path_factory, names, ids):
    """Slashes, dots, emoji: two names are two lists, and each has every id once."""
    space = Workspace(tmp_path_factory.mktemp("lists"))
    ids = [one for one in ids if not any("\ud800" <= sign <= "\udfff" for sign in one)]
    for name in names:
        keep_list(space, name, made([*ids, name, *ids]), reviewer="ann", op="add")

    for name in names:
        assert ids_of_list(space, name).to_pylist() == list(dict.fromkeys([*ids, name]))
    assert {one.name for one in lists_in(space)} == {find_list(space, name).name for name in names}
    assert {path.parent for path in space.folder.rglob("*.parquet")} == {space.folder / "lists"}


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 101, "\ud83d"])
def test_what_can_be_no_name_is_a_sentence(workspace, name):
    """And nothing is written."""
    with pytest.raises(UserError, match="cannot be called"):
        keep_list(workspace, name, made(["a"]), reviewer="ann")

    assert lists_in(workspace) == ()


def test_two_ways_to_write_a_letter_are_one_name(workspace):
    """A name typed on another machine finds its list."""
    keep_list(workspace, "caf\u00e9", made(["a"]), reviewer="ann")

    assert find_list(workspace, "cafe\u0301").rows == 1
    assert find_list(workspace, "CAF\u00c9") is None


@AGAIN
@given(steps=st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 9))), max_size=8))
def test_adding_and_taking_out_are_those_of_sets(tmp_path_factory, steps):
    """Against Python's own sets; every change is remembered."""
    space, expected = Workspace(tmp_path_factory.mktemp("lists")), {"0"}
    keep_list(space, "some", made(["0"]), reviewer="ann")
    for is_added, rows in steps:
        ids = {str(row) for row in rows}
        keep_list(
            space, "some", made(sorted(ids)), reviewer="bob", op="add" if is_added else "remove"
        )
        expected = expected | ids if is_added else expected - ids

    found = find_list(space, "some")
    assert set(ids_of_list(space, "some").to_pylist()) == expected
    assert found.rows == len(expected)
    assert [one["reviewer"] for one in found.made] == ["ann", *["bob"] * len(steps)]


def test_rows_come_in_table_order_and_unknown_ids_wait(workspace, make_dataset):
    """A new version of the dataset finds its rows by id, wherever they are."""
    keep_list(workspace, "some", made(["c", "gone", "a"]), reviewer="ann")
    dataset = make_dataset(["x"] * 4, ids=["a", "b", "c", "d"])

    assert rows_of_list(workspace, "some", dataset).tolist() == [0, 2]
    turned = make_dataset(["x"] * 4, ids=["d", "c", "b", "gone"])
    assert rows_of_list(workspace, "some", turned).tolist() == [1, 3]


def test_an_empty_list_is_a_list(workspace, make_dataset):
    """All rows taken out again: nobody has to make it anew."""
    keep_list(workspace, "some", made(["a"]), reviewer="ann")
    keep_list(workspace, "some", made(["a"]), reviewer="ann", op="remove")

    assert find_list(workspace, "some").rows == 0
    assert rows_of_list(workspace, "some", make_dataset(["x"])).tolist() == []


def test_a_taken_name_and_a_missing_list_are_told(workspace, make_dataset):
    """With the names that there are."""
    keep_list(workspace, "one", made(["a"]), reviewer="ann")
    keep_list(workspace, "two", made(["b"]), reviewer="ann")

    for wrong, told in (
        (lambda: keep_list(workspace, "one", made(["b"]), reviewer="ann"), "list 'one' already"),
        (lambda: rename_list(workspace, "one", "two"), "'two' already"),
        (lambda: rename_list(workspace, "lost", "new"), "no list 'lost'.*'one', 'two'"),
        (lambda: ids_of_list(workspace, "lost"), "no list 'lost'"),
        (
            lambda: keep_list(workspace, "lost", made(["b"]), reviewer="x", op="remove"),
            "no list 'lost'",
        ),
    ):
        with pytest.raises(UserError, match=told):
            wrong()
    assert ids_of_list(workspace, "one").to_pylist() == ["a"]
    assert ids_of_list(workspace, "two").to_pylist() == ["b"]


def test_a_renamed_list_keeps_rows_and_history_and_a_forgotten_one_is_gone(workspace):
    """Nothing of the old name is left."""
    keep_list(workspace, "old", made(["a"]), reviewer="ann", because={"condition": "x = 1"})
    rename_list(workspace, "old", "new")

    assert [one.name for one in lists_in(workspace)] == ["new"]
    assert find_list(workspace, "new").made[0]["condition"] == "x = 1"
    forget_list(workspace, "new")
    forget_list(workspace, "new")  # two tabs at once
    assert lists_in(workspace) == ()


def test_lists_outlive_the_cache_and_other_files_are_left_alone(workspace):
    """`cache/` is what may be deleted; a stranger's file among the lists is none."""
    keep_list(workspace, "some", made(["a"]), reviewer="ann")
    (workspace.folder / "cache").mkdir()
    (workspace.folder / "lists" / "notes.parquet").write_bytes(b"no list")
    shutil.rmtree(workspace.folder / "cache")

    assert [one.name for one in lists_in(workspace)] == ["some"]


def test_every_change_is_another_version(workspace):
    """So that what was made of the rows before is made again."""
    seen = [version_of_list(workspace, "some")]
    for op in ("new", "add", "remove"):
        keep_list(workspace, "some", made(["a"]), reviewer="ann", op=op)
        seen.append(version_of_list(workspace, "some"))

    assert seen[0] is None
    assert len(set(seen)) == 4


def _add(folder, start):
    for number in range(start, start + 10):
        keep_list(Workspace(folder), "some", made([str(number)]), reviewer="ann", op="add")


def test_several_servers_add_to_one_list_and_nothing_is_lost(workspace):
    """Four processes, ten rows each, one at a time."""
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_add, args=(workspace.folder, 10 * at)) for at in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert set(ids_of_list(workspace, "some").to_pylist()) == {str(one) for one in range(40)}


def test_a_million_rows_take_little_room(workspace, make_dataset):
    """Compressed, and read without being looked through: the facts stand apart from the rows."""
    ids = pa.array(np.char.mod("image-%07d", np.arange(200_000)))
    keep_list(workspace, "large", ids, reviewer="ann")
    [path] = (workspace.folder / "lists").glob("*.parquet")

    assert path.stat().st_size < 5 * len(ids)
    assert find_list(workspace, "large").rows == len(ids)
