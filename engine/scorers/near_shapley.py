"""KNN-Shapley off the neighbour graph: does this example help or mislead its neighbours?"""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.shapley_near import near_shapley_values


@scorer(
    title="KNN-Shapley value of near rows",
    finds="label error",
    review_first="lowest",
    range=(-1.0, 1.0),
    cost="O(n k)",
    source="Jia et al.: Efficient task-specific data valuation for nearest neighbor algorithms, "
    "VLDB 2019 (truncated)",
)
def near_shapley(neighbours: Tensor, distances: Tensor, labels: Tensor, *, k: int = 10) -> Tensor:
    """What the example adds to a vote of k on every other one, as far as the graph can tell.

    Low or negative = the votes it takes part in get worse by it. The mean over all labelled rows,
    so values are small and shrink with n: compare ranks. nan for unlabelled rows, which do not
    evaluate either, and where fewer than two are labelled.

    The order is known of the neighbours that are listed; of those beyond only their labels are,
    and they share the mean over all orders. In one evaluation no value is off by more than 1 / r,
    r the number of labelled neighbours listed and at least k; `knn_shapley` gives the exact values.
    Departs from the paper, whose truncated values are 0 beyond: here they add up to what the votes
    are worth, and rows that are nobody's neighbour differ by their class. Rows at the same distance
    share their expectation. Fails as the exact values do; of more rows at one distance than the
    graph lists, only those listed count as near.

    >>> from torch import ones, tensor
    >>> near = tensor([[1], [0], [1], [2], [3]])
    >>> near_shapley.function(near, ones(5, 1), tensor([0, 1, 0, 1, 0]), k=1)
    tensor([ 0.0611, -0.1500,  0.0611, -0.0722,  0.1000])
    """
    return near_shapley_values(neighbours, distances, labels, k).to(distances.dtype)
