"""Margin to the known positives: does the model prefer this passage to a known answer?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.margins import anchor_of


@scorer(
    title="Margin to known positives",
    finds="missing positive",
    review_first="highest",
    range=(-2.0, 2.0),
    cost="O(n)",
    source="Moreira et al.: NV-Retriever, arXiv 2407.15831, 2024 (TopK-MarginPos)",
    unit="pair",
)
def positive_margin(
    similarity: Tensor, query_of: Tensor, labels: Tensor, *, anchor: str = "weakest"
) -> Tensor:
    """Cosine of query and passage minus that of the query's weakest known positive.

    Above 0 the model prefers this passage to something known to be relevant. anchor: weakest, mean
    or best known positive. nan for known positives and for queries without one.

    As a filter of hard negatives with a margin of .05, a passage above -.05 is left out. Fails
    where the model ranks a known positive low: everything is then above it.

    >>> zeros, labels = torch.zeros(3, dtype=torch.long), torch.tensor([1, 0, 0])
    >>> positive_margin.function(torch.tensor([0.5, 0.75, 0.25]), zeros, labels)
    tensor([    nan,  0.2500, -0.2500])
    """
    margin = similarity - anchor_of(similarity, query_of, labels, anchor)
    return margin.masked_fill(labels > 0, torch.nan)
