"""Plant known label errors to see whether they are found, in tests and on a user's own data."""

from typing import Literal

import numpy as np

from store.dataset import Dataset
from store.errors import UserError

Kind = Literal["uniform", "pair", "swap"]


def plant_label_errors(
    dataset: Dataset, *, share: float, seed: int = 0, kind: Kind = "uniform"
) -> tuple[Dataset, np.ndarray]:
    """The same dataset with wrong labels, and (n,) bool which rows got one.

    Exactly round(share x labelled rows) rows, and each of them really differs afterwards;
    unlabelled rows and all others keep what they had.
    uniform: any other class, all alike. pair: the next class. swap: labels change places among
    the rows, so that every class keeps its count.
    Raises UserError where such errors cannot be planted.
    """
    if not 0 <= share <= 1:
        raise UserError(f"share={share} was asked for; a share lies between 0 and 1, as in 0.05.")
    labelled = np.flatnonzero(dataset.labels >= 0)
    count, c = round(share * len(labelled)), len(dataset.classes)
    if count and c < 2:
        raise UserError(
            f"{dataset.name} has {c} class{'es' * (c != 1)}; a wrong label needs a second one."
        )
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(labelled)
    rows = _swappable(dataset, shuffled, count) if kind == "swap" else shuffled[:count]
    labels = dataset.labels.copy()
    if kind == "uniform":
        labels[rows] = (labels[rows] + rng.integers(1, max(c, 2), size=count)) % max(c, 1)
    elif kind == "pair":
        labels[rows] = (labels[rows] + 1) % max(c, 1)
    else:
        labels[rows] = _moved_on(labels[rows])
    guilty = np.zeros(len(dataset), dtype=bool)
    guilty[rows] = True
    return dataset.with_labels(labels), guilty


def _swappable(dataset: Dataset, shuffled: np.ndarray, count: int) -> np.ndarray:
    """`count` rows, no class more than half of them, sorted by label."""
    labels = dataset.labels[shuffled]
    by_label = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[by_label], labels[by_label])
    place = np.empty(len(shuffled), dtype=np.int64)
    place[by_label] = np.arange(len(shuffled)) - starts
    rows = shuffled[place < count // 2][:count]
    if len(rows) < count:
        raise UserError(
            f"{count:,} labels of {dataset.name} cannot swap places so that all of them change: "
            "too few rows or too many of one class. Ask for fewer, an even number, or another kind."
        )
    return rows[np.argsort(dataset.labels[rows], kind="stable")]


def _moved_on(labels: np.ndarray) -> np.ndarray:
    """Sorted labels moved on by the size of the largest class: none meets itself again."""
    return np.roll(labels, np.bincount(labels).max()) if len(labels) else labels
