"""Readings of (n, k) tables of distances."""

import torch
from torch import Tensor


def mean_distance(distances: Tensor, k: int) -> Tensor:
    """(n,) mean distance to the k nearest neighbours, or to as many as there are; nan for none.

    >>> mean_distance(torch.tensor([[1.0, 3.0, 9.0], [torch.inf] * 3]), k=2)
    tensor([2., nan])
    """
    nearest = distances[:, :k]
    there = nearest.isfinite()
    return nearest.where(there, 0.0).sum(dim=1) / there.sum(dim=1).to(distances.dtype)


def median(values: Tensor) -> Tensor:
    """Median of a 1-D tensor without its nan, the mean of the middle two; nan when nothing is left.

    >>> median(torch.tensor([3.0, torch.nan, 1.0]))
    tensor(2.)
    """
    ordered = values[~values.isnan()].sort().values
    if len(ordered) == 0:
        return values.new_tensor(torch.nan)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
