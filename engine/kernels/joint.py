"""The confident joint, and what follows from it: noise rates, prior, how many rows to prune."""

from typing import Literal, NamedTuple, get_args

import numpy as np

Prior = Literal["cnt", "eqn", "marginal", "marginal_ps"]
SMALLEST_SUM = 1e-100
SMALLEST_PRIOR = 1e-6
LARGEST_RATE = 0.9999


class Latent(NamedTuple):
    """What cannot be seen: how given labels arise from true ones.

    prior: (c,) share of every true class. noise: (c, c) P(given = row | true = column).
    inverse: (c, c) P(true = row | given = column). Columns sum to 1, or to 0 for a class that
    nobody has.
    """

    prior: np.ndarray
    noise: np.ndarray
    inverse: np.ndarray


def round_rows(table: np.ndarray) -> np.ndarray:
    """(r, c) int64 a table of floats rounded so that every row keeps its total.

    Halves go to even; then the entries furthest from what they were are moved by 1, the last one
    first where several are to be raised, the first one where they are to be lowered.
    Source: cleanlab 2.9, round_preserving_row_totals.

    >>> round_rows(np.array([[0.5, 0.5, 1.5, 0.5]]))
    array([[0, 0, 2, 1]])
    """
    rounded = table.round()
    lack = (table.sum(axis=1).round() - rounded.sum(axis=1)).astype(np.int64)
    while lack.any():
        rows = np.flatnonzero(lack)
        order = np.argsort(table[rows] - rounded[rows], axis=1, kind="stable")
        raise_first = lack[rows, None] > 0
        order = np.where(raise_first, order[:, ::-1], order)
        moved = np.arange(table.shape[1]) < np.abs(lack[rows, None])
        step = np.zeros(order.shape)
        np.put_along_axis(step, order, moved * np.sign(lack[rows, None]), axis=1)
        rounded[rows] += step
        lack = (table.sum(axis=1).round() - rounded.sum(axis=1)).astype(np.int64)
    return rounded.astype(np.int64)


def calibrate(counted: np.ndarray, members: np.ndarray) -> np.ndarray:
    """(c, c) int64 counts of given x true label, scaled to as many rows as carry each given label.

    counted: (c, c) confident counts. members: (c,) rows per given label.
    Source: Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021, equation 3.

    >>> calibrate(np.array([[2, 1, 1], [1, 2, 0], [0, 1, 2]]), np.array([4, 4, 4]))
    array([[2, 1, 1],
           [1, 3, 0],
           [0, 1, 3]])
    """
    # True x given in memory, as cleanlab adds: the last bit decides which of two equal fractions
    # is rounded up.
    by_true = np.ascontiguousarray(counted.T)
    scaled = (by_true / np.maximum(by_true.sum(axis=0), SMALLEST_SUM) * members).T
    return round_rows(scaled / max(scaled.sum(), SMALLEST_SUM) * members.sum())


def keep_at_least(joint: np.ndarray, n: int, frac_noise: float) -> np.ndarray:
    """(c, c) int64 rows to prune of given label a for true label b, leaving n of each given label.

    joint: (c, c) calibrated counts, given x true. The diagonal holds what is left.
    frac_noise: share of the estimated errors to prune; fractions are cut off, never rounded up.
    Source: cleanlab 2.9, _keep_at_least_n_per_class.

    >>> keep_at_least(np.array([[1, 4], [0, 5]]), n=3, frac_noise=1.0)
    array([[3, 2],
           [0, 5]])
    """
    left = joint.diagonal()
    raised = np.maximum(left, n)
    spread = np.maximum(np.count_nonzero(joint, axis=1) - 1.0, 1.0)
    kept = np.maximum(joint - ((raised - left) / spread)[:, None], 0)
    np.fill_diagonal(kept, 0)
    pruned = kept * frac_noise
    # The differences first: what is cut off below may not hang on the last bit of a sum.
    np.fill_diagonal(pruned, raised + (kept - pruned).sum(axis=1))
    return pruned.astype(np.int64)


def estimate_latent(
    joint: np.ndarray, members: np.ndarray, *, prior: Prior = "cnt", converge: bool = False
) -> Latent:
    """Noise matrix, its inverse and the prior of the true label from the calibrated joint.

    prior: which of four estimates, all in cleanlab's names. "cnt" needs the diagonals alone.
    converge: make the three agree, 3 rounds of 5 steps.
    Raises ValueError for another prior, numpy.linalg.LinAlgError when "eqn" meets a noise matrix
    that has no inverse (a class that nobody has).
    Source: cleanlab 2.9, estimate_latent; Confident Learning, JAIR 2021, section 3.

    >>> joint = np.array([[2, 1, 1], [1, 3, 0], [0, 1, 3]])
    >>> estimate_latent(joint, np.array([4, 4, 4])).prior.round(6).tolist()
    [0.25, 0.416667, 0.333333]
    """
    given = members / max(members.sum(), 1)
    noise = joint / np.maximum(joint.sum(axis=0), SMALLEST_SUM)
    inverse = joint.T / np.maximum(joint.sum(axis=1), SMALLEST_SUM)
    if prior == "cnt":
        share = _prior_by_diagonals(given, noise, inverse)
    elif prior == "eqn":
        share = np.linalg.solve(noise, given)
    elif prior == "marginal":
        share = joint.sum(axis=0) / max(joint.sum(), SMALLEST_SUM)
    elif prior == "marginal_ps":
        share = inverse @ given
    else:
        raise ValueError(f"prior is {prior!r}, not one of {get_args(Prior)}")
    latent = Latent(_shares(share), _rates(noise), _rates(inverse))
    return _converged(latent, given) if converge else latent


def posterior_of_truth(pred_probs: np.ndarray, latent: Latent) -> np.ndarray:
    """(n, c) P(true class | x) out of P(given label | x), by the diagonals of the noise matrices.

    Source: cleanlab 2.9, compute_pyx.

    >>> even = Latent(np.ones(2) / 2, np.eye(2), np.eye(2))
    >>> posterior_of_truth(np.array([[0.25, 0.75]]), even).tolist()
    [[0.25, 0.75]]
    """
    ratio = latent.inverse.diagonal() / np.maximum(latent.noise.diagonal(), SMALLEST_SUM)
    raised = np.clip(pred_probs * ratio, 0, 1)
    return raised / np.maximum(raised.sum(axis=1, keepdims=True), SMALLEST_SUM)


def _converged(latent: Latent, given: np.ndarray) -> Latent:
    prior, noise, inverse = latent
    for _ in range(3):
        for _ in range(5):
            inverse = _rates((noise * prior).T / np.maximum(given, SMALLEST_SUM))
            prior = _shares(_prior_by_diagonals(given, noise, inverse))
        noise = _rates((inverse * given).T / np.maximum(prior, SMALLEST_SUM))
    return Latent(_shares(prior, smallest=1e-5), _rates(noise), _rates(inverse))


def _prior_by_diagonals(given: np.ndarray, noise: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    return inverse.diagonal() / np.maximum(noise.diagonal(), SMALLEST_SUM) * given


def _shares(values: np.ndarray, *, smallest: float = SMALLEST_PRIOR) -> np.ndarray:
    clipped = np.clip(values, smallest, 1.0)
    return clipped / clipped.sum()


def _rates(matrix: np.ndarray) -> np.ndarray:
    """Noise rates within [0, .9999], columns that sum to 1; the diagonal is no noise rate."""
    clipped = np.clip(matrix, 0, LARGEST_RATE)
    np.fill_diagonal(clipped, matrix.diagonal())
    return clipped / np.maximum(clipped.sum(axis=0), SMALLEST_SUM)
