"""Slices find what is planted, and say nothing of noise."""

import numpy as np
import pyarrow as pa
import pytest

from engine.audit import Audit
from engine.choice import OneOf
from engine.columns import columns_of
from engine.contract import Score
from engine.inputs import Evidence
from engine.queueing import Selection
from engine.row_table import row_table
from engine.scorers import all_scorers
from engine.slices import slices_of
from index.graph import NeighbourGraph
from index.search import build_graph
from store.conditions import rows_that
from store.dataset import Dataset, Roles

C, EACH = 6, 150
N = C * EACH


def audited(given, suggested, *, embeddings=None, scores=(), **columns):
    """An audit that proposes these labels, over these vectors, with these values by scorer."""
    n, classes = len(given), tuple("abcdefghij"[: max(1, int(max(given)) + 1)])
    names = pa.array([None if at < 0 else classes[at] for at in given], pa.string())
    dataset = Dataset(
        name="made",
        table=pa.table({"label": names, **columns}),
        roles=Roles(label="label"),
        classes=classes,
        labels=np.array(given, dtype=np.int64),
        content=np.arange(n, dtype="<u8").view(np.uint8).reshape(n, 8).repeat(2, axis=1),
        embeddings=embeddings,
    )
    graph = None if embeddings is None else build_graph(embeddings)
    rows = np.random.default_rng(9).permutation(n)
    queue = Selection(
        "made", rows, np.full(n, np.nan), np.array(suggested, dtype=np.int64)[rows], lambda row: []
    )
    found = {name: Score(all_scorers()[name], {}, np.float32(values)) for name, values in scores}
    return Audit(Evidence(dataset, graph), found, queue)


def proposed(audit, kind=None):
    """What is proposed, of one kind or of all."""
    table = plain(audit)
    found = slices_of(audit, columns_of(audit, table))
    return [one for one in found if kind is None or one.kind == kind]


def plain(audit):
    """The row table as nobody has decided yet."""
    dataset = audit.evidence.dataset
    return row_table(audit, np.full(len(dataset), "undecided"), dataset.labels)


def rows_of(audit, one):
    """The rows that a click on a slice would choose, by its conditions or as listed."""
    if one.rows is not None:
        return one.rows
    condition = " AND ".join(part.sql() for part in one.parts)
    return np.flatnonzero(rows_that(plain(audit), condition))


@pytest.fixture
def labels():
    """Six classes of 150."""
    return np.repeat(np.arange(C), EACH)


@pytest.fixture
def clouds(labels):
    """Every class a cloud of its own, all alike."""
    chance = np.random.default_rng(0)
    return (4 * np.eye(C)[labels] + chance.normal(size=(N, C)) * 0.4).astype(np.float32)


