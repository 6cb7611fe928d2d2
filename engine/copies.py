"""Copies: rows that belong together because they show the same or almost the same."""

import numpy as np


def content_sets(content: np.ndarray) -> np.ndarray:
    """(n,) int64 which set of equal contents a row is in, from 0; -1 = no other row is like it.

    content: (n, 16) uint8, the hash of what a reviewer sees of each row.
    """
    # As two whole numbers each: sorting 16 bytes as such takes five times as long.
    halves = np.ascontiguousarray(content).view(np.uint64)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (halves[order[1:]] != halves[order[:-1]]).any(axis=1)
    number = np.cumsum(new) - 1
    shared = np.bincount(number) > 1
    names = np.where(shared, np.cumsum(shared) - 1, -1)
    sets = np.empty(len(order), dtype=np.int64)
    sets[order] = names[number]
    return sets


def surplus(sets: np.ndarray, out: np.ndarray) -> int:
    """How many rows would still have to go so that of every set one row stays.

    sets: (n,) int64, -1 = in none. out: (n,) bool, rows that are gone already.

    >>> surplus(np.array([0, 0, 0, -1, 1, 1]), np.array([True, *[False] * 5]))
    2
    """
    staying = sets[(sets >= 0) & ~out]
    return len(staying) - int(np.count_nonzero(np.bincount(staying)))


def contradicting(sets: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(m,) int64 labelled rows of sets in which not all labelled rows have one label.

    labels: (n,) int64, -1 = none, or a row that is gone.

    >>> contradicting(np.array([0, 0, 0, -1, 1, 1]), np.array([2, 3, -1, 0, 1, 1]))
    array([0, 1])
    """
    rows = np.flatnonzero((sets >= 0) & (labels >= 0))
    if len(rows) == 0:
        return rows
    of, label = sets[rows], labels[rows]
    lowest = np.full(int(of.max()) + 1, np.iinfo(np.int64).max)
    highest = np.full(len(lowest), -1)
    np.minimum.at(lowest, of, label)
    np.maximum.at(highest, of, label)
    return rows[(lowest < highest)[of]]


def surely_wrong(sets: np.ndarray, labels: np.ndarray) -> int:
    """How many labels are wrong at least, if what looks the same has one right label.

    Whichever label is the right one in a set, all but its commonest can be wrong at the least.

    >>> surely_wrong(np.array([0, 0, 0, 1, 1]), np.array([2, 2, 3, 1, 1]))
    1
    """
    rows = contradicting(sets, labels)
    if len(rows) == 0:
        return 0
    of, label = sets[rows], labels[rows]
    many = int(label.max()) + 1
    kinds, counts = np.unique(of * many + label, return_counts=True)
    commonest = np.zeros(int(of.max()) + 1, dtype=np.int64)
    np.maximum.at(commonest, kinds // many, counts)
    return len(rows) - int(commonest.sum())
