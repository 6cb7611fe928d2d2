"""How far reviewers agree: raw, Cohen's and Fleiss' kappa, Krippendorff's alpha.

All are about nominal categories. counts are (n, c): how many reviewers put row i into category j.
1 is full agreement, 0 what chance gives, below 0 less than that; nan where nothing can be said.
"""

import numpy as np


def counts_of(values: np.ndarray) -> np.ndarray:
    """(n, c) from values (n, r), the category that each of r reviewers chose; -1 = none."""
    n, categories = len(values), int(values.max(initial=-1)) + 1
    rows, reviewers = np.nonzero(values >= 0)
    places = rows * categories + values[rows, reviewers]
    return np.bincount(places, minlength=n * categories).reshape(n, categories).astype(np.int64)


def raw_agreement(counts: np.ndarray) -> float:
    """Share of all pairs of reviewers of the same row that chose the same, 0 to 1.

    >>> raw_agreement(np.array([[2, 0], [1, 1], [1, 0]]))
    0.5
    """
    pairs = _pairs(counts.sum(axis=1)).sum()
    return float(_pairs(counts).sum() / pairs) if pairs else float("nan")


def cohen_kappa(one: np.ndarray, other: np.ndarray) -> float:
    """Agreement of two reviewers beyond chance, from the rows that both put into a category.

    one, other: (n,) categories, -1 = none. nan where both chose one and the same category always.
    Cohen: A Coefficient of Agreement for Nominal Scales, 1960.

    >>> cohen_kappa(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.5
    """
    both = (one >= 0) & (other >= 0)
    one, other = one[both], other[both]
    if len(one) == 0:
        return float("nan")
    categories = int(max(one.max(), other.max())) + 1
    shares = [np.bincount(each, minlength=categories) / len(one) for each in (one, other)]
    return _beyond(float((one == other).mean()), float(shares[0] @ shares[1]))


def fleiss_kappa(counts: np.ndarray) -> float:
    """Agreement beyond chance where m reviewers, not always the same, judged every row.

    Of rows judged by fewer than the most nothing is taken: the formula knows one m. nan where all
    chose one and the same category. Fleiss: Measuring nominal scale agreement among many raters,
    1971.

    >>> round(fleiss_kappa(np.array([[2, 0], [0, 2], [1, 1], [1, 0]])), 6)
    0.333333
    """
    judged = counts.sum(axis=1)
    m = int(judged.max(initial=0))
    counts = counts[judged == m]
    if m < 2:
        return float("nan")
    share = counts.sum(axis=0) / counts.sum()
    observed = float((_pairs(counts).sum(axis=1) / _pairs(np.array(m))).mean())
    return _beyond(observed, float(share @ share))


def krippendorff_alpha(counts: np.ndarray) -> float:
    """Agreement beyond chance from all rows that at least two reviewers judged.

    nan where there is no such row, or only one category in them. Krippendorff: Computing
    Krippendorff's Alpha-Reliability, 2011, for nominal data.

    >>> round(krippendorff_alpha(np.array([[2, 0], [0, 2], [1, 1], [1, 0]])), 6)
    0.444444
    """
    counts = counts[counts.sum(axis=1) >= 2]
    judged, n = counts.sum(axis=1), int(counts.sum())
    if n == 0:
        return float("nan")
    observed = float((_pairs(counts).sum(axis=1) / (judged - 1)).sum() / n)
    expected = float(_pairs(counts.sum(axis=0)).sum() / (n * (n - 1)))
    return _beyond(observed, expected)


def _pairs(counts: np.ndarray) -> np.ndarray:
    """Ordered pairs of different members of groups of these sizes."""
    return np.asarray(counts * (counts - 1))


def _beyond(observed: float, expected: float) -> float:
    return (observed - expected) / (1 - expected) if expected < 1 else float("nan")
