"""How easy a pair is for a first ranking, and the weights a curriculum makes of it."""

import torch
from torch import Tensor

from engine.kernels.queries import number_of_queries

UNRANKED = 1000.0
SMALLEST = 1e-8


def reciprocal_rank(ranks: Tensor) -> Tensor:
    """(n,) in (0, 1]: 1 / rank from 1; what a ranking does not name has rank 1,000.

    >>> reciprocal_rank(torch.tensor([1.0, 4.0, torch.nan]))
    tensor([1.0000, 0.2500, 0.0010])
    """
    return 1 / ranks.nan_to_num(nan=UNRANKED)


def normalised_score(values: Tensor, query_of: Tensor) -> Tensor:
    """(n,) in [0, 1]: from the query's lowest score to its highest; .5 where all are equal."""
    q = number_of_queries(query_of)
    ends = [
        torch.zeros(q, dtype=values.dtype, device=values.device).scatter_reduce(
            0, query_of, values, how, include_self=False
        )[query_of]
        for how in ("amin", "amax")
    ]
    span = ends[1] - ends[0]
    return ((values - ends[0]) / span).masked_fill(span <= 0, 0.5)


def pointwise_weight(ease: Tensor, relevant: Tensor) -> Tensor:
    """(n,) weight of an example: how easy it is to see that it is relevant, or that it is not."""
    return torch.where(relevant, ease, 1 - ease) + SMALLEST


def pairwise_weight(ease_positive: Tensor, ease_negative: Tensor) -> Tensor:
    """(n,) weight of a triplet: 1 = the first ranking tells the two apart, 0 = the wrong way.

    >>> pairwise_weight(torch.tensor([1.0]), torch.tensor([0.5]))
    tensor([0.7500])
    """
    return (ease_positive - ease_negative + 1) / 2 + SMALLEST


def scheduled(weight: Tensor, epoch: int, epochs: int = 20) -> Tensor:
    """Weights of an epoch: from `weight` at 0 to 1 for everybody at `epochs`.

    To be multiplied with each example's own loss. OpenNIR multiplies the mean loss of a batch with
    the mean weight, which is a schedule of the learning rate and no curriculum.
    """
    share = min(epoch / epochs, 1.0)
    return weight * (1 - share) + share
