"""First-stage rank: would BM25 have the passage for an easy positive?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.curricula import reciprocal_rank
from engine.kernels.systems import WORDS


@scorer(
    title="Ease by first rank",
    finds="hard negative",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n)",
    source="MacAvaney et al.: Training curricula for open domain answer re-ranking, SIGIR 2020 "
    "(reciprank)",
    unit="pair",
)
def first_stage_rank(system_ranks: Tensor, labels: Tensor) -> Tensor:
    """1 / rank of the passage by BM25: how easy it were to take it for relevant.

    1 = first. Of an unmarked pair this is what a curriculum calls its difficulty as a negative: a
    hard negative, or a missing positive. What BM25 does not name has rank 1,000. nan for known
    positives.

    Fails for pools drawn by BM25: its first places were looked at.

    >>> first_stage_rank.function(torch.tensor([[9.0, 1.0], [1.0, 4.0]]), torch.tensor([0, 0]))
    tensor([1.0000, 0.2500])
    """
    return reciprocal_rank(system_ranks[:, WORDS]).masked_fill(labels > 0, torch.nan)
