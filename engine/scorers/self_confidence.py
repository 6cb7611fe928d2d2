"""Self-confidence: does the model believe the given label?"""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.tables import at_given_label, best_class


@scorer(
    title="Self-confidence",
    finds="label error",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n c)",
    source="Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; formula as in cleanlab 2.9",
)
def self_confidence(pred_probs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Out-of-sample probability that the model gives to the given label.

    Low where a model that has not seen the row believes another label; the suggestion is the
    most probable class. nan for unlabelled rows and for a class too small to be cross-validated.

    Fails where the model is confidently wrong in a whole region (classes the embedding merges),
    and puts hard but right examples first when many classes share the probability:
    normalised margin does that less. In-sample probabilities make every row look right.

    >>> import torch
    >>> pred_probs = torch.tensor([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1], [0.3, 0.4, 0.3]])
    >>> values, suggested = self_confidence.function(pred_probs, torch.tensor([0, 0, -1]))
    >>> values
    tensor([0.9000, 0.2000,    nan])
    >>> suggested
    tensor([0, 1, 1])
    """
    return at_given_label(pred_probs, labels), best_class(pred_probs)
