"""Mined: the positives and negatives of each query, as training files are made of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from store.dataset import Dataset
from store.training_options import TrainingOptions
from store.verdicts import Applied

NO_NEGATIVE = -1


@dataclass(frozen=True, eq=False)
class Mined:
    """g queries that have a positive, in the order of the data; equal texts are one.

    query: (g,) int64 positions. positive: (a,) int64 passages; those of query i are
        positive[starts[i] : starts[i + 1]].
    negative: (g, k) int64 passages, the hardest first, -1 = none was found.
    weight: (g, k) float32, 1 = surely a negative; None = all count the same.
    facts: what the manifest says of it.
    """

    query: np.ndarray
    positive: np.ndarray
    starts: np.ndarray
    negative: np.ndarray
    weight: np.ndarray | None = None
    facts: dict[str, int] = field(default_factory=dict)


Mine = Callable[[Dataset, Applied, TrainingOptions], Mined]
"""Finds the negatives of a dataset of pairs under the verdicts on them."""
