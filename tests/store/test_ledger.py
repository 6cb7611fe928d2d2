"""Following the log step by step says the same as reading it whole."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from store.decision import decide, withdraw
from store.ledger import Ledger
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
