"""ADORE's loss: how much stands above the known positives of a query?"""

import math

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.adore import query_loss


@scorer(
    title="ADORE loss of the query",
    finds="hard query",
    review_first="highest",
    range=(0.0, math.inf),
    cost="O(n log n)",
    source="Zhan et al.: Optimizing dense retrieval model training with hard negatives, SIGIR 2021",
    unit="pair",
)
def adore_loss(
    similarity: Tensor,
    query_of: Tensor,
    labels: Tensor,
    *,
    considered: int = 200,
    cut: int = 200,
) -> Tensor:
    """Loss that training on the query would see: unmarked passages above its known positives,
    weighed by what changing places with them would gain in reciprocal rank.

    0 = the known positives stand first by far. One value for all unmarked pairs of a query. nan
    for known positives and for queries without one.

    High = a hard query, or one whose best answers nobody marked. The paper trains the query
    encoder by it and looks again; here the vectors stay as they are.

    >>> zeros, labels = torch.zeros(4, dtype=torch.long), torch.tensor([0, 0, 1, 0])
    >>> adore_loss.function(torch.tensor([3.0, 2.0, 1.0, 0.0]), zeros, labels)[0]
    tensor(0.5543)
    """
    loss = query_loss(similarity, query_of, labels, considered=considered, cut=cut)
    return loss.float()[query_of].masked_fill(labels > 0, torch.nan)
