"""KNN-Shapley off the graph: against the definition, its bound, and the exact values."""

from itertools import permutations

import numpy as np
import pytest
import torch

from engine.evaluate import auroc
from engine.kernels.shapley import knn_shapley_values
from engine.kernels.shapley_near import near_shapley_values
from engine.run import run
from engine.scorers import all_scorers
from tests.blobs import dataset_of, evidence_of
from tests.digits import noisy_digits
from tests.engine.scorers.test_knn_shapley import by_definition

SCORER = all_scorers()["near_shapley"]
POINTS = pytest.mark.parametrize(
    "points", [[0.0, 1.0, 2.5, 4.5, 9.0, 9.7], [0.0, 0, 1, 2, 2], [1.0, 1, 1, 1]]
)


def listed(points: np.ndarray, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest other points on a line, as a graph lists them."""
    gaps = np.abs(points[:, None] - points).round(9)
    np.fill_diagonal(gaps, np.inf)
    near = gaps.argsort(axis=1, kind="stable")[:, :count]
    return torch.tensor(near), torch.tensor(np.take_along_axis(gaps, near, axis=1))


@POINTS
@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_a_graph_that_lists_everything_gives_the_values_of_the_definition(k, points):
    """All subsets of six points, of points at equal distances, of equal points; k beyond n too."""
    labels = np.array([0, 1, 1, 0, 2, 1])[: len(points)]
    near, gaps = listed(np.array(points), len(points) - 1)

    found = near_shapley_values(near, gaps, torch.tensor(labels), k)

    np.testing.assert_allclose(found, by_definition(np.array(points), labels, k), atol=1e-12)


def test_the_published_values_on_a_line():
    """Five points, labels 0 1 0 1 0, k = 4: the paper's recursion by hand and by brute force."""
    near, gaps = listed(np.arange(5.0), 4)

    found = near_shapley_values(near, gaps, torch.tensor([0, 1, 0, 1, 0]), 4)

    np.testing.assert_allclose(found, [0.1, 0.05, 0.1, 0.05, 0.1], atol=1e-12)


def test_the_far_share_what_any_order_of_them_would_give():
    """Two listed of five: the mean of the definition over every order of the other three."""
    points, labels, k = np.array([0.0, 1, 3, 6, 10, 15]), np.array([0, 1, 0, 1, 0, 0]), 1
    near, gaps = listed(points, 2)
    # Beyond the second neighbour every distance is the same: then the definition averages.
    values = np.zeros(6)
    for evaluated in range(6):
        line = np.full(6, 100.0)
        line[near[evaluated]] = [1.0, 2.0]
        line[evaluated] = 0
        values += by_recursion(line, labels, k, evaluated)

    found = near_shapley_values(near, gaps, torch.tensor(labels), k)

    np.testing.assert_allclose(found, values / 6, atol=1e-12)


def by_recursion(points: np.ndarray, labels: np.ndarray, k: int, evaluated: int) -> np.ndarray:
    """What one evaluation gives: the paper's recursion, averaged over all orders by distance.

    points: distances to the evaluated row, its own 0.
    """
    n = len(points)
    order = np.argsort(points, kind="stable")[1:]
    gaps = points[order]
    tables = [list(table) for table in permutations(range(n - 1)) if sorted_by(gaps, table)]
    values = np.zeros(n)
    for table in tables:
        ranked = order[table]
        m = (labels[ranked] == labels[evaluated]).astype(float)
        share = np.zeros(n - 1)
        share[-1] = m[-1] * min(k, n - 1) / (k * (n - 1))
        for r in range(n - 2, 0, -1):
            share[r - 1] = share[r] + (m[r - 1] - m[r]) / k * min(k, r) / r
        values[ranked] += share / len(tables)
    return values


def sorted_by(gaps: np.ndarray, table: tuple[int, ...]) -> bool:
    """The order is one of those by distance."""
    return bool((np.diff(gaps[list(table)]) >= 0).all())


@pytest.mark.parametrize("seed", range(3))
def test_no_value_is_further_from_the_exact_one_than_the_bound(seed):
    """A mean of evaluations, none of which is off by more than 1 / max(k, listed)."""
    generator = torch.Generator().manual_seed(seed)
    points = torch.randn(200, 2, generator=generator)
    labels = torch.randint(0, 3, (200,), generator=generator)
    gaps, near = torch.cdist(points, points).fill_diagonal_(torch.inf).sort(dim=1)
    for k, count in ((1, 5), (10, 5), (5, 30), (5, 190)):
        exact = knn_shapley_values(points, labels, k)

        found = near_shapley_values(near[:, :count], gaps[:, :count], labels, k)

        assert 0 < float((found - exact).abs().max()) <= 1 / max(k, count)


def test_values_add_up_to_what_the_votes_are_worth():
    """As long as the k that vote are listed, whatever is said of the others."""
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(500, 2, generator=generator)
    labels = (points[:, 0] > 0).long()
    gaps, near = torch.cdist(points, points).fill_diagonal_(torch.inf).sort(dim=1)
    worth = (labels[near[:, :7]] == labels[:, None]).double().mean()

    found = near_shapley_values(near[:, :15], gaps[:, :15], labels, 7)

    assert float(found.sum()) == pytest.approx(float(worth))


def test_unlabelled_rows_neither_evaluate_nor_are_valued():
    """The others have the values they have without them."""
    labels = torch.tensor([0, -1, 0, 1, -1])
    everything, alone = listed(np.arange(5.0), 4), listed(np.array([0.0, 2, 3]), 2)

    values = near_shapley_values(*everything, labels, 2)

    assert values.isnan().tolist() == [False, True, False, False, True]
    inside = near_shapley_values(*alone, labels[[0, 2, 3]], 2)
    np.testing.assert_array_equal(values[[0, 2, 3]], inside)


def test_nothing_is_said_where_nobody_can_evaluate():
    """One labelled row, or none, or one row in all; no neighbours at all is no reason."""
    near, gaps = listed(np.arange(5.0), 2)
    for labels in ([0, -1, -1, -1, -1], [-1] * 5):
        assert near_shapley_values(near, gaps, torch.tensor(labels), 3).isnan().all()
    assert near_shapley_values(near[:1] * 0 - 1, gaps[:1], torch.tensor([0]), 3).isnan().all()
    alone = near_shapley_values(near * 0 - 1, gaps, torch.tensor([0, 0, 0, 1, 1]), 1)
    assert not alone.isnan().any()
    assert len(alone.unique()) == 2


@pytest.mark.parametrize(("kind", "area"), [("symmetric", 0.998), ("asymmetric", 0.965)])
def test_it_finds_planted_errors_better_than_values_that_end_at_k(kind, area):
    """1,797 digits; the published table has .981 and .932 for cleanlab's truncated values."""
    digits = noisy_digits()[kind]

    found = run(SCORER, digits.given, device="cpu").suspicion

    assert auroc(found, digits.wrong) > area


def test_a_wrong_copy_is_worth_less_than_the_right_ones():
    """Among equal rows only the label tells, and equal rows of one label have one value."""
    vectors = np.repeat(np.eye(2), 5, axis=0)
    score = run(SCORER, evidence_of(dataset_of(vectors, [0, 0, 0, 0, 1, 1, 1, 1, 1, 1])), k=3)

    assert score.ranking()[0] == 4
    assert len(np.unique(score.values[:4])) == len(np.unique(score.values[5:])) == 1
