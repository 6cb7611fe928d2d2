"""What verdicts teach: a regularised logistic regression that starts at a fixed order."""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import expit

STEPS = 25
LARGEST_MOVE = 2.0
"""How far, in logits, one Newton step may move any verdict: full steps can swing for ever."""
SMALLEST_MOVE = 1e-2


def fit(
    start: np.ndarray,
    wrong: np.ndarray,
    dense: np.ndarray,
    factors: csr_matrix,
    likeness: csr_matrix,
) -> np.ndarray:
    """(v,) float64 what each verdict says: positive = more suspicion for what is like it.

    The logit of "wrong" is start + K @ said, where K = dense dense' + factors factors' + likeness
    is how much two verdicts have in common: the mode of a Gaussian process, which is the same as
    a ridge regression on the features with the fixed order as its offset. However one-sided the
    verdicts are, it stays finite, and without any it is the offset.

    start: (v,) logits before anybody decided. wrong: (v,) in [0, 1].
    dense: (v, p) features, each scaled by the root of how far its weight may go (its variance).
    factors: (v, q), likewise. likeness: (v, v) symmetric, positive semidefinite.
    Source: Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, algorithm 3.1.

    One verdict, alike 1 to itself and without a start: said = 1 - sigmoid(said).

    >>> one = fit(np.zeros(1), np.ones(1), np.ones((1, 1)), csr_matrix((1, 0)), csr_matrix((1, 1)))
    >>> one.round(3).tolist()
    [0.401]
    """

    turned = factors.T.tocsr()

    def common(x: np.ndarray) -> np.ndarray:
        return dense @ (dense.T @ x) + factors @ (turned @ x) + likeness @ x

    said, logits = np.zeros(len(start)), start
    for _ in range(STEPS):
        chance = expit(logits)
        curvature = np.maximum(chance * (1 - chance), 1e-3)
        root = np.sqrt(curvature)
        target = curvature * (logits - start) + (wrong - chance)
        solved, _ = cg(_system(common, root), root * common(target), rtol=1e-7, maxiter=300)
        move = target - root * solved - said
        moved = common(move)
        largest = float(np.abs(moved).max(initial=0.0))
        share = min(1.0, LARGEST_MOVE / max(largest, 1e-12))
        said, logits = said + share * move, logits + share * moved
        if largest < SMALLEST_MOVE:
            break
    return said


def _system(common: Callable[[np.ndarray], np.ndarray], root: np.ndarray) -> LinearOperator:
    """x -> (1 + S K S) x with S = diag(root): well conditioned however large K is."""
    return LinearOperator(
        (len(root), len(root)), matvec=lambda x: x + root * common(root * x), dtype=np.float64
    )
