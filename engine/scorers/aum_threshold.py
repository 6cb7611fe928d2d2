"""AUM against threshold samples: how low an area under the margin is too low."""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.threshold import margin_above_threshold


@scorer(
    title="Area under the margin, above its threshold",
    finds="label error",
    review_first="lowest",
    range=(-float("inf"), float("inf")),
    cost="O(n d h epochs), h = 256 hidden units: trains heads of its own",
    source="Pleiss, Zhang, Elenberg, Weinberger: Identifying Mislabeled Data using the Area "
    "Under the Margin Ranking, NeurIPS 2020",
    runs="on request",
)
def aum_threshold(
    embeddings: Tensor, labels: Tensor, positions: Tensor, *, share: float = 0.01, seed: int = 0
) -> Tensor:
    """Area under the margin minus that of rows labelled wrong on purpose: below 0 = looks wrong.

    Some rows get the label of a class that does not exist, so their margins show what a wrong
    label looks like; the threshold is what only `share` of them exceed. Twice, with different
    rows, so that every row is judged; a row counts as wrong when every such run says so. nan for
    unlabelled rows, and with too few rows to choose from.

    Departs from the paper: one hidden layer on embeddings, and no more threshold rows than the
    smallest class has, so that the class made up is not the largest one.

    >>> import torch
    >>> aum_threshold.function(torch.eye(2), torch.tensor([0, -1]), torch.arange(2))
    tensor([nan, nan])
    """
    return margin_above_threshold(embeddings, labels, positions, share=share, seed=seed)
