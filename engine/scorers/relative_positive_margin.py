"""Relative margin to the known positives: the same in shares of what the positive scores."""

import math

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.margins import anchor_of

SMALLEST = 1e-6


@scorer(
    title="Relative margin to known positives",
    finds="missing positive",
    review_first="highest",
    range=(-math.inf, math.inf),
    cost="O(n)",
    source="Moreira et al.: NV-Retriever, arXiv 2407.15831, 2024 (TopK-PercPos); sign as in "
    "sentence-transformers since 2026",
    unit="pair",
)
def relative_positive_margin(
    similarity: Tensor, query_of: Tensor, labels: Tensor, *, anchor: str = "weakest"
) -> Tensor:
    """(s - t) / |t|: cosine s of the pair against that of the query's weakest known positive, t.

    Above -0.05 a passage is within 5 % of a known answer, and no hard negative to train on. anchor:
    weakest, mean or best known positive. nan for known positives and for queries without one.

    |t|, not t: with t below 0 a plain ratio turns the order round. Fails near t = 0, where every
    distance is large: |t| is taken to be at least 1e-6.

    >>> zeros, labels = torch.zeros(3, dtype=torch.long), torch.tensor([1, 0, 0])
    >>> relative_positive_margin.function(torch.tensor([-0.5, -0.25, -0.75]), zeros, labels)
    tensor([    nan,  0.5000, -0.5000])
    """
    anchors = anchor_of(similarity, query_of, labels, anchor)
    margin = (similarity - anchors) / anchors.abs().clamp(min=SMALLEST)
    return margin.masked_fill(labels > 0, torch.nan)
