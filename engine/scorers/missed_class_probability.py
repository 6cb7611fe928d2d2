"""One-sided self-confidence: is a class seen where the negative one was given?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.missed import negative_class
from engine.kernels.tables import best_class


@scorer(
    title="Missed class, by all evidence",
    finds="missed class",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n c)",
    source="Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021: self-confidence, one class",
)
def missed_class_probability(
    joined_probs: Tensor, labels: Tensor, *, negative: int = -1
) -> tuple[Tensor, Tensor]:
    """Probability of any class but the negative one, for rows that were given the negative class.

    For data where one class means "none of these" and errors are members that nobody marked.
    `negative` is that class, -1 the largest. High = model and neighbours see a class; the
    suggestion is the best other class. nan on every row given another class or none.

    Fails where members are missed in the same way everywhere: then everything learns to miss them.
    The order is that of self-confidence; leaving the other rows out is what helps, since there a
    low confidence is usually a hard example. Not in the paper, which ranks all classes at once.

    >>> joined = torch.tensor([[0.9, 0.05, 0.05], [0.2, 0.5, 0.3], [0.3, 0.4, 0.3]])
    >>> values, suggested = missed_class_probability.function(joined, torch.tensor([0, 0, 2]))
    >>> values
    tensor([0.1000, 0.8000,    nan])
    >>> suggested
    tensor([ 1,  1, -1])
    """
    given = negative_class(labels, negative)
    is_negative = labels == given
    if not is_negative.any():
        return joined_probs.new_full((len(labels),), torch.nan), torch.full_like(labels, -1)
    others = joined_probs.clone()
    others[:, given] = torch.nan
    values = (1 - joined_probs[:, given]).masked_fill(~is_negative, torch.nan)
    return values, best_class(others).masked_fill(~is_negative, -1)
