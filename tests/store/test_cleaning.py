"""The clean copy: only relabelled cells differ, in the type they had."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from store.cleaning import ExportOptions, changes, clean_table, relabelled
from store.dataset import class_names_of
from store.decision import decide

KEEP = ExportOptions("parquet")


@pytest.fixture
def dataset(make_dataset):
    """Seven rows, one for every kind of verdict, with a column that the app knows nothing of."""
    return make_dataset(
        ["cat", "dog", "cat", "dog", None, "cat", "dog"], price=[1, 2, 3, 4, 5, 6, 7]
    )


@pytest.fixture
def decisions(dataset):
    """relabel, drop, keep, skip, flag, adjudicate, undecided."""
    return [
        decide(dataset, [0], "relabel", reviewer="ann", label="dog", note="barks"),
        decide(dataset, [1], "drop", reviewer="ann"),
        decide(dataset, [2], "keep", reviewer="ann"),
        decide(dataset, [3], "skip", reviewer="ann"),
        decide(dataset, [4], "flag", reviewer="ann"),
        decide(dataset, [5], "keep", reviewer="ann"),
        decide(dataset, [5], "drop", reviewer="bob"),
    ]


def test_the_counts_add_up_to_all_rows(dataset, decisions):
    """One row of every kind."""
    found = changes(dataset, decisions)

    assert {name: value for name, value in vars(found).items() if name != "table"} == {
        "relabelled": 1,
        "dropped": 1,
        "kept": 1,
        "skipped": 1,
        "flagged": 1,
        "adjudicate": 1,
        "undecided": 1,
        "stale": 0,
        "vanished": 0,
    }


def test_the_table_of_changes_lists_decided_rows_in_table_order(dataset, decisions):
    """Who said what, and the label before and after."""
    table = changes(dataset, decisions).table

    assert table.column_names == ["id", "given", "label", "action", "reviewer", "at", "note"]
    assert table["id"].to_pylist() == [f"row-{row}" for row in range(6)]
    assert table["given"].to_pylist() == ["cat", "dog", "cat", "dog", None, "cat"]
    assert table["label"].to_pylist() == ["dog", "dog", "cat", "dog", None, "cat"]
    assert table["reviewer"].to_pylist() == ["ann"] * 5 + ["ann, bob"]
    assert table["note"].to_pylist() == ["barks", "", "", "", "", "ann: keep cat; bob: drop"]
    assert table["at"][0].as_py() == decisions[0].at


def test_no_decisions_are_a_table_without_rows(dataset):
    """It still has its columns."""
    found = changes(dataset, [])

    assert (found.undecided, len(found.table), found.table.num_columns) == (7, 0, 7)


def test_stale_and_vanished_verdicts_are_counted(dataset, decisions):
    """The first row was edited, the last decided one is gone."""
    content = dataset.content.copy()
    content[0] = 255
    newer = replace(dataset, content=content)
    newer = replace(
        newer, table=newer.table.slice(0, 5), labels=newer.labels[:5], content=content[:5]
    )

    found = changes(newer, decisions)

    assert (found.stale, found.vanished, found.relabelled, found.undecided) == (1, 1, 0, 1)


def test_only_dropped_rows_are_left_out(dataset, decisions):
    """Columns, order, types and all other cells are as they came."""
    table = clean_table(dataset, decisions, KEEP)

    assert table.schema == dataset.table.schema
    assert table["price"].to_pylist() == [1, 3, 4, 5, 6, 7]
    assert table["label"].to_pylist() == ["dog", "cat", "dog", None, "cat", "dog"]


def test_dropped_rows_can_be_marked_instead(dataset, decisions):
    """All rows, and one more column that says which to leave out."""
    table = clean_table(dataset, decisions, replace(KEEP, dropped="mark"))

    assert table.column_names == [*dataset.table.column_names, "second_look_dropped"]
    assert table["second_look_dropped"].to_pylist() == [False, True] + [False] * 5


def test_the_mark_never_takes_a_column_of_the_users(make_dataset):
    """Not even one that an earlier export made."""
    dataset = make_dataset(["cat"], second_look_dropped=["mine"])

    table = clean_table(dataset, [], replace(KEEP, dropped="mark"))

    assert table["second_look_dropped"].to_pylist() == ["mine"]
    assert table["second_look_dropped_2"].to_pylist() == [False]


def test_rows_without_a_settled_verdict_can_be_left_out(dataset, decisions):
    """Skipped, flagged and disputed rows are not settled either."""
    table = clean_table(dataset, decisions, replace(KEEP, undecided="leave out"))

    assert table["id"].to_pylist() == ["row-0", "row-2"]


def test_both_can_be_left_out_until_nothing_is_there(dataset):
    """A table without rows is a table."""
    table = clean_table(dataset, [], replace(KEEP, undecided="leave out"))

    assert (len(table), table.schema) == (0, dataset.table.schema)


def test_without_relabels_the_label_column_is_the_very_same(make_dataset):
    """Empty text, which counts as unlabelled, is not turned into null."""
    dataset = make_dataset(["cat", None])
    dataset = replace(
        dataset, table=dataset.table.set_column(1, "label", pa.array(["cat", ""], pa.string()))
    )
    decisions = [decide(dataset, [0], "keep", reviewer="ann")]

    assert clean_table(dataset, decisions, KEEP)["label"].to_pylist() == ["cat", ""]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([3, 7, None], pa.int8()),
        pa.array([3, 7, None], pa.uint64()),
        pa.array([3.0, 7.0, None], pa.float64()),
        pa.array([3.0, 7.0, float("nan")], pa.float32()),
        pa.array([0.5, 1.0, None], pa.float64()),
        pa.array([True, False, None]),
        pa.array(["3", "7", None], pa.large_string()),
        pa.array(["3", "7", ""], pa.string()),
        pa.array(["3", "7", None]).dictionary_encode(),
        pa.DictionaryArray.from_arrays(
            pa.array([1, 0, None], pa.int8()), pa.array([7, 3]), ordered=True
        ),
    ],
    ids=lambda column: str(column.type)[:40],
)
def test_a_relabelled_column_keeps_its_type_and_its_other_cells(column):
    """Whole numbers stay whole, categories stay categories, in as small a type as they came."""
    classes = tuple(sorted(set(class_names_of(column).drop_null().to_pylist())))
    first = classes.index(class_names_of(column)[0].as_py())
    rows, labels = np.array([1, 2]), np.array([first, first])

    new = relabelled(pa.chunked_array([column]), rows, labels, classes)

    assert new.type == column.type
    assert class_names_of(new).to_pylist() == [classes[first]] * 3
    untouched = relabelled(pa.chunked_array([column]), rows[:1], labels[:1], classes)
    assert str(untouched[2]) == str(column[2])


def test_text_in_views_is_exported_as_plain_text(make_dataset):
    """Arrow cannot pick rows out of a view; the words are the same."""
    dataset = make_dataset(["cat", "dog"], extra=pa.array(["x", "y"], pa.string_view()))

    table = clean_table(dataset, [decide(dataset, [0], "drop", reviewer="ann")], KEEP)

    assert table["extra"].to_pylist() == ["y"]


def test_a_category_that_one_chunk_lacks_is_added():
    """Chunks of a file may each have their own dictionary."""
    column = pa.chunked_array(
        [pa.array(["cat"]).dictionary_encode(), pa.array(["dog"]).dictionary_encode()]
    )

    new = relabelled(column, np.array([0]), np.array([1]), ("cat", "dog"))

    assert new.to_pylist() == ["dog", "dog"]
