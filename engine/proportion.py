"""Proportion: the share of rows with some property, from those of them that were looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A number nobody knows: the interval it lies in with the confidence asked for, the middle."""

    low: float
    middle: float
    high: float


def share_of(found: int, checked: int, *, confidence: float = 0.95) -> Estimate:
    """Exact interval for a share from `found` among `checked`; the middle is found / checked.

    Equal tails; holds at least as often as it says, for rows that were drawn at random. Of rows
    checked most suspicious first the rest has a smaller share, so say from how many it is. From
    0 to 1 with nan in the middle where none was checked.
    Source: Clopper, Pearson: The use of confidence or fiducial limits, Biometrika 1934.

    >>> share = share_of(0, 10)
    >>> share.low, round(share.high, 4)
    (0.0, 0.3085)
    """
    from scipy.special import betaincinv  # takes a while to import, and the first screen waits

    if checked == 0:
        return Estimate(0.0, float("nan"), 1.0)
    tail = (1 - confidence) / 2
    missed = checked - found
    low = float(betaincinv(found, missed + 1, tail)) if found else 0.0
    high = float(betaincinv(found + 1, missed, 1 - tail)) if missed else 1.0
    return Estimate(low, found / checked, high)
