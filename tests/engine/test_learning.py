"""Lists that learn: where they start, what a verdict moves, and what it leaves alone."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_expit

from engine import learned as module
from engine.audit import Audit, audit
from engine.combining import fit
from engine.learned import Learned
from engine.learning import MOST, Learner
from engine.queueing import Selection
from engine.spreading import HUB, OTHER_LABEL, Neighbourhoods, turned
from index.graph import NeighbourGraph
from tests.blobs import blobs, dataset_of

NONE = np.empty(0, dtype=np.int64)
NAN = np.nan


def selection(
    rows: np.ndarray, values: np.ndarray, suggested: np.ndarray | None = None
) -> Selection:
    """A list in this order, with these values."""
    proposed = np.full(len(rows), -1) if suggested is None else suggested
    return Selection("made", np.array(rows), np.array(values, dtype=np.float64), proposed, str)


@pytest.fixture(scope="module")
def clusters() -> Audit:
    """20 groups of 15 rows, all of one given label; no score knows anything, the graph does."""
    rng = np.random.default_rng(0)
    embeddings = np.eye(20)[np.arange(300) // 15] + rng.normal(size=(300, 20)) * 0.01
    result = audit(dataset_of(embeddings, np.zeros(300, dtype=np.int64), c=2), k=10)
    return replace(result, scores={})


def around(graph: NeighbourGraph, labels: np.ndarray) -> Neighbourhoods:
    """The neighbourhoods of a graph."""
    members = graph.neighbours
    return Neighbourhoods(members=members, labels=labels, **turned(members))


def scattered(n: int = 300) -> Selection:
    """An order without values that has nothing to do with the groups: every row starts at 0."""
    return selection(np.random.default_rng(3).permutation(n), np.full(n, NAN))


def test_without_verdicts_it_is_exactly_the_fixed_order(planted: tuple[Audit, np.ndarray]):
    """Every row, those that cannot be scored last."""
    result, _ = planted
    learned = Learner.prepare(result, result.queue).learn(NONE, NONE.astype(bool))

    first = learned.first(300, np.ones(300, dtype=bool))

    np.testing.assert_array_equal(first, result.queue.rows)
    assert learned.suspicion.shape == (300,)
    assert np.float32 == learned.suspicion.dtype
    assert learned.lifted_by(0) is None


@pytest.mark.parametrize("count", [0, 1, 7, 299, 300, 1000])
def test_the_first_rows_are_those_of_a_full_sort(planted: tuple[Audit, np.ndarray], count: int):
    """Among the open ones, whatever is asked for; verdicts in force."""
    result, guilty = planted
    rows = result.queue.rows[:20]
    learned = Learner.prepare(result, result.queue).learn(rows, guilty[rows])
    open_rows = np.random.default_rng(1).random(300) < 0.6
    place = np.argsort(result.queue.rows)

    expected = np.lexsort((place, -learned.suspicion))

    expected = expected[open_rows[expected]][:count]
    np.testing.assert_array_equal(learned.first(count, open_rows), expected)


@pytest.mark.parametrize("share", [0.02, 0.5, 1.0])
@pytest.mark.parametrize("distinct", [1, 3, 100_000])
@pytest.mark.parametrize("told", [0, 40])
def test_the_front_of_a_long_list_is_that_of_a_full_sort(
    monkeypatch: pytest.MonkeyPatch, share: float, distinct: int, told: int
):
    """However much of it is closed, and with ties in any number: one, a few, hardly any."""
    monkeypatch.setattr(module, "FRONT", 100)
    monkeypatch.setattr(module, "SAMPLE", 500)
    rng, n = np.random.default_rng(0), 5_003
    suspicion = (rng.integers(0, distinct, n) / distinct).astype(np.float32)
    suspicion[rng.random(n) < 0.1] = -np.inf
    place, none = rng.permutation(n), np.zeros(told, dtype=np.int64)
    learned = Learned(suspicion, place, none, none, None)
    open_rows = (rng.random(n) < share) | (place == n - 1)

    expected = np.lexsort((place, -suspicion))
    expected = expected[open_rows[expected]]
    for count in (1, 20, 150, 1_000, n):
        np.testing.assert_array_equal(learned.first(count, open_rows), expected[:count])


def test_ties_keep_the_fixed_order(clusters: Audit):
    """Nothing is known of any row: the list's own order, cut anywhere."""
    order = np.random.default_rng(0).permutation(300)
    learner = Learner.prepare(clusters, selection(order, np.full(300, NAN)))

    learned = learner.learn(NONE, NONE.astype(bool))

    np.testing.assert_array_equal(learned.first(11, np.ones(300, dtype=bool)), order[:11])


