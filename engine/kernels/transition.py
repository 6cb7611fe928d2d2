"""How often which class is labelled as which, read off neighbours that disagree (HOC)."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import softmax
from torch import Tensor

MOST_CLASSES = 100
"""Triplets fill a table of c³ cells: a million at 100 classes, and each step reads all of them."""


@dataclass(frozen=True, eq=False)
class Transition:
    """How labels come about.

    matrix: (c, c) probability of the given label (column) under the true one (row); a class that
        nobody is labelled as has a row of nan, since nothing is known about it.
    prior: (c,) share of every true class.
    """

    matrix: Tensor
    prior: Tensor


@dataclass(frozen=True, eq=False)
class Consensus:
    """Frequencies of the labels of a row, its nearest and its second nearest neighbour.

    first: (c,), second: (c, c), third: (c, c, c); each sums to 1.
    """

    first: Tensor
    second: Tensor
    third: Tensor


def consensus(neighbours: Tensor, labels: Tensor, c: int) -> Consensus | None:
    """Frequencies over all rows that are labelled as both their nearest neighbours are; else None.

    neighbours: (n, k) nearest first, -1 = none.

    >>> counted = consensus(torch.tensor([[1, 2], [0, 2], [1, 0]]), torch.tensor([0, 0, 1]), c=2)
    >>> counted.second
    tensor([[0.6667, 0.0000],
            [0.3333, 0.0000]])
    """
    if neighbours.shape[1] < 2:
        return None
    triplet = torch.cat([labels[:, None], labels[neighbours[:, :2].clamp(min=0)]], dim=1)
    complete = (triplet >= 0).all(dim=1) & (neighbours[:, :2] >= 0).all(dim=1)
    if not complete.any():
        return None
    a, b, d = triplet[complete].T
    cells = torch.bincount((a * c + b) * c + d, minlength=c**3)
    third = (cells / cells.sum()).reshape(c, c, c)
    return Consensus(third.sum(dim=(1, 2)), third.sum(dim=2), third)


def estimate_transition(
    neighbours: Tensor, labels: Tensor, c: int, *, steps: int = 1500, seed: int = 0
) -> Transition | None:
    """Fit the matrix and the prior under which neighbours would agree as often as they do.

    None with more than 100 classes (the table of triplets grows with c³) and where no row and its
    two nearest neighbours are all labelled. seed: of the jitter of the first prior.
    It assumes that a row and its two nearest neighbours share their true class and err
    independently, with every class labelled right more often than as any one other. Duplicates
    that were labelled alike make the matrix too clean.
    Departs from the paper's code: all rows at once instead of rounds of 15,000.
    Source: Zhu, Song, Liu: Clusterability as an alternative to anchor points when learning with
    noisy labels, ICML 2021 (HOC).

    >>> rows = torch.arange(12)
    >>> near = torch.stack([rows // 6 * 6 + (rows + 1) % 6, rows // 6 * 6 + (rows + 2) % 6], dim=1)
    >>> estimate_transition(near, (rows > 5).long(), c=2).matrix.round(decimals=2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    counted = consensus(neighbours, labels, c) if c <= MOST_CLASSES else None
    if counted is None:
        return None
    found = fit(counted, steps=steps, seed=seed)
    given = torch.bincount(labels[labels >= 0], minlength=c)
    return Transition(found.matrix.masked_fill((given == 0)[:, None], torch.nan), found.prior)


def fit(counted: Consensus, *, steps: int = 1500, seed: int = 0) -> Transition:
    """Matrix and prior whose frequencies are nearest to these, by Adam from a near-diagonal start.

    The loss is the sum of the three norms of the differences; the best step is kept. The rate falls
    from .1 to 0 in a line, where the paper's code keeps .1 and so ends beside the least loss.

    >>> sure = torch.zeros(2, 2, 2).index_put((torch.arange(2),) * 3, torch.tensor([0.75, 0.25]))
    >>> fit(Consensus(sure.sum((1, 2)), sure.sum(2), sure)).prior.round(decimals=2)
    tensor([0.7500, 0.2500])
    """
    # numpy, in float64: the tables are small, and torch's steps would be all overhead.
    first, second, third = (
        table.cpu().double().numpy() for table in (counted.first, counted.second, counted.third)
    )
    c = len(first)
    jitter = np.random.default_rng(seed).random(c)
    point = np.concatenate([(5 * np.eye(c) - 1).ravel(), 1 / c + 0.1 * jitter])
    mean, square = np.zeros_like(point), np.zeros_like(point)
    least, best = np.inf, point
    for step in range(1, steps + 1):
        loss, slope = _loss_and_slope(point, first, second, third)
        if loss < least:
            least, best = loss, point
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        point = point - 0.1 * (1 - step / steps) * mean / (1 - 0.9**step) / size
    matrix, prior = _matrix_and_prior(best, c)
    like = counted.first
    return Transition(
        torch.from_numpy(matrix).to(like.device, like.dtype),
        torch.from_numpy(prior).to(like.device, like.dtype),
    )


def _matrix_and_prior(point: np.ndarray, c: int) -> tuple[np.ndarray, np.ndarray]:
    return softmax(point[:-c].reshape(c, c), axis=1), softmax(point[-c:])


def _loss_and_slope(
    point: np.ndarray, first: np.ndarray, second: np.ndarray, third: np.ndarray
) -> tuple[float, np.ndarray]:
    """The sum of the three norms, and its derivative after the entries of `point`."""
    c = len(first)
    matrix, prior = _matrix_and_prior(point, c)
    weighted = prior[:, None] * matrix
    pairs = (matrix[:, :, None] * matrix[:, None, :]).reshape(c, c * c)
    gaps = (
        prior @ matrix - first,
        weighted.T @ matrix - second,
        (weighted.T @ pairs).reshape(c, c, c) - third,
    )
    norms = [float(np.linalg.norm(gap)) for gap in gaps]
    one, two, three = (gap / max(norm, 1e-300) for gap, norm in zip(gaps, norms, strict=True))
    # The tables of pairs and triplets hold the matrix in every of their places.
    places = three + three.transpose(1, 0, 2) + three.transpose(2, 0, 1)
    of_matrix = one + matrix @ (two + two.T) + pairs @ places.reshape(c, c * c).T
    of_matrix *= prior[:, None]
    seen = one + matrix @ two.T + pairs @ three.reshape(c, c * c).T
    of_prior = (matrix * seen).sum(axis=1)
    rows = matrix * (of_matrix - (of_matrix * matrix).sum(axis=1, keepdims=True))
    shares = prior * (of_prior - of_prior @ prior)
    return sum(norms), np.concatenate([rows.ravel(), shares])


def noise_rates(transition: Transition, labels: Tensor) -> Tensor:
    """(c,) share of the rows given each label that truly belong to another class.

    1 - P(true = c | given = c) by Bayes; .95 where that would be 1 or more, .05 where 0 or less,
    as in the paper's code. nan for a class that no row is given.

    >>> made = Transition(torch.tensor([[0.8, 0.2], [0.3, 0.7]]), torch.tensor([0.6, 0.4]))
    >>> noise_rates(made, torch.tensor([0, 0, 0, 1, 1]))
    tensor([0.2000, 0.3000])
    """
    given = torch.bincount(labels[labels >= 0], minlength=len(transition.prior))
    right = transition.matrix.diagonal() * transition.prior * given.sum() / given
    rates = 1 - right
    rates = rates.masked_fill(rates >= 1, 0.95).masked_fill(rates <= 0, 0.05)
    return rates.masked_fill(given == 0, torch.nan)
