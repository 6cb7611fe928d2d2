"""Neighbour vote: do the nearest examples carry the same label?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.votes import nearest_labels


@scorer(
    title="Neighbour vote",
    finds="label error",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n k²)",
    source="Wilson: Asymptotic properties of nearest neighbor rules using edited data, 1972",
)
def neighbour_vote(neighbours: Tensor, labels: Tensor, *, k: int = 10) -> tuple[Tensor, Tensor]:
    """Share of the k nearest labelled neighbours that carry the given label.

    0 = none of them agrees. The suggestion is their most frequent label, the nearest one on ties.
    nan for unlabelled rows and where no neighbour has a label.

    Fails where wrong labels come in clumps (a whole burst or author mislabelled alike) and for
    classes with fewer than k / 2 members. Departs from the paper, which edits with a yes or no
    at k = 3: the share keeps the order.

    >>> neighbours = torch.tensor([[1, 2, 3], [0, 2, 3], [1, 3, 0], [2, 1, -1]])
    >>> values, suggested = neighbour_vote.function(neighbours, torch.tensor([0, 1, 1, -1]), k=3)
    >>> values
    tensor([0.0000, 0.5000, 0.5000,    nan])
    >>> suggested
    tensor([1, 0, 1, 1])
    """
    votes = nearest_labels(neighbours, labels, k)
    counted = votes >= 0
    agreeing = (votes == labels.unsqueeze(1)) & counted
    share = agreeing.sum(dim=1) / counted.sum(dim=1)  # 0 / 0 = nan: nobody voted
    share = share.masked_fill(labels < 0, torch.nan)
    # One pass per neighbour: (n, k) at a time where (n, k, k) would be k times the graph.
    support = torch.stack([(votes == vote).sum(dim=1) for vote in votes.T[:, :, None]], dim=1)
    place = support.masked_fill(~counted, 0).argmax(dim=1, keepdim=True)
    return share, votes.gather(1, place).squeeze(1)
