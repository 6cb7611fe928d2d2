"""Following the log step by step says the same as reading it whole."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from store.decision import decide, withdraw
from store.ledger import ACTIONS, Ledger
from store.verdicts import apply_verdicts
from tests.store.test_verdicts import changed


def made_up(dataset, rng, count):
    """Decisions of two reviewers, bulk ones and undos of undos among them."""
    log = []
    for _ in range(count):
        if log and rng.random() < 0.3:
            log.append(withdraw(rng.choice(log), reviewer=rng.choice(["ann", "ben"])))
            continue
        action = rng.choice(["keep", "relabel", "drop", "skip", "flag"])
        rows = rng.sample(range(len(dataset)), rng.choice([1, 1, 1, 3]))
        label = rng.choice(dataset.classes) if action == "relabel" else None
        log.append(decide(dataset, rows, action, reviewer=rng.choice(["ann", "ben"]), label=label))
    return log


def assert_same(ledger, dataset, log):
    found, expected = ledger.applied(), apply_verdicts(dataset, log)

    assert found.actions.tolist() == expected.actions.tolist()
    assert found.labels.tolist() == expected.labels.tolist()
    assert dict(found.verdicts) == dict(expected.verdicts)
    assert dict(found.stale) == dict(expected.stale)
    assert set(found.vanished) == set(expected.vanished)


@settings(deadline=None)
@given(seed=some.integers(0, 10_000), steps=some.lists(some.integers(1, 4), max_size=8))
def test_step_by_step_is_the_same_as_at_once(make_dataset, seed, steps):
    """Whatever the portions, on a dataset where a row changed and another is gone."""
    rng = random.Random(seed)
    before = make_dataset(["cat", "dog", "cat", None, "dog"])
    log = made_up(before, rng, sum(steps))
    dataset = changed(make_dataset(["cat", "dog", "cat", None]), 1)
    ledger = Ledger(dataset)
    at = 0
    for step in steps:
        at += step
        rows = ledger.follow(log[:at])

        assert set(rows.tolist()) <= {0, 1, 2, 3}
        assert_same(ledger, dataset, log[:at])


def test_a_log_that_goes_another_way_is_read_anew(make_dataset):
    """A backup put back: shorter, or with something else in the same place."""
    dataset = make_dataset(["cat", "dog"])
    first, second, other = (
        decide(dataset, [0], "drop", reviewer="ann"),
        decide(dataset, [1], "keep", reviewer="ann"),
        decide(dataset, [1], "flag", reviewer="ann"),
    )
    ledger = Ledger(dataset)
    for log in ([first, second], [first], [first, other], [other, first], []):
        ledger.follow(log)
        assert_same(ledger, dataset, log)


def test_rows_that_were_touched_are_told(make_dataset):
    """One row for a key, all of them for a bulk action, none when nothing is new."""
    dataset = make_dataset(["cat", "dog", "cat"])
    log = [decide(dataset, [2], "keep", reviewer="ann")]
    ledger = Ledger(dataset)

    assert ledger.follow(log).tolist() == [2]
    assert ledger.follow(log).tolist() == []
    log.append(decide(dataset, [0, 1], "drop", reviewer="ann"))
    assert ledger.follow(log).tolist() == [0, 1]
    log.append(withdraw(log[-1], reviewer="ann"))
    assert ledger.follow(log).tolist() == [0, 1]
    assert ledger.codes.tolist() == [0, 0, 1]


def test_a_value_handed_out_stays_as_it_is(make_dataset):
    """Later decisions do not reach into it."""
    dataset = make_dataset(["cat", "dog"])
    ledger = Ledger(dataset)
    before = ledger.applied()
    ledger.follow([decide(dataset, [0], "relabel", label="dog", reviewer="ann")])

    assert before.actions.tolist() == ["undecided", "undecided"]
    np.testing.assert_array_equal(before.labels, dataset.labels)
    assert ledger.applied().labels.tolist() == [1, 1]


def many(make_dataset, classes="abc"):
    """60 rows and a log in which much is decided at once: by two, over each other, taken back."""
    rng = random.Random(7)
    dataset = make_dataset([rng.choice(classes) if row % 9 else None for row in range(60)])
    log = [
        decide(dataset, range(60), "keep", reviewer="ann"),
        decide(dataset, range(10, 50), "relabel", label="b", reviewer="ben", note="all of them"),
        decide(dataset, range(30), "skip", reviewer="cam"),
        decide(dataset, range(5, 25), "drop", reviewer="ben"),
    ]
    log += [
        decide(dataset, range(40, 60), "flag", reviewer="cam", because={"adjudicates": True}),
        withdraw(log[1], reviewer="ben"),
        decide(dataset, range(20, 60), "relabel", label="a", reviewer="ann"),
    ]
    log += [withdraw(log[5], reviewer="ben"), withdraw(log[0], reviewer="ann")]
    return dataset, log


def test_rows_about_which_the_same_was_said_share_their_verdict(make_dataset):
    """After every entry of a log of bulk actions: as each row by itself."""
    dataset, log = many(make_dataset)
    ledger = Ledger(dataset)
    for end in range(1, len(log) + 1):
        ledger.follow(log[:end])
        assert_same(ledger, dataset, log[:end])


def test_a_bulk_action_seen_from_a_newer_version(make_dataset):
    """Of its rows some are gone, some show something else, some have another given label, and a
    class is no more: each of these comes out as it would by itself."""
    old, log = many(make_dataset)
    names = [old.given(row) for row in range(50)]
    names[3:6] = ["c", "c", "c"]
    newer = make_dataset([{"b": "c"}.get(name, name) for name in names])
    contents = old.content[:50].copy()
    contents[30:34] = 0
    newer = replace(newer, content=contents)
    ledger, told = Ledger(newer), set()
    for end in range(1, len(log) + 1):
        ledger.follow(log[:end])
        assert_same(ledger, newer, log[:end])
        told |= set(ledger.applied().stale.values())
    assert {"'b' is no longer a class", "its content changed"} <= told


@pytest.mark.parametrize(
    ("action", "label"),
    [("keep", None), ("relabel", "a"), ("drop", None), ("flag", None), ("skip", None)],
)
@pytest.mark.parametrize("newer", [False, True])
def test_what_is_foreseen_comes_true(make_dataset, action, label, newer):
    """After every entry of the log, for rows decided and for rows taken back."""
    dataset, log = many(make_dataset)
    if newer:
        contents = dataset.content.copy()
        contents[30:34] = 0
        dataset = replace(dataset, content=contents)
    for end in range(1, len(log) + 1):
        ledger = Ledger(dataset)
        ledger.follow(log[:end])
        rows = ledger.told()[::-1][3:]
        codes, labels = ledger.foresee(rows, action, reviewer="ben", label=label)
        after = decide(dataset, rows, action, reviewer="ben", label=label)
        expected = apply_verdicts(dataset, [*log[:end], after])

        assert np.array(ACTIONS)[codes].tolist() == expected.actions[rows].tolist()
        assert labels.tolist() == expected.labels[rows].tolist()
