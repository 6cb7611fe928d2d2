"""The SimiFeat vote: near rows vote with their cosine, and a row for itself a little more."""

import torch
from torch import Tensor

from engine.kernels.votes import nearest_labels


def similarity_votes(
    neighbours: Tensor, distances: Tensor, labels: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Vote of the row itself and its k - 1 nearest labelled others, each class's sum over the norm.

    distances: cosine distances to the neighbours; a vote weighs max(0, 1 - distance), the row's
    own as though it were as much nearer than the first neighbour as that is than the second.
    Gives own (n,) in [0, 1], the vote for the given label; other (n,) in [0, 1], the most that any
    other class has; best (n,) int64, the class with most, the given one and then the nearest on
    ties. own and other are nan for unlabelled rows and where no other row votes; best is -1 in the
    second case. Where all are at right angles, every class has the same vote.
    Source: Zhu, Dong, Liu: Detecting corrupted labels without training a model to predict, 2022.

    >>> near, far = torch.tensor([[1, 2], [0, 2], [1, 0]]), torch.tensor([[0.2, 0.4]] * 3)
    >>> similarity_votes(near, far, torch.tensor([0, 0, 1]), k=3)
    (tensor([0.9487, 0.9487, 0.5812]), tensor([0.3162, 0.3162, 0.8137]), tensor([0, 0, 0]))
    """
    voted = nearest_labels(neighbours, labels, k - 1)
    counted = voted >= 0
    here = distances.masked_fill(~counted, torch.inf)
    first = here.amin(dim=1, keepdim=True)
    at_first = here.argmin(dim=1, keepdim=True)
    second = here.scatter(1, at_first, torch.inf).amin(dim=1, keepdim=True)
    second = second.where(second.isfinite(), first)
    lone = ~counted.any(dim=1)
    own_distance = (2 * first - second).masked_fill(lone[:, None] | (labels < 0)[:, None], 1.0)
    weights = (1 - torch.cat([own_distance, here], dim=1)).clamp(min=0)
    classes = torch.cat([labels[:, None], voted], dim=1)
    # One pass per voter: (n, k) at a time where a table of all classes would be (n, c).
    support = torch.stack(
        [(weights * (classes == one)).sum(dim=1) for one in classes.T[:, :, None]], dim=1
    )
    norm = (weights * support).sum(dim=1).sqrt()
    own = support[:, 0]
    rivals = support.masked_fill((classes == labels[:, None]) | (classes < 0), 0)
    other, place = rivals.max(dim=1)
    best = classes.gather(1, place[:, None]).squeeze(1).where(other > own, labels)
    best = best.masked_fill(lone, -1)
    even = 1 / max(len(labels[labels >= 0].unique()), 1) ** 0.5
    silent = norm == 0
    own = (own / norm).masked_fill(silent, even)
    other = (other / norm).masked_fill(silent, even if even < 1 else 0.0)
    unscored = lone | (labels < 0)
    return own.masked_fill(unscored, torch.nan), other.masked_fill(unscored, torch.nan), best


def worst_by_rate(values: Tensor, labels: Tensor, rates: Tensor) -> Tensor:
    """(n,) bool: in every class c, the share rates[c] of its rows with the highest values.

    values: (n,), nan = never flagged; rates: (c,) in [0, 1], nan = flag none of that class. Rows
    tied with the last one of that share are flagged with it.
    Source: the ranking rule (R) of SimiFeat.

    >>> values, labels = torch.tensor([3.0, 1.0, 2.0, 5.0]), torch.tensor([0, 0, 0, 1])
    >>> worst_by_rate(values, labels, torch.tensor([0.4, torch.nan]))
    tensor([ True, False, False, False])
    """
    flagged = torch.zeros(len(values), dtype=torch.bool, device=values.device)
    for label, rate in enumerate(rates.tolist()):
        members = (labels == label) & ~values.isnan()
        if rate == rate and members.any():
            inside = values[members].double()
            flagged[members] = inside >= inside.quantile(1 - rate)
    return flagged
