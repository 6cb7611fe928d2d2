"""Exports of some rows: by condition, by list, and what the manifest says of it."""

import json
from hashlib import sha256

import pyarrow as pa
import pytest

from store.decisions import DecisionLog, decide
from store.errors import UserError
from store.export import ExportOptions, export_bytes, write_export
from store.lists import keep_list
from store.picking import in_sql, pick_plainly
from store.verdicts import apply_verdicts
from store.workspace import Workspace


@pytest.fixture
def dataset(make_dataset):
    """Four rows with columns of every simple type."""
    return make_dataset(
        ["cat", "dog", "cat", None],
        number=[1.0, 2.0, None, 1.0],
        flag=[True, False, None, True],
        note=["it's", "", None, "a"],
        **{"note=a": ["b", "x", "b", ""]},
    )


@pytest.fixture
def log(tmp_path, dataset):
    """Row 1 is now a cat, row 3 dropped."""
    log = DecisionLog(tmp_path / "made.secondlook" / "decisions.db")
    log.append([decide(dataset, [1], "relabel", label="cat", reviewer="ann")])
    log.append([decide(dataset, [3], "drop", reviewer="ann")])
    return log


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("label = 'cat'", [0, 2]),
        ("given IS NULL", [3]),
        ("label_now = 'cat' AND verdict <> 'undecided'", [1]),
        ("number = 1 OR flag", [0, 3]),
        ("note = 'it''s'", [0]),
        ("\"note=a\" = 'b'", [0, 2]),
    ],
)
def test_a_condition_means_these_rows(dataset, log, condition, rows):
    """The user's columns, and what was given and decided; no score is needed for that."""
    applied = apply_verdicts(dataset, log.decisions())

    assert pick_plainly(dataset, applied, condition).nonzero()[0].tolist() == rows


def test_an_old_condition_is_told_in_its_new_words(dataset, log, tmp_path):
    """A manifest of before can be done again: the sentence has the condition to copy."""
    applied = apply_verdicts(dataset, log.decisions())
    for old, rows in (("label=cat", [0, 2]), ("label=", [3]), ("note=a=b", [0, 2])):
        with pytest.raises(UserError, match="before is now") as problem:
            write_export(dataset, log, tmp_path / "out", ExportOptions("csv", where=old))
        new = str(problem.value).split("is now: ")[1]

        assert pick_plainly(dataset, applied, new).nonzero()[0].tolist() == rows
    assert not (tmp_path / "out").exists()


def test_the_longest_column_is_meant_as_it_was():
    """ "note=a=b" was said of the column "note=a"."""
    assert in_sql("note=a=b", ["note", "note=a"]) == "\"note=a\" = 'b'"


def test_an_export_of_a_list_and_a_condition_holds_their_rows(tmp_path, dataset, log):
    """Both hold together; dropped rows stay out; a sample is drawn from what is left."""
    space = Workspace(log.workspace)
    keep_list(space, "some", pa.array(["row-0", "row-1", "row-3"]), reviewer="ann")
    for options, rows in (
        (ExportOptions("jsonl", named="some"), ["row-0", "row-1"]),
        (ExportOptions("jsonl", named="some", where="number < 2"), ["row-0"]),
        (
            ExportOptions("jsonl", named="some", dropped="mark", sample=9),
            ["row-0", "row-1", "row-3"],
        ),
    ):
        manifest = write_export(dataset, log, tmp_path / "out", options)
        lines = (tmp_path / "out" / manifest["file"]).read_text().splitlines()

        assert [json.loads(line)["id"] for line in lines] == rows
        assert manifest["options"]["named"] == "some"


def test_the_same_list_and_log_give_the_same_bytes(tmp_path, dataset, log):
    """Whatever order the rows came into the list, and when."""
    space = Workspace(log.workspace)
    options = ExportOptions("csv", named="some", where="verdict <> 'drop'")
    keep_list(space, "some", pa.array(["row-0", "row-2"]), reviewer="ann")
    first = export_bytes(dataset, log, options)
    keep_list(space, "some", pa.array(["row-2"]), reviewer="bob", op="remove")
    keep_list(space, "some", pa.array(["row-2", "row-0"]), reviewer="bob", op="add")

    assert export_bytes(dataset, log, options) == first
    keep_list(space, "some", pa.array(["row-1"]), reviewer="bob", op="add")
    assert export_bytes(dataset, log, options) != first


def test_the_manifest_says_which_rows_a_choice_meant(tmp_path, dataset, log):
    """A hash of their ids, worked out here by hand; none where all rows are meant."""
    chosen = write_export(dataset, log, tmp_path / "a", ExportOptions("csv", where="label = 'cat'"))
    whole = write_export(dataset, log, tmp_path / "b", ExportOptions("csv"))

    assert chosen["chosen"] == {"rows": 2, "sha256": sha256(b"row-0\nrow-2\n").hexdigest()}
    assert "chosen" not in whole
    assert "named" not in whole["options"]


@pytest.mark.parametrize("options", [{"where": "number = 1"}, {"named": "some"}, {"sample": 1}])
def test_a_patch_of_some_rows_is_refused(tmp_path, dataset, log, options):
    """It would be half of the changes."""
    keep_list(Workspace(log.workspace), "some", pa.array(["row-0"]), reviewer="ann")

    with pytest.raises(UserError, match="half a patch"):
        write_export(dataset, log, tmp_path / "out", ExportOptions("patch", **options))
