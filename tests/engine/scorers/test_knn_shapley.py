"""Exact KNN-Shapley: against the definition, the published values and another sort."""

from itertools import combinations, permutations
from math import comb

import numpy as np
import pytest
import torch

from engine.evaluate import auroc, average_precision
from engine.kernels.shapley import by_sorting, knn_shapley_values
from engine.run import run
from engine.scorers import all_scorers
from tests.blobs import dataset_of, evidence_of
from tests.digits import noisy_digits

SCORER = all_scorers()["knn_shapley"]
LINE = torch.arange(5.0)[:, None]
WAYS = pytest.mark.parametrize("way", [knn_shapley_values, by_sorting])


def vote(order: tuple[int, ...], match: np.ndarray, k: int) -> float:
    """Utility of a set of rows: matches among the k nearest, over k."""
    return sum(match[row] for row in order[:k]) / k


def by_definition(points: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Shapley's formula over all subsets, and over all orders of the table where distances tie."""
    n = len(points)
    values = np.zeros(n)
    for evaluated in range(n):
        others = [row for row in range(n) if row != evaluated]
        match = labels == labels[evaluated]
        gaps = np.abs(points - points[evaluated]).round(9)
        tables = list(permutations(others)) if len(set(gaps[others])) < n - 1 else [tuple(others)]
        for table in tables:
            order = sorted(table, key=lambda row: gaps[row])
            for row in others:
                rest = [other for other in order if other != row]
                for size in range(n - 1):
                    for chosen in combinations(rest, size):
                        kept = tuple(one for one in order if one in chosen or one == row)
                        gain = vote(kept, match, k) - vote(chosen, match, k)
                        values[row] += gain / comb(n - 2, size) / (n - 1) / len(tables)
    return values / n


@WAYS
def test_the_published_values_on_a_line(way):
    """Five points, labels 0 1 0 1 0: the paper's recursion by hand and by brute force."""
    labels = torch.tensor([0, 1, 0, 1, 0])

    four = [0.1, 0.05, 0.1, 0.05, 0.1]
    two = [0.066667, -0.016667, 0.1, -0.016667, 0.066667]
    np.testing.assert_allclose(way(LINE, labels, 4), four, atol=1e-6)
    np.testing.assert_allclose(way(LINE, labels, 2), two, atol=1e-6)


@WAYS
@pytest.mark.parametrize("k", [1, 2, 3, 7])
@pytest.mark.parametrize(
    "points", [[0.0, 1.0, 2.5, 4.5, 9.0, 9.7], [0.0, 0, 1, 2, 2], [1.0, 1, 1, 1]]
)
def test_values_are_those_of_the_definition(way, k, points):
    """All subsets of six points, of points at equal distances, of equal points; k beyond n too."""
    labels = np.array([0, 1, 1, 0, 2, 1])[: len(points)]
    vectors = torch.tensor(points)[:, None]

    found = way(vectors, torch.tensor(labels), k)

    np.testing.assert_allclose(found, by_definition(np.array(points), labels, k), atol=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_both_ways_give_the_same_values(seed):
    """Points on a coarse grid, so that most distances tie, and unit vectors, so that few do."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, 4, (257,), generator=generator)
    grid = torch.randint(0, 3, (257, 3), generator=generator).float()
    unit = torch.nn.functional.normalize(torch.randn(257, 20, generator=generator))
    for vectors in (grid, unit):
        for k in (1, 5, 400):
            ours, other = knn_shapley_values(vectors, labels, k), by_sorting(vectors, labels, k)

            np.testing.assert_allclose(ours, other, atol=1e-12)


@pytest.mark.parametrize("narrow", [False, True])
def test_orders_that_are_not_looked_at_hardly_count(narrow):
    """3,000 rows, of which far ones are not sorted; also where all lie in one narrow cone."""
    generator = torch.Generator().manual_seed(1)
    centres = torch.randn(20, 8, generator=generator)
    home = torch.randint(0, 20, (3_000,), generator=generator)
    vectors = centres[home] + torch.randn(3_000, 8, generator=generator) + 20 * narrow
    vectors = torch.nn.functional.normalize(vectors)
    labels = home % 3
    wrong = torch.rand(3_000, generator=generator) < 0.1
    labels[wrong] = torch.randint(0, 3, (int(wrong.sum()),), generator=generator)

    ours, sorted_whole = knn_shapley_values(vectors, labels, 10), by_sorting(vectors, labels, 10)

    assert 0 < float((ours - sorted_whole).abs().max()) < 1e-8


def test_all_values_add_up_to_what_the_votes_are_worth():
    """Shapley's values share out the utility of the full vote: nothing is lost in the tail."""
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(500, 2, generator=generator)
    labels = (points[:, 0] > 0).long()
    gaps = torch.cdist(points.double(), points.double()).fill_diagonal_(torch.inf)
    nearest = gaps.topk(7, largest=False).indices
    worth = (labels[nearest] == labels[:, None]).double().mean()

    assert float(knn_shapley_values(points, labels, 7).sum()) == pytest.approx(float(worth))


def test_unlabelled_rows_neither_evaluate_nor_are_valued():
    """The others have the values they have without them."""
    labels = torch.tensor([0, -1, 0, 1, -1])
    inside = knn_shapley_values(LINE[[0, 2, 3]], labels[[0, 2, 3]], 2)

    values = knn_shapley_values(LINE, labels, 2)

    assert values.isnan().tolist() == [False, True, False, False, True]
    np.testing.assert_array_equal(values[[0, 2, 3]], inside)


def test_nothing_is_said_where_nobody_can_evaluate():
    """One labelled row, or none, or one row in all."""
    for labels in ([0, -1, -1, -1, -1], [-1] * 5):
        assert knn_shapley_values(LINE, torch.tensor(labels), 3).isnan().all()
    assert knn_shapley_values(LINE[:1], torch.tensor([0]), 3).isnan().all()


def test_a_wrong_copy_is_worth_less_than_the_right_ones():
    """Among equal rows only the label tells, and equal rows of one label have one value."""
    vectors = np.repeat(np.eye(2), 5, axis=0)
    score = run(SCORER, evidence_of(dataset_of(vectors, [0, 0, 0, 0, 1, 1, 1, 1, 1, 1])), k=3)

    assert score.ranking()[0] == 4
    assert len(np.unique(score.values[:4])) == len(np.unique(score.values[5:])) == 1


@pytest.mark.parametrize(
    ("kind", "k", "area", "precision"),
    [
        ("symmetric", 5, 0.9993, 0.9972),
        ("symmetric", 10, 0.9990, 0.9962),
        ("asymmetric", 5, 0.9984, 0.9926),
        ("asymmetric", 10, 0.9979, 0.9905),
    ],
)
def test_rows_of_the_published_table(kind, k, area, precision):
    """1,797 digits with 20 % wrong labels."""
    digits = noisy_digits()[kind]

    found = run(SCORER, digits.given, device="cpu", k=k).suspicion

    assert auroc(found, digits.wrong) == pytest.approx(area, abs=1e-3)
    assert average_precision(found, digits.wrong) == pytest.approx(precision, abs=1e-3)
