"""Normalised margin: does the model believe another label more than the given one?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.blocks import row_blocks
from engine.kernels.tables import at_given_label, best_class


@scorer(
    title="Normalised margin",
    finds="label error",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n c)",
    source="Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; formula as in cleanlab 2.9",
)
def normalized_margin(pred_probs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Probability of the given label minus that of the best other class, halved, plus a half.

    Below 0.5 the model prefers another label, near 0 it is sure of it; the suggestion is the most
    probable class. nan for unlabelled rows, for a class too small to be cross-validated, and
    where there is no second class to prefer.

    Fails where the model is confidently wrong. Among rows that the model finds hard it is fairer
    than self-confidence: it asks for a better answer, not for a high probability.

    >>> pred_probs = torch.tensor([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]])
    >>> values, suggested = normalized_margin.function(pred_probs, torch.tensor([0, 0, 0]))
    >>> values
    tensor([0.9250, 0.2500, 0.1500])
    >>> suggested
    tensor([0, 1, 2])
    """
    given = labels.clamp(min=0).unsqueeze(1)
    best_other = torch.empty_like(pred_probs[:, 0])
    for rows in row_blocks(len(pred_probs), columns=2 * pred_probs.shape[1]):
        others = pred_probs[rows].scatter(1, given[rows], -torch.inf)
        best_other[rows] = others.nan_to_num_(nan=-torch.inf, neginf=-torch.inf).amax(dim=1)
    margin = (at_given_label(pred_probs, labels) - best_other + 1) / 2
    return margin.masked_fill(best_other.isinf(), torch.nan), best_class(pred_probs)
