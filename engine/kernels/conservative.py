"""Several opinions about the same thing as one that does not promise too much."""

import torch
from torch import Tensor

from store.errors import UserError

WAYS = ("mean", "worst", "lower", "upper")


def aggregate(members: Tensor, *, how: str, spread: float) -> Tensor:
    """(n,) of members (n, m), high = more of it; nan members do not count.

    mean; worst = the smallest; lower, upper = mean -+ spread times the (population) deviation.

    >>> scores = torch.tensor([[0.9, 0.8, 0.7, 0.85, 0.75]])
    >>> [round(float(aggregate(scores, how=how, spread=0.5)), 4) for how in WAYS]
    [0.8, 0.7, 0.7646, 0.8354]
    """
    if how not in WAYS:
        raise UserError(f"how={how!r} is no way to join rankings. There are {', '.join(WAYS)}.")
    if how == "worst":
        worst = members.nan_to_num(nan=torch.inf).amin(dim=1)
        return worst.masked_fill(worst.isinf(), torch.nan)
    mean = members.nanmean(dim=1)
    deviation = ((members - mean.unsqueeze(1)) ** 2).nanmean(dim=1).sqrt()
    return mean + {"mean": 0.0, "lower": -spread, "upper": spread}[how] * deviation
