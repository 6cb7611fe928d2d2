"""Old decisions on a dataset that may be newer."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from store.decision import decide, withdraw
from store.verdicts import apply_verdicts


def changed(dataset, row):
    """The same dataset after somebody edited what one row shows."""
    content = dataset.content.copy()
    content[row] = 255
    return replace(dataset, content=content)


def test_every_action_lands_on_its_row(make_dataset):
    """Only a relabel changes the label in force."""
    dataset = make_dataset(["cat", "dog", "cat", "dog", "cat", None])
    log = [
        decide(dataset, [0], "relabel", reviewer="ann", label="dog"),
        decide(dataset, [1], "drop", reviewer="ann"),
        decide(dataset, [2], "keep", reviewer="ann"),
        decide(dataset, [3], "skip", reviewer="ann"),
        decide(dataset, [5], "relabel", reviewer="ann", label="cat"),
    ]

    applied = apply_verdicts(dataset, log)

    assert applied.actions.tolist() == ["relabel", "drop", "keep", "skip", "undecided", "relabel"]
    assert applied.labels.tolist() == [1, 1, 0, 1, 0, 0]
    assert dataset.labels.tolist() == [0, 1, 0, 1, 0, -1]
    assert (applied.stale, applied.vanished) == ({}, ())


def test_no_decisions_change_nothing(make_dataset):
    """An empty log and a log that is undone whole are the same."""
    dataset = make_dataset(["cat", "dog"])
    drop = decide(dataset, [0, 1], "drop", reviewer="ann")

    for log in ([], [drop, withdraw(drop, reviewer="ann")]):
        applied = apply_verdicts(dataset, log)

        assert applied.actions.tolist() == ["undecided", "undecided"]
        assert (applied.verdicts, applied.stale, applied.vanished) == ({}, {}, ())


def test_a_row_that_shows_something_else_by_now_is_stale(make_dataset):
    """The verdict waits, named, until the content is back; other rows of the bulk are applied."""
    dataset = make_dataset(["cat", "dog"])
    log = [decide(dataset, [0, 1], "drop", reviewer="ann")]

    applied = apply_verdicts(changed(dataset, 0), log)

    assert applied.actions.tolist() == ["undecided", "drop"]
    assert applied.stale == {"row-0": "its content changed"}
    assert apply_verdicts(dataset, log).stale == {}


def test_a_stale_decision_does_not_count_against_a_fresh_one(make_dataset):
    """Neither another reviewer's nor one's own."""
    old = make_dataset(["cat", "dog"])
    new = changed(old, 0)
    log = [
        decide(old, [0], "drop", reviewer="ann"),
        decide(old, [0], "flag", reviewer="bob"),
        decide(new, [0], "keep", reviewer="bob"),
    ]

    applied = apply_verdicts(new, log)

    assert applied.actions.tolist() == ["keep", "undecided"]
    assert applied.stale == {}


def test_ids_that_are_gone_are_named(make_dataset):
    """Rows of an earlier version, and their undone decisions not."""
    old = make_dataset(["cat", "dog", "cow"])
    keep = decide(old, [2], "keep", reviewer="ann")
    log = [decide(old, [0, 1], "drop", reviewer="ann"), keep, withdraw(keep, reviewer="ann")]

    applied = apply_verdicts(make_dataset(["cat"]), log)

    assert applied.vanished == ("row-1",)
    assert applied.actions.tolist() == ["drop"]


def test_a_label_that_no_longer_is_a_class_is_stale_and_uncovers_nothing(make_dataset):
    """The reviewer's earlier keep does not come back because of it."""
    old, new = make_dataset(["cat", "cow"]), make_dataset(["cat", "dog"])
    log = [
        decide(old, [0], "keep", reviewer="ann"),
        decide(old, [0], "relabel", reviewer="ann", label="cow"),
    ]

    applied = apply_verdicts(new, log)

    assert applied.actions.tolist() == ["undecided", "undecided"]
    assert applied.stale == {"row-0": "'cow' is no longer a class"}


def test_a_kept_label_that_was_replaced_is_stale(make_dataset):
    """To keep cat is no verdict on dog."""
    log = [decide(make_dataset(["cat", "dog"]), [0], "keep", reviewer="ann")]

    applied = apply_verdicts(make_dataset(["dog", "cat"]), log)

    assert applied.stale == {"row-0": "the label kept was 'cat', the given one is now 'dog'"}


def test_a_relabel_that_is_already_true_is_a_keep(make_dataset):
    """On the clean copy the same log changes nothing any more."""
    dirty, clean = make_dataset(["cat", "dog"]), make_dataset(["dog", "dog", "cat"])
    log = [decide(dirty, [0], "relabel", reviewer="ann", label="dog")]

    applied = apply_verdicts(clean, log)

    assert applied.actions.tolist() == ["keep", "undecided", "undecided"]
    assert applied.labels.tolist() == [1, 1, 0]


def test_an_unlabelled_row_may_be_kept_as_it_is(make_dataset):
    """No label stays no label."""
    dataset = make_dataset(["cat", None])

    applied = apply_verdicts(dataset, [decide(dataset, [1], "keep", reviewer="ann")])

    assert applied.actions.tolist() == ["undecided", "keep"]
    assert applied.labels.tolist() == [0, -1]


def test_row_numbers_serve_where_there_are_no_ids(make_dataset):
    """Number ids reach the log as text and find their rows again."""
    dataset = make_dataset(["cat", "dog"])
    numbered = replace(dataset, roles=replace(dataset.roles, id=None))
    whole = replace(
        dataset, table=dataset.table.set_column(0, "id", pa.array([7, 8], type=pa.int64()))
    )

    for each, ids in ((numbered, ("1",)), (whole, ("8",))):
        drop = decide(each, np.array([1]), "drop", reviewer="ann")

        assert drop.ids == ids
        assert apply_verdicts(each, [drop]).actions.tolist() == ["undecided", "drop"]
