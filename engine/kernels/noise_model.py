"""What a noise matrix says about a row: the true label behind the probabilities of given ones."""

import numba
import numpy as np

from engine.kernels.joint import Latent
from engine.kernels.mapped import table_blocks

TRACE = 1e-6
WIDTH = 32
"""Classes that are weighed per row, so that a thousand of them cost little more than a pass."""


def true_label_differs(
    pred_probs: np.ndarray,
    labels: np.ndarray,
    latent: Latent,
    *,
    steps: int,
    even: float = 0.0,
    width: int = WIDTH,
) -> tuple[np.ndarray, np.ndarray]:
    """(n,) float32 P(true label is not the given one | x, given label), (n,) int64 likeliest other.

    latent: noise matrix and prior of the true label, as from `estimate_latent`.
    p(true | x) starts from the prior and is re-estimated `steps` times, so that the noise matrix
    turns it into the probabilities of given labels that the model learned (EM for the weights of
    a mixture). Few steps keep it near the prior: that is wanted, the noise matrix is an estimate.
    even: share of a noise matrix that is mixed in, in which as many labels are wrong, but every
        other class is as likely as the next: a guard against a matrix that claims to know too much.
    Of more than `width` classes, only the row's most probable ones and the given one are weighed.
    The other is the likeliest true class but the given one, -1 where there is none. nan and -1 for
    unlabelled rows and rows with a nan.

    Half of class 1 is given as 0, so a quarter of given 1 means half of true 1; of the rows given
    as 0, a third are then really 1.

    >>> latent = Latent(np.array([0.5, 0.5]), np.array([[1.0, 0.5], [0.0, 0.5]]), np.eye(2))
    >>> pred_probs = np.array([[0.75, 0.25], [0.75, 0.25]])
    >>> wrong, other = true_label_differs(pred_probs, np.array([0, 1]), latent, steps=5)
    >>> wrong.astype(float).round(4).tolist(), other.tolist()
    ([0.3333, 0.0], [1, 0])
    """
    c = pred_probs.shape[1]
    # A trace of right labels in every class, so that no row is impossible.
    wrong_share = 1 - float((latent.prior * np.diag(latent.noise)).sum())
    evenly = np.full((c, c), wrong_share / max(c - 1, 1))
    np.fill_diagonal(evenly, 1 - wrong_share)
    rates = latent.noise * (1 - even) + evenly * even
    rates = rates * (1 - TRACE) + TRACE * np.eye(c)
    rates /= rates.sum(axis=0)
    start = np.maximum(latent.prior, TRACE)
    wrong = np.empty(len(pred_probs), dtype=np.float32)
    other = np.empty(len(pred_probs), dtype=np.int64)
    for rows, block in table_blocks(pred_probs):
        _weigh(block, labels[rows], rates, start, steps, width, wrong[rows], other[rows])
    return wrong, other


@numba.njit(parallel=True, nogil=True, cache=True)
def _weigh(
    block: np.ndarray,
    labels: np.ndarray,
    rates: np.ndarray,
    start: np.ndarray,
    steps: int,
    width: int,
    wrong: np.ndarray,
    other: np.ndarray,
) -> None:
    # The row's work is a function of its own: inside prange the compiler takes twice as long.
    for row in numba.prange(len(block)):
        wrong[row], other[row] = _weigh_row(block[row], labels[row], rates, start, steps, width)


@numba.njit(cache=True)
def _weigh_row(
    probs: np.ndarray, given: int, rates: np.ndarray, start: np.ndarray, steps: int, width: int
) -> tuple[float, int]:
    if given < 0:
        return np.nan, -1
    for k in range(len(probs)):
        if not np.isfinite(probs[k]):
            return np.nan, -1
    classes = _likeliest_with(probs, given, width)
    posterior = _posterior(probs, given, classes, rates, start, steps)
    # The sum of the others, not 1 - the given one: that loses the digits of what is small.
    wrong, largest, other = 0.0, -1.0, -1
    for t in range(len(classes)):
        if classes[t] == given:
            continue
        wrong += posterior[t]
        if posterior[t] > largest:
            largest, other = posterior[t], classes[t]
    return wrong, other


@numba.njit(cache=True)
def _likeliest_with(probs: np.ndarray, given: int, width: int) -> np.ndarray:
    """The classes to weigh, in the order of the columns; the given one is among them."""
    c = len(probs)
    if c <= width:
        return np.arange(c)
    # The given class has its place; the cut is the smallest probability of the other width - 1.
    # Kept by insertion: np.partition would take the compiler ten seconds on a first start.
    rest = probs.copy()
    rest[given] = -1
    largest = np.full(width - 1, -1.0)  # in rising order
    for k in range(c):
        if width > 1 and rest[k] > largest[0]:
            place = 0
            while place + 1 < width - 1 and rest[k] > largest[place + 1]:
                largest[place] = largest[place + 1]
                place += 1
            largest[place] = rest[k]
    cut = largest[0] if width > 1 else np.inf
    spare = width - 1
    for k in range(c):
        spare -= rest[k] > cut
    classes = np.empty(width, dtype=np.int64)
    size = 0
    for k in range(c):
        tied = rest[k] == cut and spare > 0
        if k == given or rest[k] > cut or tied:
            classes[size] = k
            size += 1
            spare -= tied
    return classes


@numba.njit(cache=True)
def _posterior(
    probs: np.ndarray,
    given: int,
    classes: np.ndarray,
    rates: np.ndarray,
    start: np.ndarray,
    steps: int,
) -> np.ndarray:
    """P(true class | x, given label) over the classes weighed."""
    w = len(classes)
    mine, truth = np.empty((w, w)), np.empty(w)
    for t in range(w):
        truth[t] = start[classes[t]]
        for g in range(w):
            mine[g, t] = rates[classes[g], classes[t]]
    for _ in range(steps):
        raised = np.zeros(w)
        for g in range(w):
            expected = 0.0
            for t in range(w):
                expected += mine[g, t] * truth[t]
            ratio = probs[classes[g]] / max(expected, 1e-300)
            for t in range(w):
                raised[t] += ratio * mine[g, t]
        truth *= raised
        truth /= max(truth.sum(), 1e-300)
    posterior = np.empty(w)
    for t in range(w):
        posterior[t] = max(truth[t], 1e-300) * rates[given, classes[t]]
    return posterior / posterior.sum()
