"""Cross-encoder score: what a model says that reads query and passage together."""

import math

import torch
from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Cross-encoder score",
    finds="missing positive",
    review_first="highest",
    range=(-math.inf, math.inf),
    cost="O(n)",
    source="Qu et al.: RocketQA, NAACL 2021",
    unit="pair",
)
def cross_encoder_score(cross_encoder: Tensor, labels: Tensor) -> Tensor:
    """The score you brought for the pair, in its own units: high = relevant.

    RocketQA takes a probability above .9 for a positive and below .1 for a negative. nan for known
    positives and for pairs without a score.

    Fails as the cross-encoder does; compared over queries only where it is a probability.

    >>> cross_encoder_score.function(torch.tensor([0.95, 0.5, torch.nan]), torch.tensor([1, 0, 0]))
    tensor([   nan, 0.5000,    nan])
    """
    return cross_encoder.masked_fill(labels > 0, torch.nan)
