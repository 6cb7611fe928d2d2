"""KNN-Shapley: does this example help or mislead its neighbours?"""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.directions import directions
from engine.kernels.shapley import knn_shapley_values


@scorer(
    title="KNN-Shapley value",
    finds="label error",
    review_first="lowest",
    range=(-1.0, 1.0),
    cost="O(n² (d + log n))",
    source="Jia et al.: Efficient task-specific data valuation for nearest neighbor algorithms, "
    "VLDB 2019",
    runs="on request",
)
def knn_shapley(embeddings: Tensor, labels: Tensor, *, k: int = 10) -> Tensor:
    """What the example adds to a vote of k neighbours on every other one: its exact Shapley value.

    Low or negative = the votes it takes part in get worse by it. The mean over all labelled rows,
    each of which gives between -1/k and 1/k, so values are small and shrink with n: compare ranks.
    nan for unlabelled rows, which do not evaluate either, and where fewer than two are labelled.

    Fails where wrong labels come in clumps, and values of rare classes are small because few rows
    evaluate them. Every rank counts, as in the paper's theorem; cleanlab cuts after k and gives
    most rows the same value. Departs from the paper in ties: rows at the same (cosine) distance
    share their expectation over all orders, not the order of the table.

    >>> from torch import tensor
    >>> around = tensor([[1.0, 0.0], [0.9, 0.1], [0.8, 0.3], [0.0, 1.0], [0.1, 0.9], [0.6, 0.7]])
    >>> knn_shapley.function(around, tensor([0, 0, 1, 1, 1, 0]), k=2)
    tensor([0.0667, 0.0667, 0.0333, 0.0667, 0.0667, 0.0333])
    """
    return knn_shapley_values(directions(embeddings), labels, k).to(embeddings.dtype)
