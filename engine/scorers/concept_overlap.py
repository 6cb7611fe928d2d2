"""Concept overlap: does the passage have the rare words of the query?"""

import torch
from torch import Tensor

from engine.contract import scorer


@scorer(
    title="Concept overlap",
    finds="missing positive",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n)",
    source="Wang et al.: CAR, Findings of EMNLP 2023",
    unit="pair",
)
def concept_overlap(shared_concepts: Tensor, labels: Tensor) -> Tensor:
    """Share of the query's rare words (in fewer than 5 % of the passages) that the passage has.

    0 = none: by this test it is safe to use as a negative. nan for known positives and where the
    query has no rare word, which is not checked.

    Departs from the paper, whose concepts come from an ontology: words stand in, so a paraphrase
    without a common word has 0.

    >>> concept_overlap.function(torch.tensor([0.5, 0.0, torch.nan]), torch.tensor([0, 0, 0]))
    tensor([0.5000, 0.0000,    nan])
    """
    return shared_concepts.masked_fill(labels > 0, torch.nan)
