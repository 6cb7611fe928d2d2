"""Exact KNN-Shapley values: what every row is worth to a nearest-neighbour vote on all others.

For one evaluation row, let the others be ordered by distance, m_r = 1 where the r-th carries the
label of the evaluation row, and w_r = 1 / max(k, r). The recursion of the paper,
s_r = s_{r+1} + (m_r - m_{r+1}) min(k, r) / (k r), is then
s_r = w_r m_r - sum over j > r of m_j (w_{j-1} - w_j): one sort and one sum from the far end.

Rows at the same distance share the expectation over all their orders, so row numbers carry no
meaning. In a run of ranks a..b with q matches among L rows and T the sum over j > b, a match has
(1 - f) W + f w_b - T with f = (q - 1) / (L - 1), any other row -f (W - w_b) - T with
f = q / (L - 1), where W is the mean of w over the run. Where all or none of the run match, their
order makes no difference at all; where some do, it moves no value by more than w_{a-1} - w_b,
which far away is next to nothing.
"""

import numpy as np
import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks

KEYS = 2**24
"""Steps between the smallest and the largest distance: what float32 products can tell apart."""

BUCKETS = 2**13
"""Steps of distance that the compiled loops count in: their tables fit the second cache."""

TOLERANCE = 3e-6
"""The CPU does not look at an order that is worth less to one evaluation. Chosen by time: it comes
into play from about the 600th neighbour on, and the mean over all evaluations hardly feels it."""


def knn_shapley_values(vectors: Tensor, labels: Tensor, k: int) -> Tensor:
    """(n,) float64 mean Shapley value of every row to the vote of k on each of the others.

    vectors: (n, d), compared by Euclidean distance; labels: (n,), -1 = unlabelled, which neither
    evaluate nor are valued: nan. Also nan where fewer than two rows are labelled.
    In [-1/k, 1/k]; low or negative = the row misleads the vote. The mean is over all labelled
    rows, of which a row itself counts as 0. CPU and GPU agree to 1e-8: see TOLERANCE.
    Source: Jia et al., Efficient task-specific data valuation for nearest neighbor algorithms,
    VLDB 2019, theorem 1.

    >>> line = torch.arange(5.0)[:, None]
    >>> knn_shapley_values(line, torch.tensor([0, 1, 0, 1, 0]), k=4)
    tensor([0.1000, 0.0500, 0.1000, 0.0500, 0.1000], dtype=torch.float64)
    """
    found = torch.full((len(labels),), torch.nan, dtype=torch.float64, device=labels.device)
    labelled = (labels >= 0).nonzero().squeeze(1)
    if len(labelled) < 2:
        return found
    if vectors.device.type != "cpu":
        found[labelled] = by_sorting(vectors[labelled], labels[labelled], k)
        return found
    # In the order of the labels, so that the rows that match an evaluation row are a slice.
    grouped = labelled[labels[labelled].argsort(stable=True)]
    found[grouped] = _by_loops(vectors[grouped], labels[grouped], k)
    return found


def _weights(m: int, k: int) -> np.ndarray:
    """(m,) float64 w_r for r = 0..m-1; w_0 is never a difference that counts."""
    return 1 / np.maximum(k, np.arange(m))


def _key_scale(vectors: Tensor) -> tuple[Tensor, float]:
    """half (m,) and a factor, so that (half - x·y) * factor are keys in 1..KEYS-2.

    ‖y‖²/2 - x·y orders by distance to x and lies within -b/2 and 3b/2, b the largest ‖y‖².
    """
    squares = vectors.square().sum(dim=1)
    largest = max(float(squares.max()), 1e-30)
    return squares / 2 + 0.502 * largest, (KEYS - 4) / (2.005 * largest)


def _by_loops(vectors: Tensor, labels: Tensor, k: int) -> Tensor:
    """Products by torch, counted in buckets by compiled loops. In the order of the labels."""
    from engine.kernels.shapley_loops import add_values  # numba: only where it is asked for

    m = len(vectors)
    half, factor = _key_scale(vectors)
    # Whole numbers add up to the same sum in any order. Their unit leaves room for m rows.
    unit = 2.0 ** (61 - m.bit_length())
    exact = _weights(m, k)
    weights, sums = np.rint(exact * unit).astype(np.int64), np.cumsum(exact) - exact[0]
    sizes = torch.unique_consecutive(labels, return_counts=True)[1]
    bounds = np.concatenate([[0], sizes.cumsum(0).numpy()])
    parts = np.zeros((torch.get_num_threads(), m), dtype=np.int64)
    room = torch.empty(0)
    for rows in row_blocks(m, columns=m):
        products = torch.mm(vectors[rows], vectors.T, out=room.resize_(rows.stop - rows.start, m))
        add_values(
            products.numpy(), rows.start, half.numpy(), np.float32(factor), bounds, weights, sums,
            unit, int(TOLERANCE * unit), BUCKETS, parts,
        )  # fmt: skip
    totals = parts.sum(axis=0)
    return torch.from_numpy(totals / unit / m)


def by_sorting(vectors: Tensor, labels: Tensor, k: int) -> Tensor:
    """The same values by torch.sort, for a GPU; on a CPU it is several times slower.

    >>> by_sorting(torch.arange(5.0)[:, None], torch.tensor([0, 1, 0, 1, 0]), k=2)
    tensor([ 0.0667, -0.0167,  0.1000, -0.0167,  0.0667], dtype=torch.float64)
    """
    m = len(vectors)
    half, factor = _key_scale(vectors)
    weights = torch.from_numpy(_weights(m, k)).to(vectors.device)
    drops = weights.clone()  # w_{r-1} - w_r at r - 1
    drops[1:] = weights[:-1] - weights[1:]
    drops[0] = 0
    ranks, weights, drops = torch.arange(1, m, device=vectors.device), weights[1:], drops[1:]
    sums = weights.cumsum(0)
    totals = torch.zeros(m, dtype=torch.float64, device=vectors.device)
    for rows in row_blocks(m, columns=16 * m, megabytes=1024):
        keys = ((half - vectors[rows] @ vectors.T) * factor).to(torch.int32)
        own = torch.arange(rows.start, rows.stop, device=keys.device)[:, None]
        keys.scatter_(1, own, KEYS)
        keys, order = keys.sort(dim=1)
        keys, order = keys[:, :-1], order[:, :-1]
        match = (labels[order] == labels[rows, None]).double()
        # First and last rank of the run of equal keys that each place belongs to.
        new = torch.ones_like(keys, dtype=torch.bool)
        new[:, 1:] = keys[:, 1:] != keys[:, :-1]
        first = (ranks * new).cummax(dim=1).values
        ends = new.roll(-1, dims=1)
        ends[:, -1] = True
        last = ranks.where(ends, m).flip(1).cummin(dim=1).values.flip(1)
        length = (last - first + 1).double()
        matches = match.cumsum(1)
        before = (matches - match).gather(1, first - 1)
        inside = matches.gather(1, last - 1) - before
        # From the far end: every run adds its share of matches times its fall in weight.
        falls = (inside / length * drops).flip(1).cumsum(1).flip(1)
        beyond = falls.gather(1, last - 1) - (inside / length) * drops[last - 1]
        mean = (sums[last - 1] - sums[first - 1] + weights[first - 1]) / length
        share = (inside - match) / (length - 1).clamp(min=1)
        end = weights[last - 1]
        values = match * mean - share * (mean - end) - beyond
        totals.index_add_(0, order.flatten(), values.flatten())
    return totals / m
