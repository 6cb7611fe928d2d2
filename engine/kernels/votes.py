"""What the neighbours say."""

from torch import Tensor


def nearest_labels(neighbours: Tensor, labels: Tensor, k: int) -> Tensor:
    """(n, width) int64 labels of the k nearest neighbours that have one, nearest first.

    -1 in the places of neighbours that are missing, unlabelled or beyond the k-th labelled one,
    so that a row has at most k other entries. width is that of `neighbours`.

    >>> import torch
    >>> nearest_labels(torch.tensor([[1, 2, 3]]).repeat(4, 1), torch.tensor([5, -1, 6, 7]), k=1)[0]
    tensor([-1,  6, -1])
    """
    found = labels[neighbours.clamp(min=0)].masked_fill(neighbours < 0, -1)
    rank = (found >= 0).cumsum(dim=1)
    return found.masked_fill(rank > k, -1)
