"""Patches: the changes alone, and others applying them."""

import json

import pytest

from store.decision import decide
from store.decisions import DecisionLog
from store.errors import UserError
from store.export import ExportOptions, write_export
from store.log_places import decisions_at
from store.replay import replay
from store.verdicts import apply_verdicts


@pytest.fixture
def dataset(make_dataset):
    """Six rows."""
    return make_dataset(["cat", "dog", "cat", "dog", "cat", None])


@pytest.fixture
def patch(tmp_path, dataset):
    """Of a bulk relabel, a drop, a keep, a skip, a row that two disagree on; and agreement."""
    log = DecisionLog(tmp_path / "decisions.db")
    log.append(
        [
            decide(dataset, [0, 5], "relabel", reviewer="ann", label="dog", note="ears"),
            decide(dataset, [1], "drop", reviewer="ann"),
            decide(dataset, [2], "keep", reviewer="ann"),
            decide(dataset, [3], "skip", reviewer="ann"),
            decide(dataset, [4], "relabel", reviewer="ann", label="dog"),
            decide(dataset, [4], "keep", reviewer="bob"),
            decide(dataset, [1], "drop", reviewer="bob"),
        ]
    )
    manifest = write_export(dataset, log, tmp_path / "out", ExportOptions("patch"))
    assert manifest["rows_out"] == 3
    return tmp_path / "out" / "made.patch.jsonl"


def test_a_patch_has_a_line_per_change(patch):
    """Id, old label, new label, who, when, why; what is not settled is no change."""
    lines = [json.loads(line) for line in patch.read_text(encoding="utf-8").splitlines()]

    assert [(line["id"], line["action"], line["old"], line["new"]) for line in lines] == [
        ("row-0", "relabel", "cat", "dog"),
        ("row-1", "drop", "dog", None),
        ("row-5", "relabel", None, "dog"),
    ]
    assert [line["reviewer"] for line in lines] == ["ann", "ann, bob", "ann"]
    assert lines[0]["note"] == "ears"
    assert lines[0]["at"].endswith("+00:00")


def test_others_apply_it_by_replaying_it(patch, dataset):
    """The same rows change in the same way; a second time, nothing is left to append."""
    appended = replay(dataset, decisions_at(str(patch))).to_append()
    applied = apply_verdicts(dataset, appended)

    assert applied.actions.tolist() == [
        "relabel", "drop", "undecided", "undecided", "undecided", "relabel"
    ]  # fmt: skip
    assert [each.ids for each in appended] == [("row-0", "row-5"), ("row-1",)]
    assert replay(dataset, decisions_at(str(patch)), appended).to_append() == []


def test_a_row_that_changed_since_is_not_patched(patch, dataset, make_dataset):
    """Row 0 has another label by now; row 5 has the chosen one."""
    newer = make_dataset(["cow", "dog", "cat", "dog", "cat", "dog"])

    found = replay(newer, decisions_at(str(patch)))

    assert {fate.old_id: fate.outcome for fate in found.fates} == {
        "row-0": "conflicting",
        "row-1": "applies",
        "row-5": "already true",
    }


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "a"}',
        "{",
        "{}",
        '{"id": "a", "content": "00", "action": "relabel", "old": null, "new": null, '
        '"reviewer": "ann", "at": "2026-01-01T00:00:00+00:00", "note": "", "decision_id": "x"}',
        '{"id": "a", "content": "00", "action": "keep", "old": null, "new": "cat", '
        '"reviewer": "ann", "at": "2026-01-01T00:00:00+00:00", "note": "", "decision_id": "x"}',
        '{"id": "a", "content": "00", "action": "drop", "old": null, "new": null, '
        '"reviewer": "ann", "at": "2026-01-01T00:00:00", "note": "", "decision_id": "x"}',
        '{"id": 7, "content": "00", "action": "drop", "old": null, "new": null, '
        '"reviewer": "ann", "at": "2026-01-01T00:00:00+00:00", "note": "", "decision_id": "x"}',
    ],
)
def test_a_line_that_is_no_change_is_named(tmp_path, patch, line):
    """With its number; nothing of the patch is taken."""
    patch.write_text(patch.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    with pytest.raises(UserError, match="line 4 is no change"):
        decisions_at(str(patch))


def test_an_empty_patch_changes_nothing_and_stays_empty(tmp_path):
    """It is not taken for an empty database, into which one would be written."""
    (tmp_path / "empty.patch.jsonl").write_bytes(b"")

    assert decisions_at(str(tmp_path / "empty.patch.jsonl")) == ()
    assert (tmp_path / "empty.patch.jsonl").read_bytes() == b""


def test_a_sample_of_a_patch_is_refused(tmp_path, dataset):
    """Half a patch is not what anybody means."""
    log = DecisionLog(tmp_path / "decisions.db")

    for options in (
        ExportOptions("patch", sample=1),
        ExportOptions("patch", where="label = 'cat'"),
    ):
        with pytest.raises(UserError, match="half a patch"):
            write_export(dataset, log, tmp_path / "out", options)
