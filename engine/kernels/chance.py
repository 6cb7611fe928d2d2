"""How surprising counts and ranks are where nothing is going on; arrays in, arrays out."""

import numpy as np
from scipy import stats


def adjusted(p: np.ndarray, *, tests: int | None = None) -> np.ndarray:
    """p-values such that naming all below q means a false share below q among those named.

    tests: how many were made in all, those with p = 1 that are not listed included. Source:
    Benjamini, Hochberg: Controlling the false discovery rate, 1995; it holds for tests that are
    independent or that tend to go together.

    >>> adjusted(np.array([0.01, 0.04, 0.03, 0.5]))
    array([0.04      , 0.05333333, 0.05333333, 0.5       ])
    """
    many = len(p) if tests is None else tests
    order = np.argsort(-p, kind="stable")
    places = np.arange(len(p), 0, -1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.minimum.accumulate(p[order] * many / places), 1.0)
    return found


def chance_of_more(found: np.ndarray, drawn: np.ndarray, marked: int, n: int) -> np.ndarray:
    """Chance that so many rows drawn of n hold as many of the marked ones as were found, or more.

    The exact hypergeometric tail (Fisher's test, one-sided).

    >>> chance_of_more(np.array([2]), np.array([2]), 2, 4).round(4)
    array([0.1667])
    """
    tail: np.ndarray = stats.hypergeom.sf(found - 1, n, marked, drawn)
    return tail


def share_between(found: int, drawn: int, *, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of Clopper and Pearson, 1934, for a share.

    >>> tuple(round(end, 3) for end in share_between(0, 10))
    (0.0, 0.308)
    """
    side = (1 - level) / 2
    low = stats.beta.ppf(side, found, drawn - found + 1) if found else 0.0
    high = stats.beta.ppf(1 - side, found + 1, drawn - found) if found < drawn else 1.0
    return float(low), float(high)


def group_ranks(
    values: np.ndarray, groups: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each group: the chance that one of its rows has a higher value than one of the others
    (a tie is half), its one-sided p against 1/2, and how many of its rows have a value.

    values: (n,), nan counts for nothing. groups: (n,) in 0 .. count - 1. nan and 1 for a group
    that has no rows, or all. The Mann-Whitney test by its normal limit, corrected for ties and
    for continuity: from about eight rows on each side it is close to the exact one.

    >>> share, p, size = group_ranks(np.array([1.0, 2, 3, 4]), np.array([0, 0, 1, 1]), 2)
    >>> share, size
    (array([0., 1.]), array([2, 2]))
    """
    there = ~np.isnan(values)
    ranks = stats.rankdata(values[there])
    size = np.bincount(groups[there], minlength=count)
    n, others = int(there.sum()), int(there.sum()) - size
    wins = np.bincount(groups[there], ranks, minlength=count) - size * (size + 1) / 2
    _, ties = np.unique(ranks, return_counts=True)
    ties = ties.astype(np.float64)
    tied = float((ties**3 - ties).sum()) / max(n * (n - 1), 1)
    spread = np.sqrt(size * others / 12 * (n + 1 - tied))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(size * others > 0, wins / (size * others), np.nan)
        above = (wins - size * others / 2 - 0.5) / spread
    p = np.where(spread > 0, stats.norm.sf(np.nan_to_num(above)), 1.0)
    return share, p, size


def chance_between(share: float, size: int, others: int) -> tuple[float, float]:
    """A 95 % interval for the first number of `group_ranks`.

    Source: Hanley, McNeil: The meaning and use of the area under a ROC curve, 1982.

    >>> tuple(round(end, 3) for end in chance_between(0.5, 50, 50))
    (0.386, 0.614)
    """
    both, twice = share / (2 - share), 2 * share**2 / (1 + share)
    spread = (
        share * (1 - share) + (size - 1) * (both - share**2) + (others - 1) * (twice - share**2)
    )
    margin = 1.959964 * np.sqrt(max(spread, 0.0) / (size * others))
    return float(max(share - margin, 0.0)), float(min(share + margin, 1.0))