def flipped(labels, rows, chance):
    """The suggestions, which differ from the given labels in these rows, by chance."""
    suggested = labels.copy()
    suggested[rows] = (labels[rows] + chance.integers(1, C, size=len(rows))) % C
    return suggested


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_proposed_where_chance_explains_all(labels, clouds, seed):
    """Suspected rows, groups and scores at random, in six clouds of one size."""
    chance = np.random.default_rng(seed)
    wrong = chance.choice(N, N // 12, replace=False)
    audit = audited(
        labels,
        flipped(labels, wrong, chance),
        embeddings=clouds,
        scores=[(name, chance.random(N)) for name in ("self_confidence", "neighbour_vote")],
        source=pa.array(chance.choice(["web", "book", "phone"], N).tolist()),
        stars=pa.array(chance.integers(1, 6, N)),
    )

    assert proposed(audit) == []


def test_a_class_pair_that_leaks_is_found_with_its_rows(labels):
    """Thirty c suspected to be e, and twelve others anywhere; a click chooses those thirty."""
    chance = np.random.default_rng(1)
    suggested = flipped(labels, chance.choice(N, 12, replace=False), chance)
    leaking = np.flatnonzero(labels == 2)[:30]
    suggested[leaking] = 4
    audit = audited(labels, suggested)
    [one] = proposed(audit)
    meant = np.flatnonzero((labels == 2) & (suggested == 4))

    assert (one.kind, one.title, one.count) == ("leak", "c → e", len(meant))
    assert one.p < 1e-6
    assert rows_of(audit, one).tolist() == meant.tolist()


def test_a_large_class_taken_for_another_large_one_is_what_sizes_explain():
    """Errors by the sizes of the classes alone: the commonest pair is no slice."""
    chance = np.random.default_rng(2)
    given = np.repeat([0, 1, 2], [800, 150, 50])
    shares = np.bincount(given) / len(given)
    suggested = given.copy()
    for row in chance.choice(len(given), 120, replace=False):
        others = np.delete(shares, given[row])
        suggested[row] = chance.choice(np.delete(np.arange(3), given[row]), p=others / others.sum())

    assert proposed(audited(given, suggested), "leak") == []


def test_a_cluster_full_of_errors_is_found_and_named(labels, clouds):
    """Forty rows of class a lie in a knot of their own, and thirty of them are suspected."""
    chance = np.random.default_rng(3)
    knot = np.flatnonzero(labels == 0)[:40]
    clouds[knot] = 4 * (np.eye(C)[0] + np.eye(C)[5]) + chance.normal(size=(40, C)) * 0.05
    suggested = flipped(labels, chance.choice(np.flatnonzero(labels), 20, replace=False), chance)
    suggested[knot[:30]] = 1 + np.arange(30) % (C - 1)
    audit = audited(labels, suggested, embeddings=clouds)
    [one] = proposed(audit, "cluster")

    assert "all a" in one.title
    assert f"{np.count_nonzero(suggested[one.rows] != labels[one.rows]):,} of them" in one.sentence
    assert len(np.intersect1d(one.rows, knot)) >= 35
    assert len(one.rows) <= 45
    assert (np.diff(one.rows) > 0).all()


def test_a_class_that_is_thinly_covered_is_found(labels, clouds):
    """Half of class d is scattered over the whole room."""
    chance = np.random.default_rng(4)
    far = np.flatnonzero(labels == 3)[:75]
    clouds[far] = chance.normal(size=(75, C)) * 3
    one = proposed(audited(labels, labels, embeddings=clouds), "sparse")[0]

    assert one.title == "d is thinly covered"
    assert np.isin(one.rows, far).mean() > 0.9


def test_a_group_whose_scores_differ_is_found_by_its_best_score(labels):
    """Rows from the phone have low self-confidence; nothing else does."""
    chance = np.random.default_rng(5)
    source = chance.choice(["web", "book", "phone"], N)
    low = np.where(source == "phone", 0.3, 0.6) + chance.normal(size=N) * 0.2
    audit = audited(
        labels,
        labels,
        scores=[("neighbour_vote", chance.random(N)), ("self_confidence", low)],
        source=pa.array(source.tolist()),
    )
    [one] = proposed(audit)

    assert one.kind == "group"
    assert one.parts == (OneOf("source", ("phone",)),)
    assert "Self-confidence" in one.sentence
    assert rows_of(audit, one).tolist() == np.flatnonzero(source == "phone").tolist()


@pytest.mark.parametrize(
    "values", [[True, False, None], [1, 2, None], ["it's", "", None]], ids=["bool", "int", "text"]
)
def test_groups_of_any_type_choose_their_rows(labels, values):
    """Also those without a value, and with signs that SQL gives a meaning."""
    column = pa.array([values[row % 3] for row in range(N)])
    for at in range(3):
        low = np.where(np.arange(N) % 3 == at, 0.0, 1.0) + np.random.default_rng(6).random(N)
        audit = audited(labels, labels, scores=[("self_confidence", low)], kind=column)
        [one] = proposed(audit)

        assert rows_of(audit, one).tolist() == list(range(at, N, 3))


def test_a_class_that_is_hardly_there_is_found():
    """Five of 1,000 in a set of three classes: a tenth of an even share is 33."""
    given = np.repeat([0, 1, 2], [600, 395, 5])
    [one] = proposed(audited(given, given))

    assert (one.kind, one.title, one.count) == ("small", "c is hardly there", 5)
    assert np.isnan(one.p)


@pytest.mark.parametrize(
    ("given", "suggested"),
    [([0], [0]), ([-1], [-1]), ([-1] * 40, [0] * 40), ([0] * 40, [0] * 40), ([0, 1], [1, 0])],
    ids=["one row", "one without a label", "no labels", "one class", "two rows"],
)
def test_what_is_too_little_says_nothing(given, suggested):
    """And fails nowhere, with and without a map."""
    turned = np.random.default_rng(0).normal(size=(len(given), 3)).astype(np.float32)
    for embeddings in (None, turned):
        assert proposed(audited(given, suggested, embeddings=embeddings)) == []


def test_scores_that_are_missing_count_for_nothing(labels):
    """A group without any score, and a score without any value."""
    values = np.where(np.arange(N) % 2 == 0, np.nan, np.random.default_rng(7).random(N))
    audit = audited(
        labels,
        labels,
        scores=[("self_confidence", values), ("neighbour_vote", np.full(N, np.nan))],
        half=pa.array(["even", "odd"] * (N // 2)),
    )

    assert proposed(audit) == []


def test_rows_that_no_graph_reaches_are_in_no_cluster(labels):
    """A graph of nothing: no neighbours at all."""
    none = NeighbourGraph(np.full((N, 5), -1), np.full((N, 5), np.inf, np.float32), "cosine", 1.0)
    audit = audited(labels, np.roll(labels, EACH))
    audit = Audit(Evidence(audit.evidence.dataset, none), {}, audit.queue)

    assert {one.kind for one in proposed(audit)} <= {"leak"}
