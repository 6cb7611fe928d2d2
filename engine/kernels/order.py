"""Does the place of a row in the table say what it is like? Neighbours' places against chance."""

import numpy as np
import torch
from scipy.stats import gaussian_kde
from torch import Tensor

from engine.kernels.blocks import row_blocks


def order_scores(neighbours: Tensor, positions: Tensor, k: int) -> Tensor:
    """(n,) float64 in (0, 1]: 1 = the k neighbours lie as far away in the table as chance has it.

    1 + tanh(-area between the two distribution functions, over the longest possible way), as in
    cleanlab's Datalab. nan for a row without neighbours. positions: (n,) 0 to n - 1.
    """
    n = len(positions)
    scores = torch.full((n,), torch.nan, dtype=torch.float64, device=positions.device)
    for rows in row_blocks(n if n > 1 else 0, columns=16 * (k + 1)):
        here = positions[rows].unsqueeze(1)
        listed = neighbours[rows, :k]
        there = listed >= 0
        ways = (positions[listed.clamp(min=0)] - here).abs().masked_fill(~there, n - 1)
        furthest = torch.full_like(here, n - 1)
        ends = torch.cat([ways.sort(dim=1).values, furthest], dim=1).to(torch.float64)
        starts = torch.cat([torch.zeros_like(ends[:, :1]), ends[:, :-1]], dim=1)
        step = torch.arange(ends.shape[1], device=positions.device)
        found = there.sum(dim=1, keepdim=True)
        share = (step / found).clamp(max=1.0)
        by_chance = _area_by_chance(ends, here, n) - _area_by_chance(starts, here, n)
        area = (share * (ends - starts) - by_chance).abs().sum(dim=1, keepdim=True)
        # n - here, not n - 1 - here: cleanlab's own normaliser, kept so that values agree.
        score = 1 - torch.tanh(area / torch.maximum(here, n - here))
        scores[rows] = score.masked_fill(found == 0, torch.nan).squeeze(1)
    return scores


def order_p_value(
    neighbours: Tensor, positions: Tensor, *, k: int, permutations: int = 25, seed: int = 0
) -> float:
    """Chance of neighbours that lie as near to each other in the table, were the order random.

    Low = the order says what rows are like: sorted, collected in bursts, drifting. Kolmogorov-
    Smirnov statistic of the ways between neighbours against those between random rows; under
    chance by permuted positions, smoothed by a Gaussian kernel estimate, as in cleanlab's Datalab.
    nan where nobody has a neighbour. O(n k) per permutation.
    """
    rows, others = _pairs(neighbours, k)
    if len(rows) == 0:
        return float("nan")
    places = positions.cpu().numpy().astype(np.int32)
    observed = _largest_gap(places[rows], places[others], len(places))
    # The generator of cleanlab, for the same p-values; of its own, so nobody else's changes.
    random = np.random.RandomState(seed)
    null = np.empty(permutations)
    for runs in row_blocks(permutations, columns=len(rows)):
        for run in range(runs.start, runs.stop):
            mixed = random.permutation(len(places)).astype(np.int32)[places]
            null[run] = _largest_gap(mixed[rows], mixed[others], len(places))
    if np.ptp(null) < 1e-12:  # so few rows that every order is like every other
        return float(observed <= null[0] + 1e-12)
    return float(gaussian_kde(null).integrate_box_1d(observed, 100))


def order_statistic(neighbours: Tensor, positions: Tensor, k: int) -> float:
    """Largest gap between the distribution functions of |i - j|: neighbours, and random pairs.

    >>> line = torch.tensor([[1, 2], [0, 2], [1, 3], [2, 1]])
    >>> order_statistic(line, torch.arange(4), 2)
    0.5
    """
    rows, others = _pairs(neighbours, k)
    places = positions.cpu().numpy()
    return _largest_gap(places[rows], places[others], len(places))


def _pairs(neighbours: Tensor, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and their neighbours, one entry per neighbour there is; int32, as half is faster."""
    listed = neighbours[:, :k].to(torch.int32).cpu().numpy()
    rows, columns = np.nonzero(listed >= 0)
    return rows.astype(np.int32), listed[rows, columns]


def _largest_gap(places: np.ndarray, of_neighbours: np.ndarray, n: int) -> float:
    counts = np.bincount(np.abs(places - of_neighbours), minlength=n)
    way = np.arange(n, dtype=np.float64)
    by_chance = way * (2 * n - way - 1) / (n * (n - 1))
    upto = counts.cumsum()
    # cleanlab's empirical function is read just before each of its steps, also within a tie.
    first, last = (upto - counts) / len(places), (upto - 1) / len(places)
    gaps = np.maximum(np.abs(first - by_chance), np.abs(last - by_chance))
    return float(gaps[counts > 0].max())


def _area_by_chance(way: Tensor, here: Tensor, n: int) -> Tensor:
    """Integral from 0 to `way` of the share of other rows that lie within a way of `here`."""
    near = torch.minimum(here, n - 1 - here).to(way.dtype)  # up to there rows lie on both sides
    both = torch.minimum(way, near)
    one = way.clamp(max=n - 1 - near).maximum(near)
    beyond = (way - (n - 1 - near)).clamp(min=0)
    return (both**2 + 0.5 * (one + 3 * near) * (one - near)) / (n - 1) + beyond
