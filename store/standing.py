"""What is known of each pair once the verdicts count."""

import numpy as np

from store.dataset import Dataset
from store.pairs import NO_TWIN
from store.retrieval import NOT_RELEVANT
from store.verdicts import Applied

POSITIVE, NEGATIVE, UNKNOWN, OUT = 1, 0, -1, -2
"""Relevant, not relevant, nobody said; neither (a duplicate of a positive, or disputed)."""
SETTLED = ("keep", "relabel")


def grades_of(dataset: Dataset, applied: Applied) -> np.ndarray:
    """(n,) int64 the grade in force, whoever gave it; 0 also where nobody did."""
    return np.array([int(name) for name in dataset.classes], dtype=np.int64)[applied.labels]


def standing_of(dataset: Dataset, applied: Applied) -> np.ndarray:
    """(n,) int8. A verdict counts before a judgement.

    A twin of a known positive is never a negative, and a positive only if a person says so. A pair
    about which reviewers differ, or that was flagged, is neither.
    """
    pairs = dataset.pairs
    assert pairs is not None
    settled = np.isin(applied.actions, SETTLED)
    standing = np.full(len(dataset), UNKNOWN, dtype=np.int8)
    known = settled | pairs.judged
    relevant = grades_of(dataset, applied) > NOT_RELEVANT
    standing[known] = np.where(relevant[known], POSITIVE, NEGATIVE)
    standing[~known & (pairs.twin != NO_TWIN)] = OUT
    standing[np.isin(applied.actions, ("drop", "flag", "adjudicate"))] = OUT
    return standing
