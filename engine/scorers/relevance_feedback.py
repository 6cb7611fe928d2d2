"""Relevance feedback: the query moved towards what is known to answer it."""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.feedback import moved_queries
from engine.kernels.positives import centred, products


@scorer(
    title="Relevance feedback",
    finds="missing positive",
    review_first="highest",
    range=(-1.0, 1.0),
    cost="O(n d)",
    source="Rocchio: Relevance feedback in information retrieval, 1971",
    unit="pair",
)
def relevance_feedback(
    query_of: Tensor,
    passage_of: Tensor,
    labels: Tensor,
    query_vectors: Tensor,
    passage_vectors: Tensor,
    *,
    weight: float = 2.0,
) -> Tensor:
    """Cosine of the passage and the query vector moved towards the mean of its known positives.

    weight: of that mean against the query; 0 = the query alone, as for one without known positives.
    nan for known positives. Vectors are seen from the middle of all passages.

    Departs from Rocchio, who also moves away from what is known not to answer. Fails where the
    known positives are all of one kind.

    >>> zeros, labels = torch.zeros(3, dtype=torch.long), torch.tensor([1, 0, 0])
    >>> passages = torch.tensor([[0.0, 1.0], [1.0, 0.0], [-1.0, -1.0]])
    >>> query = torch.tensor([[1.0, 0.0]])
    >>> relevance_feedback.function(zeros, torch.arange(3), labels, query, passages, weight=1.0)
    tensor([    nan,  0.7071, -1.0000])
    """
    origin = passage_vectors.mean(dim=0)
    queries, passages = centred(query_vectors, origin), centred(passage_vectors, origin)
    moved = moved_queries(query_of, passage_of, labels, queries, passages, weight)
    return products(moved, passages, query_of, passage_of).masked_fill(labels > 0, torch.nan)