def test_no_open_row_is_no_row(clusters: Audit):
    """The end of the list."""
    learned = Learner.prepare(clusters, scattered()).learn(np.array([3]), np.array([True]))

    assert learned.first(20, np.zeros(300, dtype=bool)).tolist() == []


def test_which_verdict_came_first_does_not_matter(planted: tuple[Audit, np.ndarray]):
    """Bit by bit, also twice in a row."""
    result, guilty = planted
    learner = Learner.prepare(result, result.queue)
    rows = result.queue.rows[:40]
    shuffled = np.random.default_rng(0).permutation(rows)

    one, other = learner.learn(rows, guilty[rows]), learner.learn(shuffled, guilty[shuffled])

    np.testing.assert_array_equal(one.suspicion, other.suspicion)
    np.testing.assert_array_equal(one.suspicion, learner.learn(rows, guilty[rows]).suspicion)


def test_a_verdict_given_twice_counts_once(planted: tuple[Audit, np.ndarray]):
    """And two that differ say as little as possible."""
    result, _ = planted
    learner = Learner.prepare(result, result.queue)

    once = learner.learn(np.array([50]), np.array([True]))
    twice = learner.learn(np.array([50, 50]), np.array([True, True]))

    np.testing.assert_array_equal(once.suspicion, twice.suspicion)
    torn = learner.learn(np.array([50, 50]), np.array([True, False])).suspicion[50]
    assert (
        learner.learn(np.array([50]), np.array([False])).suspicion[50] < torn < once.suspicion[50]
    )


def test_the_neighbours_of_an_error_come_up_after_one_verdict(clusters: Audit):
    """All 14 others of its group, wherever they were, and the card can name it."""
    learner, group = Learner.prepare(clusters, scattered()), np.arange(45, 60)
    before = learner.learn(NONE, NONE.astype(bool))
    learned = learner.learn(np.array([50]), np.array([True]))
    open_rows = np.arange(300) != 50

    lift = learned.suspicion - before.suspicion
    others = np.setdiff1d(np.arange(300), group)
    assert lift[np.setdiff1d(group, 50)].min() > lift[others].max()
    assert set(group) - {50} == set(learned.first(14, open_rows))
    assert learned.lifted_by(51) == 50
    assert learned.lifted_by(100) is None


def test_the_neighbours_of_a_right_label_go_down(clusters: Audit):
    """And no verdict speaks for them."""
    learner = Learner.prepare(clusters, scattered())
    learned = learner.learn(np.array([50, 100]), np.array([False, True]))

    assert learned.suspicion[51] - learner.start[51] < learned.suspicion[1] - learner.start[1]
    assert learned.lifted_by(51) is None
    assert learned.lifted_by(101) == 100


def test_a_row_is_not_lifted_by_its_own_verdict(clusters: Audit):
    """Another one of its group is named, or nobody."""
    learner = Learner.prepare(clusters, scattered())

    assert learner.learn(np.array([50]), np.array([True])).lifted_by(50) is None
    assert learner.learn(np.array([50, 51]), np.array([True, True])).lifted_by(50) == 51


def test_one_slip_does_not_undo_three_verdicts(clusters: Audit):
    """Three found wrong and one called right by mistake: the rest of the group still comes up."""
    learner = Learner.prepare(clusters, scattered())
    learned = learner.learn(np.array([45, 46, 47, 48]), np.array([True, True, True, False]))

    lift = learned.suspicion - learner.start
    assert lift[49:60].mean() > lift[100:].max()


