"""Confidence-weighted entropy: how undecided is the model, for how little belief in the label?"""

from math import log

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.blocks import row_blocks
from engine.kernels.tables import at_given_label, best_class


@scorer(
    title="Confidence-weighted entropy",
    finds="label error",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n c)",
    source="Kuan, Mueller: Model-agnostic label quality scoring, 2022; formula as in cleanlab 2.9",
)
def confidence_weighted_entropy(pred_probs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Entropy over self-confidence, brought to 0 to 1: low = torn, or sure of another label.

    r = entropy / log c / self-confidence, value log(1 + r) / r. The suggestion is the most probable
    class. nan for unlabelled rows, for rows with an unknown probability, with a single class.

    Where r is 0 the value is its limit 1: cleanlab gives a certain and right prediction 0, the
    worst value. A row that is certain of another class has r = 0 / 0 and gets 0. Weak where a
    model is overconfident, and it takes hard but right examples for errors.

    >>> pred_probs = torch.tensor([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1], [1.0, 0.0, 0.0]])
    >>> labels = torch.tensor([0, 0, 0])
    >>> values, suggested = confidence_weighted_entropy.function(pred_probs, labels)
    >>> values
    tensor([0.8415, 0.4211, 1.0000])
    >>> suggested
    tensor([0, 1, 0])
    """
    c = pred_probs.shape[1]
    own, best = at_given_label(pred_probs, labels), best_class(pred_probs)
    values = torch.full_like(own, torch.nan)
    if c < 2:
        return values, best
    log_c = log(c)
    for rows in row_blocks(len(pred_probs), columns=2 * c):
        probs = pred_probs[rows]
        logs = probs.clamp(min=torch.finfo(probs.dtype).tiny).log_()
        entropy = -(logs.mul_(probs).sum(dim=1, dtype=torch.float64) / log_c).clamp(max=0)
        mine = own[rows].double()
        ratio = entropy / mine.clamp(min=1e-6)
        value = (ratio.log1p() / ratio).where(ratio > 0, 1.0)
        value = value.masked_fill((entropy == 0) & (mine < 0.5), 0.0)
        values[rows] = value.where(mine.isfinite() & entropy.isfinite(), torch.nan).to(own.dtype)
    return values, best
