"""From which value on a row is flagged: the rules and defaults of cleanlab's Datalab."""

import torch
from torch import Tensor

IMBALANCED = 0.1
"""Share of an even share (1 / classes) below which the rarest class is flagged."""


def outlier_limit(distances: Tensor, *, threshold: float = 0.37037) -> float:
    """Mean distance to the neighbours above which a row is an outlier: Q3 + 1.70 (Q3 - Q1).

    1.70 is 1 / threshold - 1. distances: (n,) as from `mean_distance`, nan left out; quartiles are
    interpolated. nan when nothing is left. Tukey's rule; the factor is cleanlab's.

    >>> outlier_limit(torch.tensor([1.0, 2.0, 3.0, torch.nan, 4.0, 5.0]), threshold=0.5)
    6.0
    """
    ordered = distances[~distances.isnan()].to(torch.float64).sort().values
    if len(ordered) == 0:
        return float("nan")
    # torch.quantile refuses more than 16 million values.
    first, third = (_quantile(ordered, share) for share in (0.25, 0.75))
    return third + (1 / threshold - 1) * (third - first)


def rarest_share(labels: Tensor) -> tuple[Tensor, float, int]:
    """Which classes are the rarest, their share of the labelled rows, how many classes there are.

    (r,) int64 classes, several on ties; a class without rows is not counted. None and nan without
    labels.

    >>> rarest_share(torch.tensor([0, 0, 0, 2, -1]))
    (tensor([2]), 0.25, 2)
    """
    counts = labels[labels >= 0].bincount()
    there = counts[counts > 0]
    if len(there) == 0:
        return labels[:0], float("nan"), 0
    fewest = there.min()
    return (counts == fewest).nonzero().squeeze(1), int(fewest) / int(there.sum()), len(there)


def _quantile(ordered: Tensor, share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))
