"""Counts and ranks under chance: against scipy's own tests."""

import numpy as np
import pytest
from scipy import stats

from engine.kernels.chance import (
    adjusted,
    chance_between,
    chance_of_more,
    group_ranks,
    share_between,
)


def test_adjusted_values_are_those_of_benjamini_and_hochberg():
    """Ties and ones included; tests that are not listed count as ones."""
    p = np.concatenate([np.random.default_rng(0).random(50) ** 4, [1.0, 0.2, 0.2]])

    np.testing.assert_allclose(adjusted(p), stats.false_discovery_control(p))
    unlisted = stats.false_discovery_control(np.concatenate([p, np.ones(40)]))
    np.testing.assert_allclose(adjusted(p, tests=len(p) + 40), unlisted[: len(p)])
    assert len(adjusted(np.empty(0))) == 0


def test_the_tail_is_fishers_exact_test():
    """Two by two tables, some of them empty in a corner."""
    for found, drawn, marked, n in ((3, 10, 12, 60), (0, 5, 5, 40), (5, 5, 5, 40), (1, 1, 1, 1)):
        table = [[found, drawn - found], [marked - found, n - drawn - marked + found]]
        exact = stats.fisher_exact(table, alternative="greater").pvalue

        tail = chance_of_more(np.array([found]), np.array([drawn]), marked, n)
        np.testing.assert_allclose(tail, exact)


@pytest.mark.parametrize(("found", "drawn"), [(0, 8), (8, 8), (3, 40), (500, 1_000)])
def test_the_interval_of_a_share_is_exact(found, drawn):
    """As `binomtest` has it."""
    interval = stats.binomtest(found, drawn).proportion_ci()

    np.testing.assert_allclose(share_between(found, drawn), interval)


@pytest.mark.parametrize("ties", [False, True])
def test_group_ranks_are_those_of_mann_and_whitney(ties):
    """Every group against the rest, nan left out, with and without ties."""
    chance = np.random.default_rng(1)
    values = chance.integers(5, size=300).astype(float) if ties else chance.normal(size=300)
    values[::11] = np.nan
    groups = chance.integers(4, size=300)
    share, p, size = group_ranks(values, groups, 5)

    for group in range(4):
        there = ~np.isnan(values)
        mine, rest = values[there & (groups == group)], values[there & (groups != group)]
        test = stats.mannwhitneyu(mine, rest, alternative="greater", method="asymptotic")
        np.testing.assert_allclose(share[group], test.statistic / (len(mine) * len(rest)))
        np.testing.assert_allclose(p[group], test.pvalue)
        assert size[group] == len(mine)
    assert np.isnan(share[4])
    assert p[4] == 1


def test_groups_without_anything_to_compare_say_nothing():
    """All values alike, one group alone, no value at all."""
    assert group_ranks(np.ones(9), np.arange(9) % 2, 2)[1].tolist() == [1.0, 1.0]
    assert group_ranks(np.arange(4.0), np.zeros(4, dtype=int), 1)[1].tolist() == [1.0]
    assert group_ranks(np.full(3, np.nan), np.zeros(3, dtype=int), 1)[2].tolist() == [0]


def test_the_interval_of_a_chance_covers_it():
    """Of 400 draws from two normals a distance apart, about 95 in 100 hold the true chance."""
    rng, true = np.random.default_rng(2), stats.norm.cdf(0.8 / np.sqrt(2))
    covered = 0
    for _ in range(400):
        values = np.concatenate([rng.normal(0.8, size=40), rng.normal(size=60)])
        share, _, _ = group_ranks(values, np.arange(100) >= 40, 2)
        low, high = chance_between(float(share[0]), 40, 60)
        covered += low <= true <= high

    assert 365 <= covered <= 395
