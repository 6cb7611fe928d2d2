"""First-stage score: the same by how much BM25 gives, not by the place."""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.curricula import normalised_score


@scorer(
    title="Ease by first score",
    finds="hard negative",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n)",
    source="MacAvaney et al.: Training curricula for open domain answer re-ranking, SIGIR 2020 "
    "(normscore)",
    unit="pair",
)
def first_stage_score(lexical: Tensor, query_of: Tensor, labels: Tensor) -> Tensor:
    """BM25 of the passage between the lowest (0) and the highest (1) of the query's candidates.

    Of an unmarked pair this is what a curriculum calls its difficulty as a negative. .5 where all
    candidates are alike. nan for known positives.

    Fails for pools drawn by BM25: its first places were looked at.

    >>> zeros = torch.zeros(3, dtype=torch.long)
    >>> first_stage_score.function(torch.tensor([8.0, 2.0, 0.0]), zeros, zeros)
    tensor([1.0000, 0.2500, 0.0000])
    """
    return normalised_score(lexical, query_of).masked_fill(labels > 0, torch.nan)
