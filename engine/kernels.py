"""Maths that two or more scorers share: pure functions, no n x n array, no loop over rows."""

import torch
from torch import Tensor


def at_given_label(table: Tensor, labels: Tensor) -> Tensor:
    """(n,) the entry of every row of an (n, c) table in the column of its given label.

    nan for unlabelled rows.

    >>> table = torch.tensor([[0.2, 0.8], [0.6, 0.4]])
    >>> at_given_label(table, torch.tensor([1, -1]))
    tensor([0.8000,    nan])
    """
    entries = table.gather(1, labels.clamp(min=0).unsqueeze(1)).squeeze(1)
    return entries.masked_fill(labels < 0, torch.nan)


def best_class(pred_probs: Tensor) -> Tensor:
    """(n,) int64 the most probable class, the first one on ties; -1 where all are nan.

    >>> best_class(torch.tensor([[0.2, 0.8], [0.5, 0.5], [torch.nan, 0.1]]))
    tensor([1, 0, 1])
    """
    unknown = pred_probs.isnan()
    best = pred_probs.masked_fill(unknown, -torch.inf).argmax(dim=1)
    return best.masked_fill(unknown.all(dim=1), -1)


def nearest_labels(neighbours: Tensor, labels: Tensor, k: int) -> Tensor:
    """(n, width) int64 labels of the k nearest neighbours that have one, nearest first.

    -1 in the places of neighbours that are missing, unlabelled or beyond the k-th labelled one,
    so that a row has at most k other entries. width is that of `neighbours`.

    >>> nearest_labels(torch.tensor([[1, 2, 3]]).repeat(4, 1), torch.tensor([5, -1, 6, 7]), k=1)[0]
    tensor([-1,  6, -1])
    """
    found = labels[neighbours.clamp(min=0)].masked_fill(neighbours < 0, -1)
    rank = (found >= 0).cumsum(dim=1)
    return found.masked_fill(rank > k, -1)


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
