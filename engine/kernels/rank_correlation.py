"""Kendall's tau-b of two rankings, for many short lists at once."""

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks

FEWEST = 4
"""Pairs of ranks below which a correlation says nothing."""


def tau_b(one: Tensor, other: Tensor, list_of: Tensor, lists: int) -> Tensor:
    """(lists,) tau-b in [-1, 1]; nan for fewer than FEWEST entries or a constant side.

    one, other: (m,) ranks of the same things. list_of: (m,) int64 which list each belongs to.
    Quadratic in the longest list, in blocks of lists.

    >>> ranks = torch.tensor([1.0, 2.0, 3.0, 4.0])
    >>> tau_b(ranks, torch.tensor([1.0, 2.0, 4.0, 3.0]), torch.zeros(4, dtype=torch.long), 1)
    tensor([0.6667])
    """
    order = list_of.argsort(stable=True)
    counts = torch.bincount(list_of, minlength=lists)
    width = int(counts.max()) if len(order) else 0
    starts = counts.cumsum(0) - counts
    column = torch.arange(len(order), device=one.device) - starts[list_of[order]]
    padded = torch.full((2, lists, max(width, 1)), torch.nan, device=one.device)
    padded[0, list_of[order], column] = one[order].float()
    padded[1, list_of[order], column] = other[order].float()
    taus = torch.full((lists,), torch.nan, device=one.device)
    for rows in row_blocks(lists, columns=6 * width**2):
        left, right = (_signs(side[rows]) for side in padded)
        agreed = (left * right).sum(dim=(1, 2))
        scale = (left**2).sum(dim=(1, 2)) * (right**2).sum(dim=(1, 2))
        taus[rows] = agreed / scale.sqrt()  # 0 / 0 = nan: everything is tied on a side
    return taus.masked_fill(counts < FEWEST, torch.nan)


def _signs(ranks: Tensor) -> Tensor:
    """(b, m, m) which of two comes first; 0 for ties and padding."""
    return (ranks.unsqueeze(2) - ranks.unsqueeze(1)).sign().nan_to_num(nan=0.0)
