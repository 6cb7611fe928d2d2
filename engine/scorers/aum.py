"""AUM: the area under the margin of the given label while the model trains on it."""

from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Area under the margin",
    finds="label error",
    review_first="lowest",
    range=(-float("inf"), float("inf")),
    cost="O(n epochs)",
    source="Pleiss, Zhang, Elenberg, Weinberger: Identifying Mislabeled Data using the Area "
    "Under the Margin Ranking, NeurIPS 2020",
)
def aum(margins_by_epoch: Tensor) -> Tensor:
    """Mean over epochs of the given label's logit minus the largest other logit.

    Below 0 the model preferred another label most of the time although it trained on this one.
    nan for unlabelled rows and with a single class. Hard but right rows lie low as well; the
    threshold scorer says how low is low.

    Departs from the paper: read after each epoch from all heads that train on the row, not at
    the visit within it, and from the first epoch on.

    >>> import torch
    >>> aum.function(torch.tensor([[-1.0, 0.0], [1.0, -2.0], [1.26, 1.15]]))
    tensor([-0.5000, -0.5000,  1.2050])
    """
    return margins_by_epoch.mean(dim=1)
