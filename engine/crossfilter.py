"""Counts of bins and groups among some rows: what the charts of the Explore page are drawn from."""

from dataclasses import dataclass

import numpy as np

DENSE = 1_000
"""Classes whose every pair is counted in one go: a million numbers."""


def tally(codes: np.ndarray, size: int, rows: np.ndarray | None = None) -> np.ndarray:
    """(size,) int64: how many rows have each code. rows: (n,) bool, None = all."""
    return np.bincount(codes if rows is None else codes[rows], minlength=size)


def paired(first: np.ndarray, second: np.ndarray, sizes: tuple[int, int]) -> np.ndarray:
    """(n,) one code for two: first * sizes[1] + second, in the smallest type that holds them."""
    kind = np.min_scalar_type(sizes[0] * sizes[1])
    return first.astype(kind) * kind.type(sizes[1]) + second.astype(kind)


@dataclass(frozen=True, eq=False)
class Confusion:
    """Rows by given and by suggested class, of the classes that are confused most.

    classes: (k,) places among all classes, in their order.
    filtered, selected: (k, k) rows by given (down) and suggested (across).
    elsewhere: rows given one class and suggested another that are in none of these cells.
    """

    classes: np.ndarray
    filtered: np.ndarray
    selected: np.ndarray
    elsewhere: int


def confusion(
    given: np.ndarray,
    suggested: np.ndarray,
    classes: int,
    *,
    filtered: np.ndarray,
    selected: np.ndarray | None,
    most: int,
) -> Confusion:
    """given, suggested: (n,) codes, `classes` = none. filtered, selected: (n,) bool.

    The classes shown are those with the most rows given or suggested another class.
    """
    known = filtered & (given < classes) & (suggested < classes)
    pairs, counts = _pairs(given[known], suggested[known], classes)
    down, across = np.divmod(pairs, classes)
    apart = down != across
    confused = np.bincount(down[apart], counts[apart], classes)
    confused += np.bincount(across[apart], counts[apart], classes)
    # Ties keep the order of the classes.
    shown = np.sort(np.argsort(-confused, kind="stable")[:most])
    found = _among(shown, classes, down, across, counts)
    chosen = np.zeros_like(found)
    if selected is not None:
        rows = known & selected
        pairs, counts_of = _pairs(given[rows], suggested[rows], classes)
        chosen = _among(shown, classes, *np.divmod(pairs, classes), counts_of)
    inside = int(found.sum() - np.trace(found))
    return Confusion(shown, found, chosen, int(counts[apart].sum()) - inside)


def _pairs(given: np.ndarray, suggested: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that occur, as given * classes + suggested, and how often."""
    both = given.astype(np.int64) * classes + suggested
    if classes > DENSE:
        return np.unique(both, return_counts=True)
    counts = np.bincount(both, minlength=classes * classes)
    pairs = np.flatnonzero(counts)
    return pairs, counts[pairs]


def _among(
    shown: np.ndarray, classes: int, down: np.ndarray, across: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    place = np.full(classes, -1)
    place[shown] = np.arange(len(shown))
    there = (place[down] >= 0) & (place[across] >= 0)
    found = np.zeros((len(shown), len(shown)), dtype=np.int64)
    found[place[down[there]], place[across[there]]] = counts[there]
    return found
