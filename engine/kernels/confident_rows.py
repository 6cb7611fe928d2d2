"""Confident learning's compiled passes over the rows of a table of probabilities."""

import numba
import numpy as np

from engine.kernels.mapped import table_blocks


def own_probability(table: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) the probability of every row's given label; nan for unlabelled rows.

    Touches one entry per row.

    >>> own_probability(np.array([[0.2, 0.8], [0.6, 0.4]]), np.array([1, -1])).tolist()
    [0.8, nan]
    """
    own = np.empty(len(table), dtype=np.float64 if table.dtype == np.float64 else np.float32)
    for rows, block in table_blocks(table):
        _own(block, labels[rows], own[rows])
    return own


def class_of_rows(
    table: np.ndarray, labels: np.ndarray, thresholds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What a row says about itself, in one pass over the whole table.

    thresholds: (c,) float64, already lowered by what a comparison may miss.

    Returns (n,) int32 confident class: the one that reaches its threshold, the most probable one
    where several do, -1 where none does; -2 where a probability is not a number. (n,) int32 most
    probable class, the first on ties, -1 where none is known. (n,) largest probability of a class
    that is not the given one, -inf where there is none. (n,) bool: the model agrees with the
    given label, or would with 1e-6 more.

    >>> table = np.array([[0.7, 0.3], [0.4, 0.6]])
    >>> [part.tolist() for part in class_of_rows(table, np.array([0, 0]), np.array([0.5, 0.9]))]
    [[0, -1], [0, 1], [0.3, 0.6], [True, False]]
    """
    n = len(table)
    guess, best = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    rival = np.empty(n, dtype=np.float64 if table.dtype == np.float64 else np.float32)
    agrees = np.empty(n, dtype=np.bool_)
    kind = rival.dtype.type
    # The smallest number of this kind that is not below the threshold: the same comparison.
    floors = thresholds.astype(kind)
    floors = np.where(floors < thresholds, np.nextafter(floors, kind(np.inf)), floors)
    whole = np.int64 if kind is np.float64 else np.int32
    largest_bits = np.array(np.inf, dtype=kind).view(whole)[()] - 1  # the largest finite one
    for rows, block in table_blocks(table):
        _classes(
            block, block.view(whole), labels[rows], floors, kind(1e-6), largest_bits,
            guess[rows], best[rows], rival[rows], agrees[rows],
        )  # fmt: skip
    return guess, best, rival, agrees


@numba.njit(parallel=True, nogil=True, cache=True)
def _own(block: np.ndarray, labels: np.ndarray, own: np.ndarray) -> None:
    for row in numba.prange(len(block)):
        own[row] = block[row, labels[row]] if labels[row] >= 0 else np.nan


@numba.njit(parallel=True, nogil=True, cache=True)
def _classes(
    block: np.ndarray,
    bits: np.ndarray,
    labels: np.ndarray,
    thresholds: np.ndarray,
    nudge: float,
    largest_bits: int,
    guess: np.ndarray,
    best: np.ndarray,
    rival: np.ndarray,
    agrees: np.ndarray,
) -> None:
    """bits: the block's floats as whole numbers, which are in the same order from 0 on.

    Such a maximum takes a tenth of the time: the compiler may take eight of them at once.
    """
    for row in numba.prange(len(block)):
        label = labels[row]
        high, low = bits[row, 0], bits[row, 0]
        for k in range(block.shape[1]):
            high, low = max(high, bits[row, k]), min(low, bits[row, k])
        if low < 0 or high > largest_bits:  # negative, infinite or not a number
            top, second, likeliest, broken = _two_largest(block[row])
        else:
            likeliest, broken = _first(bits[row], high), False
            top, second = block[row, likeliest], -np.inf
            if likeliest == label and block.shape[1] > 1:
                next_bits = low
                for k in range(likeliest):
                    next_bits = max(next_bits, bits[row, k])
                for k in range(likeliest + 1, block.shape[1]):
                    next_bits = max(next_bits, bits[row, k])
                second = block[row, _first_but(bits[row], next_bits, likeliest)]
        reached = 0
        for k in range(block.shape[1]):
            reached += block[row, k] >= thresholds[k]
        best[row] = likeliest
        guess[row] = likeliest if reached > 1 else -1
        if reached == 1:
            for k in range(block.shape[1]):
                if block[row, k] >= thresholds[k]:
                    guess[row] = k
        if broken:
            guess[row] = -2
        rival[row] = second if label == likeliest else top
        agrees[row] = label == likeliest
        if label >= 0 and label != likeliest:
            raised = block[row, label] + nudge
            agrees[row] = raised > top or (raised == top and label < likeliest)


@numba.njit(cache=True)
def _two_largest(probs: np.ndarray) -> tuple[float, float, int, bool]:
    """Largest and second entry, where the first one lies, and whether one is not finite."""
    top, second, likeliest, broken = -np.inf, -np.inf, -1, False
    for k in range(len(probs)):
        if not np.isfinite(probs[k]):
            broken = True
        if probs[k] > top:
            top, second, likeliest = probs[k], top, k
        elif probs[k] > second:
            second = probs[k]
    return top, second, likeliest, broken


@numba.njit(cache=True)
def _first(bits: np.ndarray, wanted: int) -> int:
    """Where a number that is there stands first, looked for in strides."""
    for start in range(0, len(bits), 64):
        stop = min(start + 64, len(bits))
        here = False
        for k in range(start, stop):
            here |= bits[k] == wanted
        if here:
            for k in range(start, stop):
                if bits[k] == wanted:
                    return k
    return -1


@numba.njit(cache=True)
def _first_but(bits: np.ndarray, wanted: int, place: int) -> int:
    """Where a number stands first, one place left out."""
    before = _first(bits[:place], wanted)
    return before if before >= 0 else place + 1 + _first(bits[place + 1 :], wanted)
