"""Lists of pairs that learn: a query that hides much comes up, another goes down."""

import numpy as np
import pytest

from engine.audit import Audit, audit
from engine.learning import Learner
from tests.retrieval_sets import made_retrieval


@pytest.fixture(scope="module")
def pairs() -> Audit:
    """Everything about a small retrieval set."""
    return audit(made_retrieval().dataset())


def test_without_verdicts_it_is_exactly_the_fixed_order(pairs: Audit):
    """The queue of the default score."""
    learner = Learner.prepare(pairs, pairs.queue)
    rows = learner.learn(np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)).first(
        50, np.ones(len(pairs.queue), dtype=bool)
    )

    assert rows.tolist() == pairs.queue.rows[:50].tolist()


@pytest.mark.parametrize("relevant", [True, False])
def test_verdicts_on_a_query_speak_for_its_other_pairs(pairs: Audit, relevant: bool):
    """Six verdicts on query 3: its other open pairs move against those of all other queries."""
    queries = pairs.evidence.dataset.pairs.query
    learner = Learner.prepare(pairs, pairs.queue)
    of_query = pairs.queue.rows[queries[pairs.queue.rows] == 3]
    open_rows = np.setdiff1d(of_query, of_query[:6])
    scored = open_rows[np.isfinite(learner.start[open_rows])]
    others = (queries != 3) & np.isfinite(learner.start)

    learned = learner.learn(of_query[:6], np.full(6, relevant))

    moved = learned.suspicion - learner.start
    gained = moved[scored].mean() - moved[others].mean()
    assert (gained > 0.05) if relevant else (gained < -0.05)


def test_known_positives_stay_last_whatever_was_decided(pairs: Audit):
    """They cannot be missing, so nothing brings them up."""
    learner = Learner.prepare(pairs, pairs.queue)
    known = pairs.evidence.dataset.labels > 0

    learned = learner.learn(pairs.queue.rows[:40], np.ones(40, dtype=bool))

    last = learned.first(len(known), np.ones(len(known), dtype=bool))[-int(known.sum()) :]
    assert known[last].all()
    assert np.isneginf(learned.suspicion[known]).all()
