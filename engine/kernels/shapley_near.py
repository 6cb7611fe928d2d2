"""KNN-Shapley values read off the neighbour graph: near rows by rank, far ones by their number.

The values of `engine.kernels.shapley` need the order of all rows. Here only the ranks that the
graph lists are known; all rows beyond are taken for one run of ranks in unknown order, of which
the labels are known. They share the expectation over all orders, as rows at the same distance do,
so where k rows are listed the values still add up to what the votes are worth. Where the graph
lists every other row, they are exact.
"""

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks


def near_shapley_values(neighbours: Tensor, distances: Tensor, labels: Tensor, k: int) -> Tensor:
    """(n,) float64 mean value of every row to the vote of k on each of the others.

    neighbours, distances: (n, listed), nearest first, -1 and inf = none. labels: (n,), -1 =
    unlabelled, which neither evaluate nor are valued: nan. Also nan where fewer than two rows are
    labelled. In [-1/k, 1/k]; low or negative = the row misleads the vote. In one evaluation no
    value is off by more than 1 / max(k, r), r the number of labelled neighbours that are listed.
    Source: Jia et al., Efficient task-specific data valuation for nearest neighbor algorithms,
    VLDB 2019, theorems 1 and 2; theorem 2 has the same bound and gives far rows 0.

    >>> line, near = torch.tensor([0, 1, 0, 1, 0]), torch.tensor([[1], [0], [1], [2], [3]])
    >>> near_shapley_values(near, torch.ones(5, 1), line, k=1)
    tensor([ 0.0611, -0.1500,  0.0611, -0.0722,  0.1000], dtype=torch.float64)
    """
    found = torch.full((len(labels),), torch.nan, dtype=torch.float64, device=labels.device)
    labelled = labels >= 0
    m = int(labelled.sum())
    if m < 2:
        return found
    # Whole numbers add up to the same sum in any order. Their unit leaves room for m rows.
    unit = 2.0 ** (61 - m.bit_length())
    sizes = torch.bincount(labels[labelled])
    totals = torch.zeros(len(labels), dtype=torch.int64, device=labels.device)
    by_match, by_other = torch.zeros_like(sizes), torch.zeros_like(sizes)
    own = torch.zeros_like(totals)
    evaluated = labelled.nonzero().squeeze(1)
    for block in row_blocks(m, columns=32 * max(neighbours.shape[1], 1)):
        rows = evaluated[block]
        near, gaps = _labelled_first(neighbours[rows], distances[rows], labels)
        given = labels[rows]
        match = (labels[near.clamp(min=0)] == given[:, None]) & (near >= 0)
        listed = (near >= 0).sum(dim=1)
        far_match, far_other, beyond = _far(listed, sizes[given] - 1 - match.sum(dim=1), m, k)
        values = _near(match, gaps, beyond, k)
        far_match, far_other = ((one * unit).round().long() for one in (far_match, far_other))
        values = (values * unit).round().long()
        # What the row would have as a far one is added below, to every row.
        values -= torch.where(match, far_match[:, None], far_other[:, None])
        totals.index_add_(0, near[near >= 0], values[near >= 0])
        by_match.index_add_(0, given, far_match)
        by_other.index_add_(0, given, far_other)
        own[rows] = far_match
    everywhere = by_match - by_other + by_other.sum()
    totals += everywhere[labels.clamp(min=0)] - own
    found[labelled] = totals[labelled].double() / unit / m
    return found


def _labelled_first(neighbours: Tensor, distances: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Neighbours that have a label, nearest first, then -1; and their distances, then nan."""
    counted = (neighbours >= 0) & (labels[neighbours.clamp(min=0)] >= 0)
    place = (~counted).to(torch.int8).argsort(dim=1, stable=True)
    lacking = ~counted.gather(1, place)
    near = neighbours.gather(1, place).masked_fill(lacking, -1)
    return near, distances.double().gather(1, place).masked_fill(lacking, torch.nan)


def _weight(rank: Tensor, k: int) -> Tensor:
    return 1 / rank.clamp(min=k).double()


def _far(listed: Tensor, matches: Tensor, m: int, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """(b,) value of a match beyond those listed, of any other row, and what both take from near.

    matches: (b,) how many there are beyond.
    """
    ranks = torch.arange(m, device=listed.device)
    weights = _weight(ranks, k)
    sums = weights.cumsum(0)
    count = (m - 1 - listed).double()
    mean = (sums[-1] - sums[listed]) / count.clamp(min=1)
    fall = (mean - weights[-1]) / (count - 1).clamp(min=1)
    beyond = (weights[listed] - weights[-1]) * matches / count.clamp(min=1)
    return mean - (matches - 1).clamp(min=0) * fall, -matches * fall, beyond


def _near(match: Tensor, gaps: Tensor, beyond: Tensor, k: int) -> Tensor:
    """(b, listed) values of those listed; rows at the same distance share all their orders."""
    width = match.shape[1]
    ranks = torch.arange(1, width + 1, device=match.device)
    weights, before = _weight(ranks, k), _weight(ranks - 1, k)
    new = torch.ones_like(match)
    new[:, 1:] = gaps[:, 1:] != gaps[:, :-1]  # nan is new each time
    first = (ranks * new).cummax(dim=1).values
    ends = new.roll(-1, dims=1)
    ends[:, -1:] = True
    last = ranks.where(ends, width).flip(1).cummin(dim=1).values.flip(1)
    length = (last - first + 1).double()
    matches = match.double()
    seen = matches.cumsum(dim=1)
    inside = seen.gather(1, last - 1) - (seen - matches).gather(1, first - 1)
    sums = weights.cumsum(0)
    mean = (sums[last - 1] - sums[first - 1] + weights[first - 1]) / length
    end = weights[last - 1]
    # From the far end: every run adds its share of matches times its fall in weight.
    falls = (inside / length * (before - weights)).flip(1).cumsum(1).flip(1)
    falls = torch.cat([falls, torch.zeros_like(falls[:, :1])], dim=1)
    share = (inside - matches) / (length - 1).clamp(min=1)
    return matches * mean - share * (mean - end) - falls.gather(1, last) - beyond[:, None]