@pytest.mark.parametrize("same", [True, False])
def test_verdicts_that_are_all_alike_blow_nothing_up(planted: tuple[Audit, np.ndarray], same: bool):
    """The rule at the start of a list: every value stays finite and moderate."""
    result, _ = planted
    learner = Learner.prepare(result, result.queue)
    rows = result.queue.rows[:25]

    learned = learner.learn(rows, np.full(25, same))

    scored = np.isfinite(learner.start)
    assert np.isfinite(learned.suspicion[scored]).all()
    assert np.abs(learned.suspicion[scored]).max() < 30


def test_a_list_that_is_always_right_stays_much_as_it_was(planted: tuple[Audit, np.ndarray]):
    """25 errors in a row: the next five are out of the next ten of the fixed order."""
    result, _ = planted
    learner = Learner.prepare(result, result.queue)
    rows = result.queue.rows[:25]

    learned = learner.learn(rows, np.ones(25, dtype=bool))

    first = learned.first(5, ~np.isin(np.arange(300), rows))
    assert len(np.intersect1d(first, result.queue.rows[25:35])) >= 4


def test_a_class_that_is_always_mistaken_comes_up(clusters: Audit):
    """Without a graph: verdicts on one pair of given and suggested class speak for that pair."""
    blind = replace(clusters, evidence=replace(clusters.evidence, graph=None))
    suggested = np.arange(300) % 2
    order = np.arange(300)
    learner = Learner.prepare(blind, selection(order, np.linspace(1, 0, 300), suggested[order]))

    learned = learner.learn(np.arange(20), suggested[:20] == 1)

    first = learned.first(30, np.arange(300) >= 20)
    assert suggested[first].mean() > 0.9
    assert learned.lifted_by(int(first[0])) is None


def test_rows_without_a_label_stay_last(planted: tuple[Audit, np.ndarray]):
    """Whatever was decided, also about one of them, which teaches nothing."""
    result, guilty = planted
    learner = Learner.prepare(result, result.queue)
    rows = np.concatenate([result.queue.rows[:30], [2]])

    learned = learner.learn(rows, guilty[rows])

    assert sorted(learned.first(300, np.ones(300, dtype=bool))[-10:]) == list(range(10))
    without = learner.learn(rows[:-1], guilty[rows[:-1]])
    np.testing.assert_array_equal(without.suspicion, learned.suspicion)


def test_duplicates_of_an_error_come_first():
    """Five copies each of 20 rows: the copies of the one that was wrong are most like it."""
    embeddings = np.repeat(np.random.default_rng(0).normal(size=(20, 6)), 5, axis=0)
    result = replace(audit(dataset_of(embeddings, np.zeros(100, dtype=np.int64), c=2)), scores={})
    learner = Learner.prepare(result, scattered(100))

    learned = learner.learn(np.array([10]), np.array([True]))

    lift = learned.suspicion - learner.start
    assert {10, 11, 12, 13, 14} == set(np.argsort(-lift)[:5])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_handful_of_rows_can_be_learnt_from(n: int):
    """Fewer rows than neighbours."""
    result = audit(dataset_of(np.eye(5)[:n], [0, 1, 0][:n]))
    learner = Learner.prepare(result, result.queue)

    learned = learner.learn(np.arange(n), np.ones(n, dtype=bool))

    assert sorted(learned.first(9, np.ones(n, dtype=bool))) == list(range(n))


def test_with_nothing_but_an_order_it_still_learns():
    """No graph, no scores, no classes: nothing to learn from, nothing breaks."""
    result = replace(audit(replace(blobs(30), embeddings=None)), scores={})
    learner = Learner.prepare(result, selection(np.arange(30)[::-1], np.linspace(1, 0, 30)))

    learned = learner.learn(np.array([29, 28]), np.array([True, False]))

    assert np.isfinite(learned.suspicion).all()


def test_more_verdicts_than_are_learnt_from():
    """Bulk decisions: thinned the same way whatever their order."""
    n = MOST + 500
    result = replace(audit(replace(blobs(30), embeddings=None)), scores={})
    dataset = dataset_of(np.arange(n)[:, None], np.zeros(n, dtype=np.int64), c=2)
    bare = replace(result.evidence, dataset=dataset, graph=None)
    learner = Learner.prepare(replace(result, evidence=bare), scattered(n))
    wrong = np.arange(n) % 3 == 0

    learned, other = (
        learner.learn(np.arange(n), wrong),
        learner.learn(np.arange(n)[::-1], wrong[::-1]),
    )

    assert len(learned.rows) == MOST
    np.testing.assert_array_equal(learned.suspicion, other.suspicion)


