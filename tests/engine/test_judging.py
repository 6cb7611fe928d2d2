"""How far queries are judged: counted here once more, pair by pair."""

import numpy as np
import pytest

from engine.judging import judging
from engine.sampling import NAMED, REST
from store.decision import decide, withdraw
from store.ledger import Ledger
from tests.retrieval_sets import made_retrieval


@pytest.fixture(scope="module")
def dataset():
    """Four queries, 40 passages."""
    return made_retrieval(4, 40).dataset()


def by_hand(dataset, verdicts):
    """(candidates, known, judged, found) of every query. verdicts: row -> (action, grade)."""
    pairs, counts = dataset.pairs, np.zeros((4, len(dataset.pairs.queries)), dtype=int)
    for row in range(len(dataset)):
        action, grade = verdicts.get(row, (None, None))
        was, now = pairs.grade[row] > 0, (grade if action == "relabel" else pairs.grade[row]) > 0
        settled = action in ("keep", "relabel", "drop")
        counts[:, pairs.query[row]] += (
            1,
            was and pairs.judged[row],
            pairs.judged[row] or settled,
            settled and not was and (now or action == "drop"),
        )
    return counts


def test_counts_are_those_of_every_pair(dataset):
    """Kept, relevant, a duplicate, skipped, flagged, a positive taken back, one undone."""
    pairs = dataset.pairs
    nobody = np.flatnonzero(~pairs.judged & (pairs.grade <= 0))[::7]
    positive = int(np.flatnonzero(pairs.judged & (pairs.grade > 0))[0])
    said = {
        int(nobody[0]): ("keep", None),
        int(nobody[1]): ("relabel", 1),
        int(nobody[2]): ("drop", None),
        int(nobody[3]): ("skip", None),
        int(nobody[4]): ("flag", None),
        positive: ("relabel", 0),
    }
    log = [
        decide(dataset, [row], action, label=None if to is None else str(to), reviewer="Ada")
        for row, (action, to) in said.items()
    ]
    gone = decide(dataset, [int(nobody[5])], "relabel", label="1", reviewer="Ada")
    ledger = Ledger(dataset)
    ledger.follow([*log, gone, withdraw(gone, reviewer="Ada")])
    counts = judging(pairs, ledger)

    expected = by_hand(dataset, said)
    assert [counts.candidates, counts.known, counts.judged, counts.found] == [
        pytest.approx(part) for part in expected
    ]
    assert (counts.decided.sum(), counts.found.sum()) == (4, 2)
    assert counts.judged_share == pytest.approx(expected[2].sum() / len(dataset))
    for query in range(len(pairs.queries)):
        one = judging(pairs, ledger, query=query)
        assert (one.candidates, one.judged, one.found) == (
            counts.candidates[query],
            counts.judged[query],
            counts.found[query],
        )


def test_suspected_are_the_named_ones_without_a_verdict(dataset):
    """Three pairs of the second query are named; one of them is decided, then two are left."""
    rows = np.arange(dataset.pairs.starts[1], dataset.pairs.starts[1] + 3)
    strata = np.full(len(dataset), REST, dtype=np.int8)
    strata[rows] = NAMED
    ledger = Ledger(dataset)

    assert judging(dataset.pairs, ledger, strata).suspected.tolist() == [0, 3, 0, 0]
    ledger.follow([decide(dataset, [int(rows[1])], "skip", reviewer="Ada")])
    assert judging(dataset.pairs, ledger, strata).suspected.tolist() == [0, 2, 0, 0]
    assert judging(dataset.pairs, ledger).suspected.sum() == 0
