"""Several opinions about every row's class, joined into one: each weighs what it has proved."""

from dataclasses import dataclass

import numpy as np

from engine.kernels.blocks import row_blocks
from index.graph import NeighbourGraph
from store.progress import Progress, silent

STAGE = "joining opinions"
VOTERS = 15
LEAST = 1e-4
"""No opinion rules a class out: below this the logarithm of one source would decide alone."""
SAMPLE = 20_000
"""Rows that the weights are fitted on: a handful of numbers needs no more. Chosen, not measured."""


@dataclass(frozen=True, eq=False)
class Pool:
    """The joined opinion, and how much each source counts.

    probs: (n, c) float32, rows sum to 1; even where no source knows anything of a row.
    weights: by source, 0 = ignored; they need not sum to 1, together they are a sharpness.
    """

    probs: np.ndarray
    weights: dict[str, float]


def join(
    opinions: dict[str, np.ndarray],
    labels: np.ndarray,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Pool:
    """One opinion out of several about the classes of the same n rows.

    opinions: by source, (n, c) probabilities by something that has not seen the label of the row
        it speaks about; a row with a nan is one the source knows nothing about. At least one.
    labels: (n,), -1 = unlabelled.

    A weighted geometric mean of the probabilities (logarithmic opinion pool), with the weights of
    at least 0 that make the given labels most likely: a source weighs what it predicts of rows it
    has not seen. Source: Genest, Zidek: Combining probability distributions, Statistical Science
    1986. Weights by likelihood: Hinton: Products of experts, 1999.
    """
    n, c = next(iter(opinions.values())).shape
    rows = np.random.default_rng(seed).permutation(np.flatnonzero(labels >= 0))[:SAMPLE]
    rows.sort()
    weights = fit_weights(np.stack([_logs(one, rows) for one in opinions.values()]), labels[rows])
    probs = np.empty((n, c), dtype=np.float32)
    for block in row_blocks(n, columns=2 * c * (len(opinions) + 2)):
        progress(STAGE, block.start, n)
        logs = np.zeros((block.stop - block.start, c))
        for weight, one in zip(weights, opinions.values(), strict=True):
            logs += weight * _logs(one, block)
        probs[block] = _softmax(logs)
    progress(STAGE, n, n)
    return Pool(probs, dict(zip(opinions, weights.round(4).tolist(), strict=True)))


def neighbours_opinion(graph: NeighbourGraph, labels: np.ndarray, c: int) -> np.ndarray:
    """(n, c) float32 share of the nearest labelled neighbours that carry each label.

    As though one more neighbour stood for the classes' shares of the whole, so that no class is
    ruled out and a row without neighbours gets those.
    """
    n = len(labels)
    counts = np.bincount(labels[labels >= 0], minlength=c)
    overall = (counts + 1) / (counts.sum() + c)
    shares = np.empty((n, c), dtype=np.float32)
    for block in row_blocks(n, columns=4 * c):
        neighbours = np.asarray(graph.neighbours[block, :VOTERS])
        votes = np.where(neighbours < 0, -1, labels[neighbours])
        size = len(votes)
        cells = (np.arange(size)[:, None] * c + votes)[votes >= 0]
        table = np.bincount(cells, minlength=size * c).reshape(size, c) + overall
        shares[block] = table / table.sum(axis=1, keepdims=True)
    return shares


def fit_weights(logs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(sources,) float64 weights of at least 0 under which the labels are most likely.

    logs: (sources, m, c) logarithms of probabilities. labels: (m,). A convex problem: one answer.
    """
    start = np.full(len(logs), 1 / len(logs))
    if len(labels) == 0 or logs.shape[2] < 2:
        return start
    given = np.take_along_axis(logs, labels[None, :, None], axis=2)[:, :, 0]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        probs = _softmax(np.tensordot(weights, logs, axes=1))
        own = np.take_along_axis(probs, labels[:, None], axis=1)
        expected = np.einsum("mc,smc->sm", probs, logs)
        return float(-np.log(own).mean()), (expected - given).mean(axis=1)

    bounds = [(0.0, 10.0)] * len(logs)
    from scipy.optimize import minimize  # half a second that no screen waits for

    return np.asarray(minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x)


def _logs(probs: np.ndarray, rows: np.ndarray | slice) -> np.ndarray:
    """(len(rows), c) logarithms; where a source knows nothing of a row it says nothing: 0."""
    part = np.asarray(probs[rows], dtype=np.float64)
    unknown = np.isnan(part).any(axis=1, keepdims=True)
    return np.where(unknown, 0.0, np.log(np.clip(part, LEAST, 1.0)))


def _softmax(logs: np.ndarray) -> np.ndarray:
    shifted = np.exp(logs - logs.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
