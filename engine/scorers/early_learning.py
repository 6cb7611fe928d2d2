"""Early-learning target: what the model believed before it could learn the label by heart."""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.tables import at_given_label, best_class


@scorer(
    title="Early-learning target",
    finds="label error",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n c)",
    source="Liu, Niles-Weed, Razavian, Fernandez-Granda: Early-Learning Regularization Prevents "
    "Memorization of Noisy Labels, NeurIPS 2020",
)
def early_learning(early_targets: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Share of the early-learning target that lies on other labels than the given one.

    The target is a running mean of the probabilities in training, and holds the model back from
    learning wrong labels. Near 1 = it always believed another label, which is suggested. nan for
    unlabelled rows.

    Fails for rare classes, which every model learns late: rank within the class. Departs from
    the paper: one hidden layer on embeddings and a weaker pull; targets are averaged over folds.

    >>> import torch
    >>> target = torch.tensor([[0.2595, 0.3171, 0.0804]])
    >>> early_learning.function(target, torch.tensor([0]))
    (tensor([0.6050]), tensor([1]))
    """
    target = early_targets / early_targets.sum(dim=1, keepdim=True)
    return 1 - at_given_label(target, labels), best_class(target)
