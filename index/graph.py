"""NeighbourGraph: who is near whom, as a value."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Metric = Literal["cosine", "euclidean"]
Storage = Literal["float32", "int8", "pq"]


@dataclass(frozen=True, eq=False)
class NeighbourGraph:
    """The k nearest other rows of every row.

    neighbours: (n, k) int64 rows, nearest first; -1 = there is none. A row is never its own
        neighbour; exact duplicates of it are.
    distances: (n, k) float32, non-decreasing along a row; inf where there is no neighbour.
        Cosine distance is 1 - cosine, in [0, 2]; euclidean is the root, not the square.
    recall: share of the true k nearest that were found, measured; 1.0 = exact.
    recall_sample: on how many rows it was measured; 0 = the search was exact.
    storage: what stood for the vectors while candidates were found. Distances and order are
        those of the float32 vectors whatever it was.
    """

    neighbours: np.ndarray
    distances: np.ndarray
    metric: Metric
    recall: float
    recall_sample: int = 0
    storage: Storage = "float32"

    def __post_init__(self) -> None:
        for array in (self.neighbours, self.distances):
            array.setflags(write=False)

    @property
    def k(self) -> int:
        """How many neighbours a row has at most."""
        return self.neighbours.shape[1]
