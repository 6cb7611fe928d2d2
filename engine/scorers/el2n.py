"""EL2N: how far the prediction is from the given label while the model trains on it."""

import math

from torch import Tensor

from engine.contract import scorer


@scorer(
    title="EL2N",
    finds="label error",
    review_first="highest",
    range=(0.0, math.sqrt(2)),
    cost="O(n)",
    source="Paul, Ganguli, Dziugaite: Deep Learning on a Data Diet, NeurIPS 2021",
)
def el2n(el2n_by_epoch: Tensor, *, epoch: int = 5) -> Tensor:
    """Length of the error vector, softmax minus one-hot, of heads that train on the row.

    0 = the given label is predicted with certainty, 1.41 = another one is. nan for unlabelled
    rows. High values hold wrong labels and hard examples alike: look, do not delete.

    Read early, as in the paper: later a model begins to learn wrong labels by heart. The paper
    counts epochs of a deep network; a head on embeddings has settled after about five.

    >>> import torch
    >>> softmax = torch.tensor([0.422379, 0.345815, 0.231806])     # of the logits .2, 0, -.4
    >>> error = (softmax - torch.tensor([0.0, 1.0, 0.0])).norm()
    >>> el2n.function(torch.tensor([[1.2, error]]), epoch=2)
    tensor([0.8125])
    """
    return el2n_by_epoch[:, epoch - 1]
