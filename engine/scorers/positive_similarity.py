"""Similarity to the known positives: does the passage say what a known answer says?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.positives import nearest_positive


@scorer(
    title="Similarity to nearest positive",
    finds="missing positive",
    review_first="highest",
    range=(-1.0, 1.0),
    cost="O(n g d)",
    source="Cluster hypothesis: van Rijsbergen: Information Retrieval, 1979",
    unit="pair",
)
def positive_similarity(
    query_of: Tensor, passage_of: Tensor, labels: Tensor, passage_vectors: Tensor
) -> Tensor:
    """Cosine of the passage and the nearest of the query's known positives.

    Near 1 = it repeats or paraphrases a known answer. nan for known positives and for queries
    without one. g = known positives per query.

    Fails for queries with several unlike answers of which one kind is known.

    >>> zeros, labels = torch.zeros(3, dtype=torch.long), torch.tensor([1, 0, 0])
    >>> vectors = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    >>> positive_similarity.function(zeros, torch.arange(3), labels, vectors)
    tensor([   nan, 0.6000, 0.0000])
    """
    nearest = nearest_positive(query_of, passage_of, labels, passage_vectors)
    return nearest.masked_fill(labels > 0, torch.nan)
