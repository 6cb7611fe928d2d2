"""How far a verdict reaches: two rows are alike as far as they share neighbours."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

HUB = 500
"""A row that is the neighbour of more others than this says nothing about any of them."""
OTHER_LABEL = 0.5
"""What a verdict is worth to a row with another given label: half. Chosen on audited sets."""


class Reach(NamedTuple):
    """Which rows are like which decided ones: entries (row, decided, alike), several per pair add.

    row: (m,) int64. decided: (m,) int64 positions among the decided rows. alike: (m,) float32,
    summed over a pair at most 1.
    """

    row: np.ndarray
    decided: np.ndarray
    alike: np.ndarray


@dataclass(frozen=True, eq=False)
class Neighbourhoods:
    """Every row as the set of itself and its neighbours, and the same read the other way round.

    members: (n, k) int64, -1 = none. weights: (n,) float32 what it counts to share this row, 0 for
    hubs. norms: (n,) float32 length of a row's set, so that a row is alike 1 to itself.
    starts, holders: holders[starts[i]:starts[i + 1]] are the rows that have i among their k.
    labels: (n,) int64.
    """

    members: np.ndarray
    weights: np.ndarray
    norms: np.ndarray
    starts: np.ndarray
    holders: np.ndarray
    labels: np.ndarray

    def reach(self, rows: np.ndarray) -> Reach:
        """Everything that is like one of these rows, and the rows themselves.

        The likeness is the cosine of two sets of neighbours, each row its own neighbour too, and
        half of that between rows with different given labels: that one is wrong says that the
        place is doubtful, not that the others are.
        """
        own = np.column_stack([rows, self.members[rows]])
        decided = np.repeat(np.arange(len(rows)), own.shape[1])
        shared = own.ravel()
        known = shared >= 0
        shared, decided = shared[known], decided[known]
        counted = self.weights[shared] > 0
        shared, decided = shared[counted], decided[counted]
        holders, of = _expanded(self.starts[shared], self.starts[shared + 1])
        row = np.concatenate([self.holders[holders].astype(np.int64), shared])
        of = np.concatenate([of, np.arange(len(shared))])
        decided, through = decided[of], shared[of]
        centre = rows[decided]
        alike = self.weights[through] ** 2 / self.norms[row] / self.norms[centre]
        alike[self.labels[row] != self.labels[centre]] *= OTHER_LABEL
        return Reach(row, decided, alike)


def turned(members: np.ndarray) -> dict[str, np.ndarray]:
    """weights, norms, starts and holders of `Neighbourhoods`: the graph turned round, once.

    Sharing a row counts 1 / (how many share it).
    """
    starts, holders = _turned(members)
    counts = np.diff(starts)
    weights = np.where(counts > HUB, 0.0, 1.0 / (counts + 2)).astype(np.float32)
    squares = weights**2
    for column in range(members.shape[1]):
        squares += np.where(members[:, column] >= 0, weights[members[:, column]] ** 2, 0)
    norms = np.sqrt(np.maximum(squares, np.finfo(np.float32).tiny))
    return {"weights": weights, "norms": norms, "starts": starts, "holders": holders}


def _turned(members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and holders of `Neighbourhoods`: who has each row among his, in table order.

    Read as a matrix and turned round, which counts instead of sorting: seconds for a million rows.
    """
    known = members >= 0
    stops = np.concatenate([[0], np.cumsum(known.sum(axis=1))])
    there = members[known].astype(np.int32)
    has = csr_matrix((np.ones(len(there), dtype=bool), there, stops), shape=(len(members),) * 2)
    held = has.tocsc()
    return held.indptr.astype(np.int64), held.indices.astype(np.int32)


def _expanded(starts: np.ndarray, stops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All positions of the ranges one after the other, and which range each belongs to.

    >>> positions, of = _expanded(np.array([4, 9, 0]), np.array([6, 9, 1]))
    >>> positions.tolist(), of.tolist()
    ([4, 5, 0], [0, 0, 2])
    """
    lengths = stops - starts
    of = np.repeat(np.arange(len(starts)), lengths)
    before = np.cumsum(lengths) - lengths
    return np.arange(len(of)) - before[of] + starts[of], of
