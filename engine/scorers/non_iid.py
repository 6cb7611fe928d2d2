"""Non-IID order: does the place of a row in the table say what it is like?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.order import order_scores


@scorer(
    title="Order of collection",
    finds="non-iid order",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n k log k)",
    source="Cummings, Snorrason, Mueller: Detecting Dataset Drift and Non-IID Sampling via "
    "k-Nearest Neighbors, 2023; formula as in cleanlab 2.9",
)
def non_iid(neighbours: Tensor, positions: Tensor, *, k: int = 10) -> Tensor:
    """Whether the neighbours of a row lie all over the table, or mostly near it or far from it.

    1 = as chance has it, low = the order gives the row away: sorted by class, collected in
    bursts, two sources one after the other. nan where there is no other row. Whether the order
    of a whole dataset is more than chance is on the Data page, as one p-value.

    The value of one row says little alone: with 10 neighbours, 0.6 to 0.95 is usual by chance.
    cleanlab flags a single row at most; the rows here show where such a stretch is.

    >>> neighbours = torch.tensor([[1, 2], [0, 2], [1, 3], [2, 1]])
    >>> non_iid.function(neighbours, torch.arange(4), k=2)
    tensor([0.9169, 0.8349, 0.7551, 0.8893])
    """
    return order_scores(neighbours, positions, k).to(torch.float32)
