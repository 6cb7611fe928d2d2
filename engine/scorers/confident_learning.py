"""Confident learning: which labels do the class thresholds and the confident joint call wrong?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.confident import flag_errors, read_confident


@scorer(
    title="Confident learning",
    finds="label error",
    review_first="lowest",
    range=(-1.0, 1.0),
    cost="O(n c + n log n)",
    source="Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; filters as in cleanlab 2.9",
)
def confident_learning(
    pred_probs: Tensor,
    labels: Tensor,
    *,
    filter: str = "prune_by_noise_rate",
    min_examples_per_class: int = 1,
    frac_noise: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """Normalised margin, less 1 where confident learning calls the label wrong: below 0 = flagged.

    Flagged rows come first, lowest margin first, then the others by margin. The filter decides:
    prune_by_noise_rate, prune_by_class, both, confident_learning, predicted_neq_given,
    low_self_confidence or low_normalized_margin. The suggestion is the class that reaches its
    threshold, else the most probable one. nan for unlabelled rows, for rows with an unknown
    probability and where there is no second class.

    Counts too few errors where people made them: plain disagreement (predicted_neq_given) then
    finds more. A class with one member sets its own threshold. Of equal values at the cut the
    first rows are flagged; the value itself is ours, cleanlab returns flags.

    >>> pred_probs = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    >>> values, suggested = confident_learning.function(pred_probs, torch.tensor([0, 0, 0, 1, 1]))
    >>> values
    tensor([ 0.9000,  0.8000, -0.9000,  0.8000,  0.7000])
    >>> suggested
    tensor([0, 0, 1, 1, 1])
    """
    table = pred_probs.cpu().numpy()
    found = read_confident(table, labels.cpu().numpy())
    flagged = flag_errors(
        found, table, filter, frac_noise=frac_noise, min_examples_per_class=min_examples_per_class
    )
    values = torch.tensor(found.margin - flagged, device=pred_probs.device)
    return values, torch.tensor(found.suggestion, device=pred_probs.device)
