"""Missed classes: which rows given the negative class look like members of another one."""

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks

NOBODY = -2
"""A class that no row has: -1 would be the unlabelled rows."""


def negative_class(labels: Tensor, negative: int) -> int:
    """Position of the negative class: `negative`, or the largest class where that is -1.

    The first one of equally large classes; -2, which no row has, where nothing is labelled.

    >>> negative_class(torch.tensor([0, 2, 2, -1, -1, -1]), -1)
    2
    """
    labelled = labels[labels >= 0]
    if negative >= 0:
        return negative
    return int(labelled.bincount().argmax()) if len(labelled) else NOBODY


def nearest(queries: Tensor, base: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k rows of base (m, d) nearest to each query (q, d), nearest first.

    Returns (q, k) Euclidean distances and (q, k) int64 rows of base; fewer than k columns where
    base has fewer rows. One block of queries at a time.

    >>> nearest(torch.tensor([[0.0], [5.0]]), torch.tensor([[4.0], [1.0], [9.0]]), k=2)
    (tensor([[1., 4.],
            [1., 4.]]), tensor([[1, 0],
            [0, 1]]))
    """
    k = min(k, len(base))
    rows = torch.empty(len(queries), k, dtype=torch.int64, device=queries.device)
    distances = queries.new_empty(len(queries), k)
    for block in row_blocks(len(queries), columns=len(base) + k * base.shape[1]):
        part = queries[block]
        found = torch.cdist(part, base).topk(k, dim=1, largest=False).indices
        # Again from the differences: of a matrix product the last digits depend on the block.
        exact = (part.unsqueeze(1) - base[found]).square().sum(dim=2).sqrt()
        distances[block], order = exact.sort(dim=1, stable=True)
        rows[block] = found.gather(1, order)
    return distances, rows


def votes_of_queries(
    distances: Tensor, rows: Tensor, classes: Tensor, n: int, c: int
) -> tuple[Tensor, Tensor]:
    """What the queries say of the rows they found: votes per class, and the winner.

    distances, rows: (q, k) as from `nearest`. classes: (q,) int64 what each query votes for.
    n, c: rows that can be found, classes. Returns (n, c) votes and (n,) int64 the class with the
    most, that of the nearest query on ties; 0 where nobody voted.

    >>> votes, winner = votes_of_queries(
    ...     torch.tensor([[0.1, 0.3], [0.2, 0.9]]), torch.tensor([[0, 1], [1, 2]]),
    ...     torch.tensor([0, 1]), n=4, c=2)
    >>> votes.tolist()
    [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
    >>> winner
    tensor([0, 1, 1, 0])
    """
    cells = (rows * c + classes.unsqueeze(1)).flatten()
    votes = distances.new_zeros(n * c).index_add(0, cells, torch.ones_like(distances).flatten())
    closest = distances.new_full((n * c,), torch.inf)
    closest = closest.scatter_reduce(0, cells, distances.flatten(), "amin").view(n, c)
    votes = votes.view(n, c)
    return votes, closest.masked_fill(votes < votes.amax(dim=1, keepdim=True), torch.inf).argmin(1)


def most_frequent(labels: Tensor) -> tuple[Tensor, Tensor]:
    """(m,) the most frequent of the labels (m, k) of each row, the first on ties; and how often.

    >>> most_frequent(torch.tensor([[3, 5, 5], [2, 1, 0]]))
    (tensor([5, 2]), tensor([2, 1]))
    """
    support = torch.stack([(labels == one.unsqueeze(1)).sum(dim=1) for one in labels.T], dim=1)
    count = support.amax(dim=1, keepdim=True)
    first = (support == count).int().argmax(dim=1, keepdim=True)
    return labels.gather(1, first).squeeze(1), count.squeeze(1)


def inverse_distance_share(differs: Tensor, distances: Tensor) -> Tensor:
    """(m,) share of the neighbours for which `differs` (m, k) holds, each weighing 1 / distance.

    An exact copy outweighs whatever is no copy.

    >>> inverse_distance_share(torch.tensor([[True, False]]), torch.tensor([[1.0, 3.0]]))
    tensor([0.7500])
    """
    weights = 1 / distances.clamp(min=1e-6)
    return (weights * differs).sum(dim=1) / weights.sum(dim=1)
