"""What holds of every log: undo, replay, and that an export opens as what was exported."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from store import readers
from store.decision import decide, withdraw
from store.decisions import DecisionLog
from store.export import ExportOptions, write_export
from store.ledger import Ledger
from store.log_places import decisions_at
from store.replay import replay
from store.settling import settle
from store.verdicts import apply_verdicts

QUICK = settings(deadline=None, max_examples=60)
ON_DISK = settings(deadline=None, max_examples=25)
ROWS = 5
REVIEWERS = ("ann", "bob", "carol")
MORNING = datetime(2026, 1, 1, 8, tzinfo=UTC)


@st.composite
def logs(draw, dataset, longest=12):
    """A log with bulk actions, changes of mind, undos of undos and adjudicators."""
    log = []
    for number in range(draw(st.integers(0, longest))):
        reviewer = draw(st.sampled_from(REVIEWERS))
        name, at = f"decision-{number}", MORNING + timedelta(minutes=number)
        if log and draw(st.integers(0, 2)) == 0:
            made = withdraw(draw(st.sampled_from(log)), reviewer=reviewer, decision_id=name)
        else:
            action = draw(st.sampled_from(["keep", "relabel", "drop", "skip", "flag"]))
            rows = draw(st.lists(st.integers(0, ROWS - 1), min_size=1, max_size=3))
            made = decide(
                dataset, rows, action, reviewer=reviewer, decision_id=name,
                label=draw(st.sampled_from(dataset.classes)) if action == "relabel" else None,
                because={"adjudicates": True} if draw(st.integers(0, 5)) == 0 else {},
            )  # fmt: skip
        log.append(replace(made, at=at))
    return log


def outcome(dataset, log):
    """Action and label in force of every row."""
    applied = apply_verdicts(dataset, log)
    return applied.actions.tolist(), applied.labels.tolist()


def five(make_dataset):
    """Five rows, three classes, one row without a label."""
    return make_dataset(["cat", "dog", "cow", "cat", None])


@QUICK
@given(data=st.data())
def test_settling_after_an_undo_is_settling_without_what_was_undone(make_dataset, data):
    """Whatever is undone, an undo too; and decision by decision the ledger says the same."""
    dataset = five(make_dataset)
    log = data.draw(logs(dataset).filter(len))
    aim = data.draw(st.sampled_from(log))

    after = [*log, withdraw(aim, reviewer="dave")]
    without = [decision for decision in log if decision is not aim]

    assert settle(after) == settle(without)
    assert outcome(dataset, after) == outcome(dataset, without)
    ledger = Ledger(dataset)
    for end in range(len(after) + 1):
        ledger.follow(after[:end])
    assert dict(ledger.applied().verdicts) == settle(after)


@QUICK
@given(data=st.data())
def test_a_replay_on_the_same_dataset_changes_nothing(make_dataset, data):
    """Of a log into itself: nothing. Into an empty log: the same verdicts, and once only."""
    dataset = five(make_dataset)
    log = data.draw(logs(dataset))

    assert replay(dataset, log, log).to_append(moved=True) == []
    appended = replay(dataset, log).to_append()
    assert settle(appended) == settle(log)
    assert replay(dataset, log, appended).to_append(moved=True) == []


@QUICK
@given(data=st.data())
def test_a_log_that_is_replayed_again_as_it_grows_ends_the_same(make_dataset, data):
    """After any beginning of it was replayed before; undos of what came over come too."""
    dataset = five(make_dataset)
    log = data.draw(logs(dataset))
    new = []
    for end in [*sorted(data.draw(st.lists(st.integers(0, len(log)), max_size=3))), len(log)]:
        new += replay(dataset, log[:end], new).to_append()

    assert len({decision.decision_id for decision in new}) == len(new)
    assert outcome(dataset, new) == outcome(dataset, log)


@QUICK
@given(data=st.data())
def test_rows_that_were_renamed_come_over_with_moved_alone(make_dataset, data):
    """In another order under other names; what each row shows says which is which."""
    dataset = five(make_dataset)
    log = data.draw(logs(dataset))
    order = np.array(data.draw(st.permutations(range(ROWS))))
    table = dataset.table.take(order).set_column(0, "id", [[f"new-{at}" for at in range(ROWS)]])
    renamed = replace(
        dataset, table=table, labels=dataset.labels[order], content=dataset.content[order]
    )

    found = replay(renamed, log)

    assert found.to_append() == []
    actions, labels = outcome(dataset, log)
    moved = outcome(renamed, found.to_append(moved=True))
    assert moved == ([actions[at] for at in order], [labels[at] for at in order])


# What is awkward for a format: quotes, breaks, marks, other alphabets. No control characters: a
# file of text with those in it is taken for something else when it is opened.
TEXTS = st.text(
    st.one_of(
        st.sampled_from("\"',;\t\n =+-@#é字🙂\\"),
        st.characters(codec="utf-8", exclude_categories=("Cc",)),
    ),
    max_size=8,
)
TABLES = st.lists(
    st.tuples(st.sampled_from(["cat", "dog", "=cow", None]), TEXTS, st.none() | st.integers()),
    min_size=2,
    max_size=8,
)


def table_of(cells):
    """Ids, labels, texts, whole numbers where one is missing."""
    labels, texts, numbers = zip(*cells, strict=True)
    fitting = [None if x is None else x % 2**40 for x in numbers]
    return pa.table(
        {
            "id": [f"r{row:03}" for row in range(len(cells))],
            "label": pa.array(labels, pa.string()),
            "text": pa.array([f"x{text}" for text in texts], pa.string()),
            "number": pa.array(fitting, pa.int64()),
        }
    )


def without_empty(dataset):
    """The cells; a label that is missing is an empty cell in CSV, and both are unlabelled."""
    return [{name: cell or None for name, cell in row.items()} for row in dataset.table.to_pylist()]


@ON_DISK
@given(cells=TABLES, kind=st.sampled_from(["csv", "tsv", "parquet", "jsonl"]), data=st.data())
def test_an_export_opens_as_the_dataset_that_was_exported(cells, kind, data):
    """Without decisions the same one; with some, the rows that stay under the labels in force."""
    cells = [("cat", "", 0), ("dog", "", 0), ("=cow", "", 0), *cells]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        pyarrow.parquet.write_table(table_of(cells), home / "made.parquet")
        dataset, _ = readers.read(home / "made.parquet")
        options = ExportOptions(kind, neutralise=False)
        log = DecisionLog(home / "decisions.db")

        def exported():
            manifest = write_export(dataset, log, home / "out", options)
            return readers.read(home / "out" / manifest["file"])[0]

        again = exported()
        assert again.fingerprint == dataset.fingerprint
        assert without_empty(again) == without_empty(dataset)

        log.append(data.draw(logs(dataset, longest=5)))
        applied = apply_verdicts(dataset, log.decisions())
        kept = np.flatnonzero(applied.actions != "drop")
        assume(len(kept) > 0)  # a table without rows is no dataset, and is refused as one
        after = exported()
        assert after.ids(range(len(after))) == dataset.ids(kept)
        named = [-1 if at < 0 else dataset.classes[at] for at in applied.labels[kept]]
        assert [after.given(row) or -1 for row in range(len(after))] == named
        assert (after.content == dataset.content[kept]).all()


@ON_DISK
@given(data=st.data())
def test_a_patch_changes_what_the_log_changes(make_dataset, data):
    """Replayed on the dataset as it was: the same relabels and drops, and nothing else."""
    dataset = five(make_dataset)
    decisions = data.draw(logs(dataset))
    with tempfile.TemporaryDirectory() as scratch:
        log = DecisionLog(Path(scratch) / "decisions.db")
        log.append(decisions)
        write_export(dataset, log, Path(scratch) / "out", ExportOptions("patch"))
        patch = decisions_at(str(Path(scratch) / "out" / "made.patch.jsonl"))

    actions, labels = outcome(dataset, replay(dataset, patch).to_append())
    expected, in_force = outcome(dataset, decisions)
    changes = [each if each in ("relabel", "drop") else "undecided" for each in expected]
    assert (actions, labels) == (changes, in_force)
