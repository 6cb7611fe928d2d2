"""Dataset cartography, second axis: how much the model's mind changed about the given label."""

from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Cartography: variability",
    finds="hard example",
    review_first="highest",
    range=(0.0, 0.5),
    cost="O(n epochs)",
    source="Swayamdipta et al.: Dataset Cartography, EMNLP 2020",
)
def cartography_variability(given_probs_by_epoch: Tensor, *, first: int = 2) -> Tensor:
    """Standard deviation over epochs of the probability of the given label: high = ambiguous.

    Finds rows between classes, not wrong labels: those stay low all along and hardly vary.
    nan for unlabelled rows.

    Departs from the paper: epochs before `first` are left out. In the first epoch of a head every
    easy row climbs from chance to certainty and would vary most. first = 1 is the paper's value,
    the standard deviation of a population.

    >>> import torch
    >>> cartography_variability.function(
    ...     torch.tensor([[0.244728, 0.422319], [0.665241, 0.090031]]), first=1
    ... )
    tensor([0.0888, 0.2876])
    """
    return given_probs_by_epoch[:, first - 1 :].std(dim=1, correction=0)
