"""Readings of (n, c) tables of probabilities."""

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks


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
    n, c = pred_probs.shape
    best = torch.empty(n, dtype=torch.int64, device=pred_probs.device)
    for rows in row_blocks(n, columns=2 * c):
        unknown = pred_probs[rows].isnan()
        first = pred_probs[rows].masked_fill(unknown, -torch.inf).argmax(dim=1)
        best[rows] = first.masked_fill(unknown.all(dim=1), -1)
    return best
