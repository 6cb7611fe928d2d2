"""Dataset cartography, first axis: how sure the model was of the given label all along."""

from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Cartography: confidence",
    finds="label error",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n epochs)",
    source="Swayamdipta et al.: Dataset Cartography, EMNLP 2020",
)
def cartography_confidence(given_probs_by_epoch: Tensor) -> Tensor:
    """Mean over epochs of the probability of the given label, while heads train on the row.

    Low = hard to learn, which often means wrong; high = easy. nan for unlabelled rows. Hard but
    right rows of a rare class lie low too: compare within a class.

    >>> import torch
    >>> cartography_confidence.function(
    ...     torch.tensor([[0.244728, 0.422319], [0.665241, 0.090031]])
    ... )
    tensor([0.3335, 0.3776])
    """
    return given_probs_by_epoch.mean(dim=1)
