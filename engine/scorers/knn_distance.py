"""Distance to the neighbours: is there anything like this row?"""

import math

from torch import Tensor

from engine.contract import scorer
from engine.kernels.distances import mean_distance


@scorer(
    title="Distance to neighbours",
    finds="outlier",
    review_first="highest",
    range=(0.0, math.inf),
    cost="O(n k)",
    source="Angiulli, Pizzuti: Fast outlier detection in high dimensional spaces, PKDD 2002",
)
def knn_distance(distances: Tensor, *, k: int = 10) -> Tensor:
    """Mean distance to the k nearest other examples, in the units of the neighbour graph.

    0 = k exact copies. High = nothing is like this row: a stranger, a broken file, a rare case.
    nan where there is no other row. cleanlab's outlier score is exp(-this / its median).

    Fails where a dataset has regions of different density (a sparse class looks like outliers)
    and for groups of more than k strangers that are alike. The paper sums; the mean keeps the
    graph's units.

    >>> import torch
    >>> knn_distance.function(torch.tensor([[0.1, 0.3, 0.8], [0.5, 0.7, torch.inf]]), k=3)
    tensor([0.4000, 0.6000])
    """
    return mean_distance(distances, k)
