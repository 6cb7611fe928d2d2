"""Who is relevant and who was looked at: two chances behind one visible mark, told apart."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit

OPEN, NOT_RELEVANT, RELEVANT = -1, 0, 1
SMALLEST = 1e-6
"""A product of the two chances stays this far from 0 and from 1."""
RIDGE = 1e-3
"""On weights, per row a share of it: enough that no weight runs away, too little to be seen."""
LEARNT = 300_000
"""Of more unmarked rows than this, every few stand for the others: weights need no more."""


class Coupled(NamedTuple):
    """Chance of relevance and of having been looked at: logistic, each in features of its own.

    relevance: (f + 1,), selection: (g + 1,) float64 weights, the last one the level.
    """

    relevance: np.ndarray
    selection: np.ndarray

    def chances(self, of_r: np.ndarray, of_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) P(relevant), (n,) P(looked at) from features (n, f) and (n, g)."""
        return expit(_logits(of_r, self.relevance)), expit(_logits(of_s, self.selection))


def missed_chance(relevant: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """P(relevant | not marked), where a mark needs relevance and a look, each by its own chance.

    >>> missed_chance(np.array([0.5, 0.5, 0.9]), np.array([0.1, 0.9, 0.1])).round(4).tolist()
    [0.4737, 0.0909, 0.8901]
    """
    both = np.clip(relevant * seen, SMALLEST, 1 - SMALLEST)
    return np.clip(relevant * (1 - seen) / (1 - both), 0, 1)


def fit_coupled(
    of_r: np.ndarray, of_s: np.ndarray, marked: np.ndarray, settled: np.ndarray
) -> Coupled:
    """Both chances at once: the likelihood of marks (chance r s) and of their absence (1 - r s).

    of_r: (n, f), of_s: (n, g) features, no nan. With the same features in both the two could not be
    told apart: the product is all that is seen. marked: (n,) bool. settled: (n,) int64 RELEVANT or
    NOT_RELEVANT where somebody looked and said so, else OPEN; there r alone is at work.
    Source: Cai et al., CIKM 2022, whose two networks read the same text and start alike; the
    likelihood is ours.
    """
    rows, weights = _thinned(marked, settled)
    of_r, of_s, settled = of_r[rows].astype(float), of_s[rows].astype(float), settled[rows]
    is_marked, is_open = (settled == OPEN) & marked[rows], (settled == OPEN) & ~marked[rows]
    is_known, f, total = settled != OPEN, of_r.shape[1] + 1, weights.sum()

    def lost(both: np.ndarray) -> tuple[float, np.ndarray]:
        u, v = _logits(of_r, both[:f]), _logits(of_s, both[f:])
        r, s = expit(u), expit(v)
        product = np.clip(r * s, SMALLEST, 1 - SMALLEST)
        likelihood = np.where(is_marked, log_expit(u) + log_expit(v), 0.0)
        likelihood += np.where(is_open, np.log1p(-product), 0.0)
        likelihood += np.where(
            is_known, np.where(settled == RELEVANT, log_expit(u), log_expit(-u)), 0.0
        )
        pull = np.where(is_open, product / (1 - product), 0.0)
        by_u = np.where(is_marked, 1 - r, 0.0) - pull * (1 - r)
        by_u += np.where(is_known, (settled == RELEVANT) - r, 0.0)
        by_v = np.where(is_marked, 1 - s, 0.0) - pull * (1 - s)
        slopes = np.concatenate([_slopes(of_r, weights * by_u), _slopes(of_s, weights * by_v)])
        value = -(weights * likelihood).sum() / total + RIDGE * (both**2).sum() / np.sqrt(total)
        return value, -slopes / total + 2 * RIDGE * both / np.sqrt(total)

    start = np.zeros(f + of_s.shape[1] + 1)
    found = minimize(lost, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return Coupled(found[:f], found[f:])


def _logits(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    logits: np.ndarray = features @ weights[:-1] + weights[-1]
    return logits


def _slopes(features: np.ndarray, by_logit: np.ndarray) -> np.ndarray:
    return np.append(features.T @ by_logit, by_logit.sum())


def _thinned(marked: np.ndarray, settled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All rows that say something, evenly spaced ones of the rest, and how many each stands for."""
    telling = marked | (settled != OPEN)
    rest = np.flatnonzero(~telling)
    step = max(-(-len(rest) // LEARNT), 1)
    rows = np.sort(np.concatenate([np.flatnonzero(telling), rest[::step]]))
    return rows, np.where(telling[rows], 1.0, len(rest) / max(len(rest[::step]), 1))
