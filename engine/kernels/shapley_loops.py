"""Compiled loops of `engine.kernels.shapley`: a radix sort per row, then one walk from the far end.

They run on all cores and without the interpreter's lock.

>>> products = np.array([[0, 0, 0], [0, 1, 2], [0, 2, 4]], dtype=np.float32)
>>> half, labels = np.array([2, 2.5, 4], dtype=np.float32), np.array([0, 0, 1], dtype=np.int32)
>>> weights, sums = np.array([8, 8, 4]), np.array([0, 1, 1.5])
>>> parts = np.zeros((1, 3), dtype=np.int64)
>>> add_values(products, 0, half, np.float32(1000), labels, weights, sums, 8.0, parts)
>>> parts / 8
array([[ 0.75,  1.  , -0.25]])
"""

import numba
import numpy as np

BITS = 12
DIGITS = 1 << BITS
"""Keys have two digits of 12 bits: their tables of counts fit the first cache."""

PLACE = np.uint32((1 << 20) - 1)
"""A row number shares 32 bits with the upper digit, which leaves 20: up to a million rows."""

TIED = np.uint32(1 << 31)


@numba.njit(nogil=True, cache=True)
def _sort(
    keys: np.ndarray,
    counts_low: np.ndarray,
    counts_high: np.ndarray,
    latest: np.ndarray,
    half_sorted: np.ndarray,
    order: np.ndarray,
) -> None:
    """order: row numbers by key, ascending; TIED is set where the key is that of the place before.

    Stable, so equal keys come in table order. The other arrays are room to work in.
    """
    low_bits, shift, place = np.uint32(DIGITS - 1), np.uint32(BITS), np.uint32(20)
    counts_low[:], counts_high[:], latest[:] = 0, 0, -1
    for row in range(len(keys)):
        counts_low[keys[row] & low_bits] += 1
        counts_high[keys[row] >> shift] += 1
    low, high = 0, 0
    for digit in range(DIGITS):
        here, there = counts_low[digit], counts_high[digit]
        counts_low[digit], counts_high[digit] = low, high
        low += here
        high += there
    for row in range(len(keys)):
        digit = keys[row] & low_bits
        half_sorted[counts_low[digit]] = ((keys[row] >> shift) << place) | np.uint32(row)
        counts_low[digit] += 1
    at = 0
    for digit in range(DIGITS):
        while at < counts_low[digit]:  # now where the digit's rows end
            entry = half_sorted[at]
            upper = entry >> place
            tied = TIED if latest[upper] == digit else np.uint32(0)
            latest[upper] = digit
            order[counts_high[upper]] = (entry & PLACE) | tied
            counts_high[upper] += 1
            at += 1


@numba.njit(nogil=True, cache=True)
def _walk(
    order: np.ndarray,
    label: int,
    labels: np.ndarray,
    weights: np.ndarray,
    sums: np.ndarray,
    unit: float,
    totals: np.ndarray,
) -> None:
    """Add the values of one evaluation row, from the farthest other row to the nearest."""
    beyond = np.int64(0)
    rank = len(order) - 1  # ranks start at 1; the last place is the evaluation row itself
    while rank > 0:
        entry = order[rank - 1]
        if entry < TIED:
            row = np.int64(entry)
            match = -np.int64(labels[row] == label)  # all bits, or none
            totals[row] += (weights[rank] & match) - beyond
            beyond += (weights[rank - 1] - weights[rank]) & match
            rank -= 1
            continue
        first = rank
        while order[first - 1] >= TIED:
            first -= 1
        matches, length = 0, rank - first + 1
        for at in range(first, rank + 1):
            matches += labels[order[at - 1] & PLACE] == label
        mean, end = (sums[rank] - sums[first - 1]) / length, weights[rank] / unit
        share = (matches - 1) / (length - 1)
        of_match = np.int64(np.rint(unit * (mean - share * (mean - end)))) - beyond
        of_other = np.int64(np.rint(-unit * (matches / (length - 1)) * (mean - end))) - beyond
        for at in range(first, rank + 1):
            row = np.int64(order[at - 1] & PLACE)
            totals[row] += of_match if labels[row] == label else of_other
        beyond += np.int64(np.rint((weights[first - 1] - weights[rank]) * (matches / length)))
        rank = first - 1


@numba.njit(parallel=True, nogil=True, cache=True)
def add_values(
    products: np.ndarray,
    start: int,
    half: np.ndarray,
    factor: np.float32,
    labels: np.ndarray,
    weights: np.ndarray,
    sums: np.ndarray,
    unit: float,
    parts: np.ndarray,
) -> None:
    """Add the Shapley values that a block of evaluation rows gives to all rows.

    products: (b, m) inner products of rows start..start+b-1 with all; half (m,) and factor turn
    them into keys (see `shapley._key_scale`). labels: (m,) int32. weights: (m,) int64 w_r in units;
    sums: (m,) float64 running sums of w_r; unit: units in 1.
    parts: (threads, m) int64 sums in units, changed in place. m at most a million.
    """
    m = len(labels)
    for part in numba.prange(len(parts)):
        keys = np.empty(m, dtype=np.uint32)
        half_sorted, order = np.empty_like(keys), np.empty_like(keys)
        low, high = np.empty(DIGITS, dtype=np.int32), np.empty(DIGITS, dtype=np.int32)
        latest = np.empty(DIGITS, dtype=np.int32)
        for at in range(part, len(products), len(parts)):
            for row in range(m):
                keys[row] = np.uint32(np.int32((half[row] - products[at, row]) * factor))
            keys[start + at] = DIGITS * DIGITS - 1
            _sort(keys, low, high, latest, half_sorted, order)
            _walk(order, labels[start + at], labels, weights, sums, unit, parts[part])