def test_the_fit_is_the_minimum_that_scipy_finds():
    """Penalised logistic loss in the weights of the features, minimised by another method."""
    rng = np.random.default_rng(0)
    dense, factors = rng.normal(size=(40, 3)), rng.normal(size=(40, 4))
    start, wrong = rng.normal(size=40) * 2, (rng.random(40) < 0.3).astype(float)
    likeness = csr_matrix(np.kron(np.eye(20), np.ones((2, 2))))
    pairs = np.repeat(np.eye(20), 2, axis=0)
    features = np.column_stack([dense, factors, pairs])

    def loss(weights: np.ndarray) -> float:
        logits = start + features @ weights
        fits = wrong * log_expit(logits) + (1 - wrong) * log_expit(-logits)
        return float(weights @ weights / 2 - fits.sum())

    said = fit(start, wrong, dense, csr_matrix(factors), likeness)

    best = minimize(loss, np.zeros(27), options={"gtol": 1e-8}).x
    np.testing.assert_allclose(features.T @ said, best, atol=2e-3)


def test_likeness_is_the_cosine_of_the_neighbourhoods():
    """Against a dense product, with missing neighbours and labels that differ."""
    rng = np.random.default_rng(0)
    neighbours = np.array([rng.permutation(np.delete(np.arange(30), i))[:4] for i in range(30)])
    neighbours[rng.random((30, 4)) < 0.2] = -1
    labels = rng.integers(-1, 2, 30)
    graph = NeighbourGraph(neighbours, np.zeros((30, 4), np.float32), "cosine", 1.0)
    sets = np.eye(30)
    for row, members in enumerate(neighbours):
        sets[row, members[members >= 0]] = 1
    sets /= sets.sum(axis=0) + 1
    sets /= np.linalg.norm(sets, axis=1, keepdims=True)
    decided = np.array([3, 7, 20])

    reach = around(graph, labels).reach(decided)

    alike = np.zeros((30, 3))
    np.add.at(alike, (reach.row, reach.decided), reach.alike)
    expected = (sets @ sets.T)[:, decided]
    expected[labels[:, None] != labels[decided]] *= OTHER_LABEL
    np.testing.assert_allclose(alike, expected, atol=1e-6)


def test_what_everybody_is_near_says_nothing():
    """A hub's own verdict moves the hub's neighbours, not the thousand rows that have it."""
    n = HUB + 10
    neighbours = np.zeros((n, 1), dtype=np.int64)
    neighbours[0] = 1
    graph = NeighbourGraph(neighbours, np.zeros((n, 1), np.float32), "cosine", 1.0)

    reach = around(graph, np.zeros(n, dtype=np.int64)).reach(np.array([5]))

    assert {5} == set(reach.row.tolist())


def test_a_slip_among_sure_rows_leaves_the_list_of_probabilities_as_it_was():
    """A tenth of the verdicts on thirty nearly certain errors say "right": the certain ones still
    come before those that are certainly right."""
    rng = np.random.default_rng(0)
    dataset = dataset_of(rng.normal(size=(300, 8)), rng.integers(0, 3, 300), c=3)
    made = audit(dataset)
    chances = np.where(np.arange(300) < 30, 0.99, 0.02) - np.arange(300) * 1e-5
    score = replace(made.scores["joined_evidence"], values=chances.astype(np.float32))
    sure = replace(made, scores={"joined_evidence": score})
    listed = selection(np.arange(300), score.values)
    shown = np.arange(10)
    learned = Learner.prepare(sure, listed).learn(shown, shown != 3)
    open_rows = np.ones(300, dtype=bool)
    open_rows[shown] = False

    assert set(learned.first(20, open_rows).tolist()) == set(range(10, 30))
    by_rank_alone = replace(sure, scores={})
    other = Learner.prepare(by_rank_alone, listed).learn(shown, shown != 3)
    assert np.abs(np.diff(other.suspicion[[29, 30]])) < np.abs(np.diff(learned.suspicion[[29, 30]]))
