"""Rank consistency: do meaning and words agree about a query's candidates?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.queries import number_of_queries
from engine.kernels.rank_correlation import tau_b


@scorer(
    title="Rank consistency",
    finds="hard query",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n depth)",
    source="Wang et al.: CREAM: consistency regularized self-rewarding language models, ICLR 2025",
    unit="pair",
)
def rank_consistency(
    system_ranks: Tensor, query_of: Tensor, labels: Tensor, *, depth: int = 100
) -> Tensor:
    """(tau-b + 1) / 2 between cosine and BM25 over what both name, one of them among its first 100.

    1 = the same order, .5 = nothing to do with each other. One value for all unmarked pairs of a
    query; nan for known positives. A query with fewer than 4 such pairs has the mean of the others.

    Low = a query whose judged pool says little about other rankers. Departs from the paper's code,
    which breaks ties by place in the list.

    >>> ranks = torch.tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 4.0], [4.0, 3.0]])
    >>> zeros = torch.zeros(4, dtype=torch.long)
    >>> rank_consistency.function(ranks, zeros, zeros)
    tensor([0.8333, 0.8333, 0.8333, 0.8333])
    """
    both = system_ranks[:, :2]
    counted = ~both.isnan().any(dim=1) & (both <= depth).any(dim=1)
    ranks, q = both[counted], number_of_queries(query_of)
    share = (tau_b(ranks[:, 0], ranks[:, 1], query_of[counted], q) + 1) / 2
    share = share.where(~share.isnan(), share.nanmean())
    return share[query_of].masked_fill(labels > 0, torch.nan)
