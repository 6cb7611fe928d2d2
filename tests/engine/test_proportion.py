"""The exact interval of a share, against its definition by binomial tails."""

import math

import pytest
from scipy.stats import binom, binomtest

from engine.proportion import share_of


@pytest.mark.parametrize(("found", "checked"), [(0, 1), (1, 1), (3, 10), (9, 12), (50, 1000)])
def test_each_end_is_where_a_tail_is_as_likely_as_the_risk(found, checked):
    """Clopper and Pearson's definition: half of the risk beyond each end."""
    share = share_of(found, checked)

    if found:
        assert binom.sf(found - 1, checked, share.low) == pytest.approx(0.025)
    else:
        assert share.low == 0
    if found < checked:
        assert binom.cdf(found, checked, share.high) == pytest.approx(0.025)
    else:
        assert share.high == 1
    assert share.middle == found / checked


def test_it_is_the_interval_of_scipy():
    """Another implementation, another confidence."""
    share, other = share_of(7, 90, confidence=0.8), binomtest(7, 90).proportion_ci(0.8, "exact")

    assert (share.low, share.high) == pytest.approx((other.low, other.high))


def test_of_none_nothing_is_known():
    """Not 0 of 0."""
    share = share_of(0, 0)

    assert (share.low, share.high) == (0, 1)
    assert math.isnan(share.middle)
