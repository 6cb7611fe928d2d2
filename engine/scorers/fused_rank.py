"""Fused rank: all rankings of the candidates in one."""

import torch
from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Fused rank",
    finds="missing positive",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n s)",
    source="Cormack, Clarke, Büttcher: Reciprocal rank fusion outperforms Condorcet and individual "
    "rank learning methods, SIGIR 2009",
    unit="pair",
)
def fused_rank(system_ranks: Tensor, labels: Tensor, *, offset: int = 60) -> Tensor:
    """Mean over the rankings (cosine, BM25, your runs) of 1 / (60 + rank), times 61.

    1 = first everywhere; a ranking that does not name the passage counts 0. nan for known
    positives. The paper sums; the mean keeps sets with different numbers of runs on one scale.

    Fails where most rankings go by words, as all of them count alike.

    >>> ranks = torch.tensor([[1.0, 1.0], [1.0, torch.nan]])
    >>> fused_rank.function(ranks, torch.tensor([0, 0]))
    tensor([1.0000, 0.5000])
    """
    parts = (1 / (offset + system_ranks)).nan_to_num(nan=0.0)
    return ((offset + 1) * parts.mean(dim=1)).masked_fill(labels > 0, torch.nan)
