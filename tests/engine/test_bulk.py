"""What one decision about many rows would come to: against making it and counting."""

import numpy as np
import pytest

from engine.bulk import digest_of_rows, foresee, some_of
from store.decisions import decide, withdraw
from store.errors import UserError
from store.ledger import Ledger
from store.verdicts import apply_verdicts

CLASSES = ("a", "b", "c")


def tally(applied):
    """Rows by label in force, the last without one, dropped rows nowhere: counted one by one."""
    found = [0] * (len(CLASSES) + 1)
    for action, label in zip(applied.actions.tolist(), applied.labels.tolist(), strict=True):
        if action != "drop":
            found[label] += 1  # -1 is the last
    return found


@pytest.fixture
def dataset(make_dataset):
    """300 rows; every seventh has no label."""
    chance = np.random.default_rng(0)
    return make_dataset(
        [None if row % 7 == 0 else CLASSES[chance.integers(3)] for row in range(300)]
    )


def earlier(dataset, seed):
    """A log of two reviewers who agree, disagree, decide many at once and take things back."""
    chance, log = np.random.default_rng(seed), []
    for _ in range(60):
        rows = chance.choice(300, chance.choice([1, 1, 1, 40]), replace=False)
        action = chance.choice(["keep", "relabel", "drop", "skip", "flag"])
        label = str(chance.choice(CLASSES)) if action == "relabel" else None
        who = str(chance.choice(["ann", "bob"]))
        log.append(decide(dataset, rows, str(action), label=label, reviewer=who))
        if chance.random() < 0.1:
            log.append(withdraw(log[chance.integers(len(log) - 1)], reviewer=who))
    return log


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("action", "label"), [("keep", None), ("relabel", "b"), ("drop", None), ("flag", None)]
)
def test_it_foretells_what_then_happens(dataset, seed, action, label):
    """Counts before and after, disputes, whose verdicts are there: as `apply_verdicts` has it."""
    log = earlier(dataset, seed)
    rows = np.random.default_rng(seed + 100).choice(300, 120, replace=False)
    ledger = Ledger(dataset)
    ledger.follow(log)
    found = foresee(ledger, rows, action, reviewer="ann", label=label)

    before = apply_verdicts(dataset, log)
    new = decide(dataset, rows, action, reviewer="ann", label=label)
    after = apply_verdicts(dataset, [*log, new])
    verdicts = [before.verdicts[id_] for id_ in dataset.ids(rows) if id_ in before.verdicts]
    assert found.before.tolist() == tally(before)
    assert found.after.tolist() == tally(after)
    assert found.disputed == int((after.actions[rows] == "adjudicate").sum())
    assert found.replaced == sum("ann" in one.reviewers for one in verdicts)
    assert found.others == sum("bob" in one.reviewers for one in verdicts)
    assert int(found.chosen.sum()) == int((before.actions[rows] != "drop").sum())
    assert ledger.applied().actions.tolist() == before.actions.tolist()


@pytest.mark.parametrize(
    ("action", "label", "reviewer", "told"),
    [
        ("relabel", "nosuch", "ann", "not one of the 3 classes"),
        ("relabel", None, "ann", "not one of the 3 classes"),
        ("undo", None, "ann", "not a decision"),
        ("keep", "a", "ann", "takes no label"),
        ("keep", None, " ", "needs a reviewer"),
    ],
)
def test_what_cannot_be_decided_cannot_be_previewed(dataset, action, label, reviewer, told):
    """The sentence comes before anybody presses a button."""
    with pytest.raises(UserError, match=told):
        foresee(Ledger(dataset), np.arange(5), action, reviewer=reviewer, label=label)


def test_other_rows_are_another_digest(dataset):
    """One more, one less, another dataset; the same rows are the same."""
    rows = np.arange(10)
    turned = dataset.with_labels(np.roll(dataset.labels, 1))
    digests = [
        digest_of_rows(dataset, rows),
        digest_of_rows(dataset, rows[1:]),
        digest_of_rows(dataset, np.arange(11)),
        digest_of_rows(dataset, rows[:0]),
        digest_of_rows(turned, rows),
    ]

    assert len(set(digests)) == 5
    assert digest_of_rows(dataset, rows.astype(np.int32)) == digests[0]


def test_the_same_digest_draws_the_same_rows(dataset):
    """Ten of many, all of few; every row as often as another over many draws."""
    rows = np.arange(40, 100)
    digest = digest_of_rows(dataset, rows)
    counts = np.zeros(100, dtype=int)
    for seed in range(600):
        counts[some_of(rows, f"{seed:032x}")] += 1

    assert some_of(rows, digest).tolist() == some_of(rows, digest).tolist()
    assert len(set(some_of(rows, digest).tolist())) == 10
    assert some_of(rows[:3], digest).tolist() == [40, 41, 42]
    assert counts[:40].sum() == 0
    assert 50 < counts[40:].min() <= counts[40:].max() < 150  # 100 each, give or take 9
