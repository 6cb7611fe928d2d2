"""Forgetting: how often the given label was learnt and lost again."""

from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Forgetting events",
    finds="label error",
    review_first="highest",
    range=(0.0, float("inf")),
    cost="O(n epochs)",
    source="Toneva et al.: An Empirical Study of Example Forgetting during Deep Neural Network "
    "Learning, ICLR 2019",
)
def forgetting(correct_by_epoch: Tensor) -> Tensor:
    """How often the given label was predicted after one epoch and no longer after the next.

    A row that was never predicted right counts as epochs + 1, in place of the paper's infinity,
    so that means stay finite. nan for unlabelled rows. Coarse: a head forgets little, and most
    rows share the value 0.

    Departs from the paper where several heads train on a row and only the share that is right is
    known: the falls of that share are added up, and the part of the heads above its highest value
    counts as never having learnt. With one head this is the paper's count.

    >>> import torch
    >>> forgetting.function(torch.tensor([[1.0, 0, 1, 0], [0, 0, 0, 0], [0, 1, 1, 1]]))
    tensor([2., 5., 0.])
    """
    epochs = correct_by_epoch.shape[1]
    falls = (correct_by_epoch[:, :-1] - correct_by_epoch[:, 1:]).clamp(min=0).sum(dim=1)
    never = 1 - correct_by_epoch.amax(dim=1)
    return falls + never * (epochs + 1)
