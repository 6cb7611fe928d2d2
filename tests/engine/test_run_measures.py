"""Runs before and after verdicts, against measures written down here a second time."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.run_measures import MEASURES, measure_runs
from store.decision import decide
from store.errors import UserError
from store.ledger import Ledger
from store.pair_dataset import pair_dataset
from tests.retrieval_sets import made_retrieval


@pytest.fixture(scope="module")
def made():
    hidden = made_retrieval()
    dataset = hidden.dataset()
    run = hidden.retrieval.runs[0]
    # A second system: the first one's lines, the last first.
    turned = replace(run, name="turned", rank=11 - run.rank)
    pairs = replace(dataset.pairs, runs=(run, turned))
    return hidden, pair_dataset("made", pairs)


def reviewed(dataset, rows, labels):
    """The ledger after these verdicts: the label of each row, None = a duplicate."""
    ledger = Ledger(dataset)
    decisions = [
        decide(dataset, [row], "drop", reviewer="ann")
        if label is None
        else decide(dataset, [row], "keep", reviewer="ann")
        if label == "0"
        else decide(dataset, [row], "relabel", label=label, reviewer="ann")
        for row, label in zip(rows, labels, strict=True)
    ]
    ledger.follow(decisions)
    return ledger


def report(dataset, ledger):
    return measure_runs(dataset, ledger.applied())


def of(found, system, measure):
    return next(m for m in found.measured if (m.system, m.measure) == (system, measure))


def by_hand(dataset, run, grade, judged):
    """Mean nDCG@10, RR@10, AP, R@100 and Judged@10 over queries with a relevant passage."""
    pairs = dataset.pairs
    sums, queries = np.zeros(5), 0
    for query in range(len(pairs.queries)):
        rows = pairs.of_query(query)
        known = {
            int(p): int(g)
            for p, g, j in zip(pairs.passage[rows], grade[rows], judged[rows], strict=True)
            if j
        }
        relevant = {p for p, g in known.items() if g > 0}
        if not relevant:
            continue
        queries += 1
        mine = run.query == query
        order = run.passage[mine][np.argsort(run.rank[mine])].tolist()
        gains = [known.get(p, 0) / math.log2(place + 2) for place, p in enumerate(order[:10])]
        ideal = sorted(known.values(), reverse=True)[:10]
        best = sum(g / math.log2(place + 2) for place, g in enumerate(ideal))
        first = [place for place, p in enumerate(order[:10]) if p in relevant]
        hits = [place for place, p in enumerate(order) if p in relevant]
        sums += [
            sum(gains) / best,
            1 / (first[0] + 1) if first else 0,
            sum((at + 1) / (place + 1) for at, place in enumerate(hits)) / len(relevant),
            sum(place < 100 for place in hits) / len(relevant),
            sum(p in known for p in order[:10]) / len(order[:10]),
        ]
    return sums / queries


def test_before_and_after_are_what_is_counted_by_hand(made):
    hidden, dataset = made
    missing = np.flatnonzero(hidden.missing(dataset))[:60]
    wrong = np.flatnonzero(~hidden.relevant.ravel() & ~dataset.pairs.judged)[:40]
    rows = [*missing.tolist(), *wrong.tolist()]
    ledger = reviewed(dataset, rows, ["1"] * len(missing) + ["0"] * len(wrong))

    found = report(dataset, ledger)

    pairs = dataset.pairs
    grade, judged = pairs.grade.copy(), pairs.judged.copy()
    grade[missing] = 1
    judged[rows] = True
    for run in pairs.runs:
        before = by_hand(dataset, run, pairs.grade, pairs.judged)
        after = by_hand(dataset, run, grade, judged)
        for place, measure in enumerate(("nDCG@10", "RR@10", "AP", "R@100", "Judged@10")):
            one = of(found, run.name, measure)
            assert one.before.middle == pytest.approx(before[place])
            assert one.after.middle == pytest.approx(after[place])
            assert one.change.middle == pytest.approx(after[place] - before[place])
            assert one.after.low <= one.after.middle <= one.after.high
    assert found.judged == len(rows)
    assert found.queries == len(pairs.queries)


def test_without_verdicts_nothing_changes(made):
    _, dataset = made

    found = report(dataset, Ledger(dataset))

    assert len(found.measured) == 2 * len(MEASURES)
    assert all(m.change == replace(m.change, low=0, middle=0, high=0) for m in found.measured)
    assert not found.swaps


def test_a_duplicate_of_a_positive_stays_out_of_the_judgements(made):
    hidden, dataset = made
    rows = np.flatnonzero(hidden.missing(dataset))[:20].tolist()

    dropped = report(dataset, reviewed(dataset, rows, [None] * len(rows)))

    assert dropped == report(dataset, Ledger(dataset))


def test_gaps_count_for_measures_that_know_of_them(made):
    """infAP: a passage nobody judged is taken to be as often relevant as the judged ones are."""
    _, dataset = made

    found = report(dataset, Ledger(dataset))

    assert of(found, "system", "infAP").before.middle > of(found, "system", "AP").before.middle


def test_systems_that_change_places_are_named(made):
    """All relevant passages of one system's first line are marked: it overtakes the other."""
    _, dataset = made
    _, second = dataset.pairs.runs
    ahead = of(report(dataset, Ledger(dataset)), "system", "RR@10").before.middle
    assert ahead > of(report(dataset, Ledger(dataset)), "turned", "RR@10").before.middle
    top = [
        query * len(dataset.pairs.passages) + passage
        for query, passage, rank in zip(second.query, second.passage, second.rank, strict=True)
        if rank == 1
    ]
    ledger = reviewed(dataset, [int(row) for row in top], ["1"] * len(top))

    swaps = [one for one in report(dataset, ledger).swaps if one.measure == "RR@10"]

    assert [(one.was_ahead, one.is_ahead, one.sure) for one in swaps] == [
        ("system", "turned", True)
    ]


def test_the_same_data_gives_the_same_intervals(made):
    _, dataset = made
    rows = list(range(0, len(dataset), 97))
    ledger = reviewed(dataset, rows, ["1"] * len(rows))

    assert report(dataset, ledger) == report(dataset, ledger)


def test_nothing_to_measure_is_said(made):
    _, dataset = made
    bare = pair_dataset("made", replace(dataset.pairs, runs=()))
    with pytest.raises(UserError, match="came without runs"):
        report(bare, Ledger(bare))
    nobody = np.zeros(len(dataset), dtype=np.int64)
    unmarked = pair_dataset("made", replace(dataset.pairs, grade=nobody))
    with pytest.raises(UserError, match="No query of made has a relevant passage"):
        report(unmarked, Ledger(unmarked))
