"""What can be said about a dataset as a whole: facts for the Data page."""

from dataclasses import dataclass

import numpy as np

from store.dataset import Dataset

FEW = 5
"""A class with fewer members than folds is missing from part of the training."""


@dataclass(frozen=True)
class ClassCount:
    """One class and how many rows carry it as their given label."""

    name: str
    count: int
    share: float


def class_balance(dataset: Dataset) -> tuple[ClassCount, ...]:
    """How many rows carry each class, in the order of the classes; share of the labelled rows."""
    counts = counts_of(dataset.labels, len(dataset.classes))
    total = max(int(counts.sum()), 1)
    return tuple(
        ClassCount(name, int(count), int(count) / total)
        for name, count in zip(dataset.classes, counts, strict=True)
    )


def few(dataset: Dataset) -> tuple[ClassCount, ...]:
    """Classes with fewer than five members, smallest first; empty ones included."""
    small = [one for one in class_balance(dataset) if one.count < FEW]
    return tuple(sorted(small, key=lambda one: one.count))


def counts_of(labels: np.ndarray, c: int) -> np.ndarray:
    """(c,) int64 rows per class. labels: (n,) positions of classes, -1 = none."""
    return np.bincount(labels[labels >= 0], minlength=c)
