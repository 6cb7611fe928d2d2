"""ADORE's loss of a query: how far its known positives are from the top of its candidates."""

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks
from engine.kernels.positives import known_positives
from engine.kernels.queries import number_of_queries


def query_loss(
    similarity: Tensor, query_of: Tensor, labels: Tensor, *, considered: int, cut: int
) -> Tensor:
    """(q,) float64 mean over (positive i, other j) of |g_i - g_j| log(1 + exp(s_j - s_i)).

    g = 1 / rank among the query's candidates by similarity, 0 beyond `cut`. Only the first
    `considered` count; where no positive is among them, all of the query's are appended behind.
    nan for a query without a known positive or without another candidate.

    >>> scores, labels = torch.tensor([3.0, 2.0, 1.0, 0.0]), torch.tensor([1, 0, 0, 0])
    >>> query_loss(scores, torch.zeros(4, dtype=torch.long), labels, considered=200, cut=200)
    tensor([0.0926], dtype=torch.float64)
    """
    q = number_of_queries(query_of)
    order = similarity.argsort(descending=True, stable=True)
    order = order[query_of[order].argsort(stable=True)]
    counts = torch.bincount(query_of, minlength=q)
    starts = counts.cumsum(0) - counts
    rank = torch.empty_like(query_of)
    rank[order] = torch.arange(len(order), device=order.device) - starts[query_of[order]] + 1
    known = labels > 0
    inside = rank <= considered
    any_inside = torch.bincount(query_of[inside & known], minlength=q)[query_of] > 0
    appended = known & ~any_inside
    behind = appended.nonzero().squeeze(1)
    behind = behind[rank[behind].argsort(stable=True)]
    behind = behind[query_of[behind].argsort(stable=True)]
    some = torch.bincount(query_of[behind], minlength=q)
    place = (
        torch.arange(len(behind), device=order.device) - (some.cumsum(0) - some)[query_of[behind]]
    )
    rank[behind] = counts[query_of[behind]].clamp(max=considered) + place + 1
    gain = (1.0 / rank).masked_fill(rank > cut, 0.0)
    return _mean_loss(
        similarity, query_of, labels, gain, (inside | appended) & ~known, inside | appended
    )


def _mean_loss(
    similarity: Tensor, query_of: Tensor, labels: Tensor, gain: Tensor, other: Tensor, shown: Tensor
) -> Tensor:
    """(q,) the mean over all (positive shown, other); one entry per combination, in blocks."""
    positives = known_positives(query_of, labels * shown)
    rows = other.nonzero().squeeze(1)
    per_row = positives.counts[query_of[rows]]
    ends = per_row.cumsum(0)
    total = torch.zeros(len(positives.counts), dtype=torch.float64, device=gain.device)
    entries = int(ends[-1]) if len(rows) else 0
    for block in row_blocks(entries, columns=12):
        entry = torch.arange(block.start, block.stop, device=gain.device)
        at = torch.searchsorted(ends, entry, right=True)
        j, query = rows[at], query_of[rows[at]]
        i = positives.row[positives.starts[query] + entry - ends[at] + per_row[at]]
        loss = torch.nn.functional.softplus((similarity[j] - similarity[i]).double())
        total.index_add_(0, query, (gain[i] - gain[j]).abs().double() * loss)
    pairs = torch.zeros_like(total).index_add_(0, query_of[rows], per_row.double())
    return total / pairs  # 0 / 0 = nan: nothing to compare
