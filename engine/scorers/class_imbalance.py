"""Class imbalance: is the row of a class that is hardly there?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.flags import rarest_share


@scorer(
    title="Rarest class",
    finds="class imbalance",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n)",
    source="cleanlab 2.9, Datalab class_imbalance",
)
def class_imbalance(labels: Tensor) -> Tensor:
    """For rows of the rarest class its share of the labelled rows; 1 for every other row.

    nan for unlabelled rows. cleanlab flags the class below a tenth of an even share, 0.1 / classes.

    Not an error of these rows, but they are the ones to check first: a single wrong label is a
    large part of such a class, and a model learns little about it. Where several classes are
    equally rare, all of them count (cleanlab takes the first); empty classes do not.

    >>> class_imbalance.function(torch.tensor([0, 0, 0, 1, -1]))
    tensor([1.0000, 1.0000, 1.0000, 0.2500,    nan])
    """
    rarest, share, _ = rarest_share(labels)
    values = torch.where(torch.isin(labels, rarest), share, 1.0)
    return values.masked_fill(labels < 0, torch.nan)
