"""Near duplicates as groups to be looked at side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.kernels.groups import near_duplicate_groups
from index.graph import NeighbourGraph
from store.dataset import UNLABELLED

K = 10
"""Neighbours asked, as in cleanlab's Datalab, whose rule and defaults this follows."""


@dataclass(frozen=True, eq=False)
class DuplicateGroup:
    """Rows that a person would call the same, in table order.

    rows: (m,) int64, m ≥ 2. conflict: they carry more than one label; none at all is no label.
    usual: position of the label that more of them carry than any other, -1 = there is no such.
    """

    rows: np.ndarray
    conflict: bool
    usual: int


def duplicate_groups(graph: NeighbourGraph) -> np.ndarray:
    """(n,) int64 which group of near duplicates a row is in; -1 = in none."""
    neighbours = torch.tensor(graph.neighbours[:, :K])
    distances = torch.tensor(graph.distances[:, :K])
    return near_duplicate_groups(neighbours, distances).numpy()


def groups_among(
    groups: np.ndarray, meant: np.ndarray, labels: np.ndarray
) -> Sequence[DuplicateGroup]:
    """The groups with at least two rows that are meant, less their other rows.

    groups: (n,) int64 of `duplicate_groups`. meant: (n,) bool. labels: (n,) int64 in force.
    Those whose labels differ come first, then the largest, then the first in the table.

    >>> found = groups_among(np.array([0, 0, 1, 1, 1]), np.ones(5, bool), np.array([0, 1, 2, 2, 2]))
    >>> [(group.rows.tolist(), group.conflict, group.usual) for group in found]
    [([0, 1], True, -1), ([2, 3, 4], False, 2)]
    """
    rows = np.flatnonzero(meant & (groups >= 0))
    rows = rows[np.argsort(groups[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(groups[rows], prepend=-1))
    members = [part for part in np.split(rows, starts[1:]) if len(part) > 1]
    found = [_described(part, labels[part]) for part in members]
    return sorted(found, key=lambda one: (not one.conflict, -len(one.rows), int(one.rows[0])))


def _described(rows: np.ndarray, labels: np.ndarray) -> DuplicateGroup:
    known = labels[labels != UNLABELLED]
    names, counts = np.unique(known, return_counts=True)
    ranked = np.sort(counts)[::-1]
    clear = len(ranked) == 1 or (len(ranked) > 1 and ranked[0] > ranked[1])
    usual = int(names[counts.argmax()]) if clear else UNLABELLED
    return DuplicateGroup(rows, len(names) > 1, usual)
