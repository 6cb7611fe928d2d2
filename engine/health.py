"""What can be said about a dataset as a whole: facts for the Data page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from store.dataset import Dataset
from store.verdicts import Applied

if TYPE_CHECKING:  # torch comes with it, and the first screen is not to wait for that
    from engine.queueing import Selection

FEW = 5
"""A class with fewer members than folds is missing from part of the training."""


@dataclass(frozen=True)
class ClassCount:
    """One class and how many rows carry it as their given label."""

    name: str
    count: int
    share: float


@dataclass(frozen=True)
class Health:
    """Counts of rows, except where a name says otherwise.

    few: classes with fewer than five members, smallest first; empty ones included.
    imbalance: size of the largest class over that of the smallest that has any; nan = no labels.
    repeated: rows whose content stood in an earlier row already.
    contradicting: rows that share their content with a row of another given label.
    """

    rows: int
    labelled: int
    unlabelled: int
    classes: int
    few: tuple[ClassCount, ...]
    imbalance: float
    repeated: int
    contradicting: int


@dataclass(frozen=True)
class Suspected:
    """Rows whose suggestion differs from their given label; of these how many were looked at.

    checked: those with a verdict. found: those whose verdict is relabel or drop.
    """

    rows: int
    checked: int
    found: int


def class_balance(dataset: Dataset) -> tuple[ClassCount, ...]:
    """How many rows carry each class, in the order of the classes; share of the labelled rows."""
    counts = _counts(dataset)
    total = max(int(counts.sum()), 1)
    return tuple(
        ClassCount(name, int(count), int(count) / total)
        for name, count in zip(dataset.classes, counts, strict=True)
    )


def health(dataset: Dataset) -> Health:
    """The facts that need no score."""
    counts = _counts(dataset)
    present = counts[counts > 0]
    few = [one for one in class_balance(dataset) if one.count < FEW]
    repeated, contradicting = _repetitions(dataset)
    return Health(
        rows=len(dataset),
        labelled=int(counts.sum()),
        unlabelled=len(dataset) - int(counts.sum()),
        classes=len(dataset.classes),
        few=tuple(sorted(few, key=lambda one: one.count)),
        imbalance=float(present.max() / present.min()) if len(present) else float("nan"),
        repeated=repeated,
        contradicting=contradicting,
    )


def _counts(dataset: Dataset) -> np.ndarray:
    labelled = dataset.labels[dataset.labels >= 0]
    return np.bincount(labelled, minlength=len(dataset.classes))


def _repetitions(dataset: Dataset) -> tuple[int, int]:
    # As two whole numbers each: sorting 16 bytes as such takes five times as long.
    halves = np.ascontiguousarray(dataset.content).view(np.uint64)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (halves[order[1:]] != halves[order[:-1]]).any(axis=1)
    starts, labels = np.flatnonzero(new), dataset.labels[order]
    labelled = labels >= 0
    lowest = np.minimum.reduceat(np.where(labelled, labels, np.iinfo(np.int64).max), starts)
    contradictory = lowest < np.maximum.reduceat(labels, starts)
    rows = labelled & np.repeat(contradictory, np.diff(starts, append=len(order)))
    return len(order) - len(starts), int(rows.sum())


def suspected_labels(dataset: Dataset, queue: "Selection", applied: Applied) -> Suspected:
    """How many given labels the evidence contradicts, and what became of them."""
    given = dataset.labels[queue.rows]
    rows = queue.rows[(given >= 0) & (queue.suggested >= 0) & (given != queue.suggested)]
    actions = applied.actions[rows]
    return Suspected(
        rows=len(rows),
        checked=int((actions != "undecided").sum()),
        found=int(np.isin(actions, ["relabel", "drop"]).sum()),
    )
