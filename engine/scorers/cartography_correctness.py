"""Dataset cartography, the colour: in how many epochs the given label was predicted."""

from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Cartography: correctness",
    finds="label error",
    review_first="lowest",
    range=(0.0, float("inf")),
    cost="O(n epochs)",
    source="Swayamdipta et al.: Dataset Cartography, EMNLP 2020",
)
def cartography_correctness(correct_by_epoch: Tensor) -> Tensor:
    """Number of epochs after which the given label was predicted, mean of the heads that train.

    0 = never, the number of epochs = always. nan for unlabelled rows. Coarse: most rows share
    one of the two ends, so use it to group rows more than to order them.

    >>> import torch
    >>> cartography_correctness.function(torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.75, 1.0]]))
    tensor([0.0000, 1.0000, 1.7500])
    """
    return correct_by_epoch.sum(dim=1)
