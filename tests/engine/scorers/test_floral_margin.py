"""FLORAL: the projection by hand, the attacker's rules, the table of two moons."""

import numpy as np
import pytest
import torch
from scipy.optimize import brentq
from sklearn.datasets import make_moons
from sklearn.metrics.pairwise import rbf_kernel

from engine.evaluate import auroc
from engine.kernels import floral
from engine.kernels.floral import attacked, gaussian_kernel, project, usual_gamma
from engine.run import run
from engine.scorers import all_scorers
from tests.blobs import dataset_of, evidence_of
from tests.digits import noisy_digits

FLORAL = all_scorers()["floral_margin"]


def test_the_projection_by_hand():
    """mu = -.4 moves (.5, .2, .9, 1.4) to (.9, .6, .5, 1)."""
    signs = torch.tensor([[1.0], [1.0], [-1.0], [-1.0]])
    found = project(torch.tensor([[0.5], [0.2], [0.9], [1.4]]), signs, 1.0)

    np.testing.assert_allclose(found.flatten(), [0.9, 0.6, 0.5, 1.0], atol=1e-6)


def test_the_projection_is_the_root_of_a_falling_sum():
    """Against scipy's root finder on random columns, side by side, ties among them."""
    rng = np.random.default_rng(0)
    alpha = rng.normal(size=(40, 6)).round(1) * 3
    signs = np.where(rng.random((40, 6)) < np.linspace(0.05, 0.95, 6), 1.0, -1.0)
    signs[0], signs[1] = 1, -1
    found = project(torch.tensor(alpha), torch.tensor(signs), 2.0).numpy()
    for column in range(6):
        a, y = alpha[:, column], signs[:, column]

        def total(mu: float, a: np.ndarray = a, y: np.ndarray = y) -> float:
            return float((np.clip(a - mu * y, 0, 2) * y).sum())

        mu = brentq(total, -50, 50, xtol=1e-12)
        np.testing.assert_allclose(found[:, column], np.clip(a - mu * y, 0, 2), atol=1e-8)
    np.testing.assert_allclose((found * signs).sum(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_one_sided_signs_leave_only_zero(sign):
    """Sum(alpha) = 0 with alpha >= 0."""
    assert project(torch.rand(5, 2), torch.full((5, 2), sign), 1.0).count_nonzero() == 0


def test_the_attacker_takes_from_the_heaviest_support_vectors():
    """Two flips, out of the four largest; one flip, of one support vector; none of none."""
    alpha = torch.tensor([[0.0, 0.0], [5, 0], [4, 0], [3, 0], [2, 0], [1, 9]])
    signs = torch.ones(6, 2)
    budget, seen = torch.tensor([2, 1]), set()
    for seed in range(20):
        turned = attacked(alpha, signs, budget, torch.Generator().manual_seed(seed)) < 0
        assert turned[:, 0].sum() == 2
        assert turned[:, 1].tolist() == [False] * 5 + [True]
        seen |= set(turned[:, 0].nonzero().flatten().tolist())

    assert seen == {1, 2, 3, 4}
    assert attacked(alpha * 0, signs, budget, torch.Generator()).min() == 1


def test_random_features_stand_for_the_kernel(monkeypatch):
    """Products of 2,048 features are within .1 of the exact kernel that they replace."""
    vectors = torch.randn(60, 5, generator=torch.Generator().manual_seed(0))
    by_hand = rbf_kernel(vectors.numpy(), gamma=0.1)
    exact = gaussian_kernel(vectors, 0.1, seed=0)(torch.eye(60))
    monkeypatch.setattr(floral, "EXACT", 50)
    near = gaussian_kernel(vectors, 0.1, seed=0)(torch.eye(60))

    np.testing.assert_allclose(exact, by_hand, atol=1e-5)
    np.testing.assert_allclose(near, by_hand, atol=0.1)
    assert np.abs(near.numpy() - by_hand).mean() < 0.02
    assert np.abs(near.numpy() - by_hand).max() > 1e-4


def test_the_usual_gamma_is_scikit_learns_scale():
    """1 / (d · variance), and 1 where all vectors are the same."""
    assert usual_gamma(torch.tensor([[0.0, 2.0], [2.0, 0.0]])) == pytest.approx(0.5)
    assert usual_gamma(torch.ones(3, 2)) == 1


def test_more_rows_of_the_same_take_the_same_course():
    """2,000 rows of two moons, where an undivided rate gives .880: the rate falls with n."""
    points, truth = make_moons(2000, noise=0.2, random_state=0)
    wrong = np.zeros(2000, dtype=bool)
    wrong[np.random.default_rng(0).choice(2000, 200, replace=False)] = True
    inputs = torch.tensor(points, dtype=torch.float32), torch.tensor(truth ^ wrong).long()

    assert auroc(FLORAL.function(*inputs, gamma=0.5)[0].numpy(), wrong) > 0.98


@pytest.mark.parametrize(("share", "area"), [(0.1, 0.991), (0.25, 0.982)])
def test_flips_on_two_moons_are_found_as_in_the_table(share, area):
    """Zero start, rate 1e-2, averaged over rounds, mean of three seeds: .991 and .982."""
    areas = []
    for seed in range(3):
        points, truth = make_moons(500, noise=0.2, random_state=seed)
        wrong = np.zeros(500, dtype=bool)
        rng = np.random.default_rng(seed)
        wrong[rng.choice(500, round(500 * share), replace=False)] = True
        inputs = torch.tensor(points, dtype=torch.float32), torch.tensor(truth ^ wrong).long()
        values, suggested = FLORAL.function(*inputs, gamma=0.5, seed=seed)
        areas.append(auroc(values.numpy(), wrong))
        assert (suggested.numpy() == truth).mean() > 0.9

    assert np.mean(areas) == pytest.approx(area, abs=0.01)


@pytest.mark.parametrize("kind", ["symmetric", "asymmetric"])
def test_ten_classes_are_ten_games(kind):
    """A fifth of the digits wrong; with flips of all rows, not of a class, it was .971 and .950."""
    noisy = noisy_digits()[kind]
    score = run(FLORAL, noisy.given, device="cpu")

    assert auroc(score.suspicion, noisy.wrong) > 0.995


def test_labels_that_are_all_alike_cannot_be_scored():
    """No other side to lie on: nan, no suggestion."""
    vectors = np.random.default_rng(0).normal(size=(20, 3))
    score = run(FLORAL, evidence_of(dataset_of(vectors, [0] * 20)), device="cpu")

    assert np.isnan(score.values).all()
    assert (score.suggestion == -1).all()


def test_a_class_that_nobody_has_is_never_suggested():
    """Classes 0 and 2 of four have rows."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2 * 2
    vectors = rng.normal(size=(40, 3)) + labels[:, None]
    score = run(FLORAL, evidence_of(dataset_of(vectors, labels, c=4)), device="cpu")

    assert set(score.suggestion.tolist()) == {0, 2}
