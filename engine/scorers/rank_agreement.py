"""Rank agreement: how many rankings put the passage in front?"""

import torch
from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Rank agreement",
    finds="missing positive",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n s)",
    source="Pooled judgements: Spärck Jones, van Rijsbergen, 1975; the share is ours",
    unit="pair",
)
def rank_agreement(system_ranks: Tensor, labels: Tensor, *, depth: int = 20) -> Tensor:
    """Share of the rankings (cosine, BM25, your runs) that have the passage in their first 20.

    1 = all of them. nan for known positives. Coarse with few rankings: many pairs tie, and ties
    are in the order of the table.

    Fails where rankings are alike (two kinds of BM25 count twice).

    >>> ranks = torch.tensor([[1.0, 3.0], [25.0, 2.0], [torch.nan, 40.0]])
    >>> rank_agreement.function(ranks, torch.tensor([0, 0, 0]))
    tensor([1.0000, 0.5000, 0.0000])
    """
    return (system_ranks <= depth).float().mean(dim=1).masked_fill(labels > 0, torch.nan)
