"""Groups whose mean score differs from that of all rows by more than chance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

BY_CHANCE = 0.05
FEWEST = 5
"""Scored rows of a group: the mean of fewer is not near enough to normal to be judged."""


@dataclass(frozen=True, eq=False)
class GroupMeans:
    """scored: (g,) int64 rows with a score. mean: (g,) their mean, nan = no such row.

    overall: mean of all scored rows. differs: (g,) int8, 1 or -1 = above or below it by more than
    chance, 0 = not, or too few rows to tell.
    """

    scored: np.ndarray
    mean: np.ndarray
    overall: float
    differs: np.ndarray


def group_means(
    codes: np.ndarray, size: int, values: np.ndarray, rows: np.ndarray | None = None
) -> GroupMeans:
    """codes: (n,) group of each row. values: (n,) scores, nan = none. rows: (n,) bool, None = all.

    Were a group of m drawn at random from the N scored rows, without putting back, its mean would
    scatter around that of all with variance S² / m (1 − m / N), S² their variance (Cochran,
    Sampling Techniques, 3rd ed. 1977, theorem 2.2). Two-sided by the normal distribution, at 5 %
    over all groups together by Holm's rule (Scandinavian Journal of Statistics 6, 1979).
    """
    scored = ~np.isnan(values) if rows is None else rows & ~np.isnan(values)
    codes, values = codes[scored], values[scored].astype(np.float64)
    count = np.bincount(codes, minlength=size)
    overall = float(values.mean()) if len(values) else float("nan")
    # From the mean on: sums of large numbers that are nearly alike lose their last digits.
    away = np.bincount(codes, values - overall, size) if len(values) else np.zeros(size)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = away / count
        variance = values.var(ddof=1) if len(values) > 1 else np.nan
        z = difference / np.sqrt(variance / count * (1 - count / len(values)))
    p = 2 * ndtr(-np.abs(z))
    p[(count < FEWEST) | ~np.isfinite(z)] = np.nan
    differs = np.where(_beyond_chance(p), np.sign(difference), 0).astype(np.int8)
    return GroupMeans(count, overall + difference, overall, differs)


def _beyond_chance(p: np.ndarray) -> np.ndarray:
    """(g,) bool by Holm's rule; nan is no test and counts for none."""
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    passed = p[order] <= BY_CHANCE / np.arange(len(order), 0, -1)
    found = np.zeros(len(p), dtype=bool)
    found[order[: len(order) if passed.all() else int(np.argmin(passed))]] = True
    return found
