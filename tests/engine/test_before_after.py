"""What decisions change, against counts by hand and against the clean copy's own numbers."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.before_after import class_changes, snapshot, wrong_share
from engine.copies import content_sets
from engine.estimating import standing
from store.decisions import decide
from store.ledger import Ledger
from tests.blobs import dataset_of


def test_a_snapshot_counts_what_stays():
    """Rows 0 1 2 are one content under two labels; row 4 has no label; row 1 is dropped."""
    sets = np.array([0, 0, 0, -1, -1])
    labels = np.array([0, 1, 0, 1, -1])
    before = snapshot(labels, np.zeros(5, dtype=bool), 3, sets=sets)
    after = snapshot(labels, np.arange(5) == 1, 3, sets=sets, near=sets)

    assert (before.rows, before.unlabelled, before.per_class.tolist()) == (5, 1, [2, 2, 0])
    assert (before.surplus, before.near_surplus, before.contradicting) == (2, None, 3)
    assert (after.rows, after.unlabelled, after.per_class.tolist()) == (4, 1, [2, 1, 0])
    assert (after.surplus, after.near_surplus, after.contradicting) == (1, 1, 0)


VERDICTS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.sampled_from(["keep", "relabel", "drop", "skip", "flag"]),
        st.integers(0, 2),
    ),
    max_size=12,
)


@given(VERDICTS)
def test_changes_add_up_to_the_labels_in_force(verdicts):
    """Given + arrived - left - dropped is what one counts in the labels that stay."""
    dataset = dataset_of(np.eye(8), [0, 0, 1, 1, 2, 2, -1, -1])
    ledger = Ledger(dataset)
    ledger.follow(
        [
            decide(
                dataset,
                [row],
                action,
                reviewer="ann",
                label=f"class-{label}" if action == "relabel" else None,
            )
            for row, action, label in verdicts
        ]
    )
    gone = np.array([action == "drop" for action in ledger.applied().actions])
    after = snapshot(ledger.labels, gone, 3, sets=content_sets(dataset.content))
    changes = class_changes(dataset.classes, dataset.labels, ledger.labels, ledger.codes)
    now = {one.name: one.now for one in changes}
    stays = Counter(ledger.labels[~gone].tolist())

    for place, name in enumerate(dataset.classes):
        assert after.per_class[place] == stays[place]
        assert now.get(name, np.count_nonzero(dataset.labels == place)) == stays[place]
    assert [one.moved for one in changes] == sorted((one.moved for one in changes), reverse=True)
    assert all(one.moved for one in changes)


def test_a_row_without_a_label_that_gets_one_arrives():
    """It left no class."""
    labels, codes = np.array([0, 1]), np.array([2, 0])
    (change,) = class_changes(("a", "b"), np.array([-1, 1]), labels, codes)

    assert (change.name, change.given, change.arrived, change.left, change.now) == ("a", 0, 1, 0, 1)


def test_the_share_of_wrong_labels_falls_by_what_was_found():
    """All ten rows decided, three were wrong, one of them dropped: 30 % before, none after."""
    wrong = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], dtype=np.int8)
    everything = standing(
        np.zeros(10, dtype=np.int8),
        np.arange(10),
        wrong,
        np.zeros(10, dtype=bool),
        np.full(10, 2.0),
        lists={},
    )
    before, after = wrong_share(everything, before=10, after=9)

    assert (before.low, before.middle, before.high) == pytest.approx((0.3, 0.3, 0.3))
    assert (after.low, after.middle, after.high) == (0, 0, 0)
