"""GraNd: how hard a row pulls at the weights while the model trains on it."""

from torch import Tensor

from engine.contract import scorer


@scorer(
    title="GraNd",
    finds="label error",
    review_first="highest",
    range=(0.0, float("inf")),
    cost="O(n)",
    source="Paul, Ganguli, Dziugaite: Deep Learning on a Data Diet, NeurIPS 2021",
)
def grand(grand_by_epoch: Tensor, *, epoch: int = 5) -> Tensor:
    """Length of the gradient of the row's loss by all weights of the heads that train on the row.

    0 = the given label is predicted with certainty; large = the row alone would change the model
    most. nan for unlabelled rows. Large for wrong labels and for hard or far-out rows alike.

    Exact, from a closed form. A linear head's GraNd is EL2N times sqrt(|x|² + 1), so on rows of
    one length it orders them as EL2N does. Before training it follows the length of the inputs
    and says nothing about labels: it is read after an epoch, never at the start.

    >>> import torch
    >>> length = 0.812463 * (torch.tensor([1.0, 2.0, -1.0]).square().sum() + 1).sqrt()
    >>> grand.function(torch.tensor([[3.0, length]]), epoch=2)
    tensor([2.1496])
    """
    return grand_by_epoch[:, epoch - 1]
