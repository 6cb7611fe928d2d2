"""Neural relation graph: are the rows that look and are predicted alike labelled alike?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.directions import directions
from engine.kernels.relation import relation_sums


@scorer(
    title="Neural relation graph",
    finds="label error",
    review_first="lowest",
    range=(-1.0, 1.0),
    cost="O(n² (d + c))",
    source="Kim, Yun, Song: Neural relation graph: a unified framework for identifying label noise "
    "and outlier data, NeurIPS 2023",
    runs="on request",
)
def neural_relation_graph(
    embeddings: Tensor,
    pred_probs: Tensor,
    labels: Tensor,
    *,
    t: float = 4.0,
    centred: bool = True,
    refined: bool = True,
) -> Tensor:
    """Likeness to all rows of the same label minus that to rows of other labels, mean over rows.

    Likeness of two rows = (cosine x agreement of the predicted probabilities)^t. Negative = the
    rows most like this one are labelled otherwise; values are small where few rows are near. nan
    for unlabelled rows, which do not count for others, and without a prediction.

    Fails where the predictions repeat the wrong labels and for rare classes, whose rows are few.
    Departs from the paper: the mean over the rows, not the sum; the mean embedding is taken off
    first (without that, features that are nowhere negative make every pair alike); suspects do
    not change sign (`refined`) where they are more than 0.4 of the rows.

    >>> from torch import tensor
    >>> around = tensor([[1.0, 0.0], [0.9, 0.1], [0.8, 0.3], [0.0, 1.0], [0.1, 0.9], [0.6, 0.7]])
    >>> first = tensor([0.9, 0.8, 0.7, 0.1, 0.2, 0.5])
    >>> given, probs = tensor([0, 0, 1, 1, 1, 0]), torch.stack([first, 1 - first], dim=1)
    >>> neural_relation_graph.function(around, probs, given, centred=False, refined=False)
    tensor([ 0.1017,  0.0656, -0.0331,  0.1207,  0.0797,  0.0008])
    """
    values = torch.full((len(labels),), torch.nan, dtype=embeddings.dtype, device=labels.device)
    known = (labels >= 0) & ~pred_probs.isnan().any(dim=1)
    mean = embeddings.mean(dim=0, dtype=torch.float64).to(embeddings.dtype)
    vectors = embeddings - mean if centred else embeddings
    features = directions(vectors[known])
    found = relation_sums(features, pred_probs[known], labels[known], t, refined=refined)
    values[known] = (found / len(found)).to(values.dtype)
    return values
