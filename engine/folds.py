"""Folds: who is held out from which head."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from store.dataset import UNLABELLED

NO_FOLD = -1


@dataclass(frozen=True, eq=False)
class Plan:
    """Who learns what. There are seeds x folds heads; head = seed x folds + fold.

    labels: (n,) int64. fold: (n, seeds) int64, -1 = unlabelled.
    taught: (heads, c) int64, how many rows of each class a head learns from.
    """

    labels: np.ndarray
    fold: np.ndarray
    folds: int
    taught: np.ndarray

    @staticmethod
    def make(labels: np.ndarray, c: int, *, folds: int, seeds: int, seed: int) -> "Plan":
        """Divide the rows `seeds` times; no more folds than labelled rows."""
        folds = max(min(folds, int((labels >= 0).sum())), 1)
        fold = [stratified_folds(labels, folds, seed=seed + turn) for turn in range(seeds)]
        taught = np.concatenate([_classes_taught(labels, one, folds, c) for one in fold])
        return Plan(labels, np.stack(fold, axis=1), folds, taught)

    def held_out(self, rows: np.ndarray) -> Tensor:
        """(len(rows), heads) bool: which heads never see which row."""
        fold = torch.from_numpy(self.fold[rows])
        return (fold.unsqueeze(2) == torch.arange(self.folds)).flatten(1)


def stratified_folds(labels: np.ndarray, folds: int, *, seed: int) -> np.ndarray:
    """(n,) int64 fold of every labelled row, -1 for unlabelled ones.

    Every class and the whole are spread over the folds as evenly as whole rows allow, so only a
    class with a single member is ever missing from a head's training rows.
    """
    labelled = np.flatnonzero(labels != UNLABELLED)
    shuffled = np.random.default_rng(seed).permutation(labelled)
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    fold = np.full(len(labels), NO_FOLD, dtype=np.int64)
    # Dealt like cards, class after class: the next class goes on where the last one stopped.
    fold[by_class] = np.arange(len(by_class)) % folds
    return fold


def _classes_taught(labels: np.ndarray, fold: np.ndarray, folds: int, c: int) -> np.ndarray:
    labelled = fold != NO_FOLD
    cells = fold[labelled] * c + labels[labelled]
    held_out = np.bincount(cells, minlength=folds * c).reshape(folds, c)
    return held_out.sum(axis=0) - held_out
