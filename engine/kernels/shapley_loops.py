"""Compiled loops of `engine.kernels.shapley`: rows are sorted only where their order tells.

Neighbours in a row that all match, or that all do not, have one value whatever their order. So the
others of an evaluation row are counted in buckets of distance, two counts each; a bucket of one
kind is settled by its counts, and so is one so far away that its order is worth less than the
tolerance. Only what is left is sorted. The loops run on all cores and without the interpreter's
lock.

>>> products = np.array([[0, 0, 0], [0, 1, 2], [0, 2, 4]], dtype=np.float32)
>>> half, bounds = np.array([2, 2.5, 4], dtype=np.float32), np.array([0, 2, 3])
>>> weights, sums = np.array([8, 8, 4]), np.array([0, 1, 1.5])
>>> parts = np.zeros((1, 3), dtype=np.int64)
>>> add_values(products, 0, half, np.float32(1000), bounds, weights, sums, 8.0, 0, 4, parts)
>>> parts / 8
array([[ 0.75,  1.  , -0.25]])
"""

import numba
import numpy as np

FEW = 24
"""Entries up to which insertion sorts faster than the library. Chosen, not measured."""


@numba.njit(nogil=True, cache=True)
def _count(
    keys: np.ndarray,
    own: int,
    start: int,
    stop: int,
    bucket: np.ndarray,
    others: np.ndarray,
    matches: np.ndarray,
) -> None:
    """Fill bucket and both counts; the evaluation row itself goes into one of its own, the last.

    start, stop: the rows that match. The counts come in as zeros.
    """
    m, last = len(keys), len(others) - 1
    keys[own] = keys[own - 1] if own else keys[1]  # its own distance would stretch the range
    low = high = keys[0]
    for row in range(m):
        low, high = min(low, keys[row]), max(high, keys[row])
    scale = np.float32(last - 1) / np.float32(max(high - low, 1))
    for row in range(m):
        bucket[row] = np.uint16(np.int32(np.float32(keys[row] - low) * scale))
    bucket[own] = last
    for row in range(start):
        others[bucket[row]] += 1
    for row in range(start, stop):
        matches[bucket[row]] += 1
    for row in range(stop, m):
        others[bucket[row]] += 1
    matches[last] = 0


@numba.njit(nogil=True, cache=True)
def _collect(
    keys: np.ndarray,
    bucket: np.ndarray,
    others: np.ndarray,
    matches: np.ndarray,
    weights: np.ndarray,
    tolerance: int,
    ends: np.ndarray,
    entries: np.ndarray,
) -> None:
    """Gather key and row of all that must be sorted: those of bucket b end at ends[b] in entries.

    ends: -1 where the counts are enough. A bucket of both kinds between ranks whose weights differ
    by more than the tolerance has to be sorted.
    """
    rank, room, stop = 0, 0, 0  # the rank before the bucket
    for at in range(len(others) - 1):
        length = others[at] + matches[at]
        ends[at] = -1
        if others[at] and matches[at] and weights[rank] - weights[rank + length] > tolerance:
            ends[at], stop = room, at + 1
            room += length
        rank += length
    if stop == 0:
        return
    for row in range(len(bucket)):
        at = bucket[row]
        if at < stop and ends[at] >= 0:
            entries[ends[at]] = (np.uint64(keys[row]) << np.uint64(32)) | np.uint64(row)
            ends[at] += 1


@numba.njit(nogil=True, cache=True)
def _sort(entries: np.ndarray) -> None:
    """In place. Most buckets hold a few rows, for which the library's sort is slow."""
    if len(entries) > FEW:
        entries.sort()
        return
    for at in range(1, len(entries)):
        entry, place = entries[at], at
        while place > 0 and entries[place - 1] > entry:
            entries[place] = entries[place - 1]
            place -= 1
        entries[place] = entry


@numba.njit(nogil=True, cache=True)
def _run(
    first: int,
    last: int,
    matches: int,
    weights: np.ndarray,
    sums: np.ndarray,
    unit: float,
    inverse: np.ndarray,
) -> tuple[int, int, int]:
    """What a match, and what another row, has of ranks first..last in any order, apart from what
    lies beyond them; and by how much what lies beyond grows.
    """
    length = last - first + 1
    if matches == 0:
        return 0, 0, 0
    if matches == length:
        return weights[last], 0, weights[first - 1] - weights[last]
    mean = unit * (sums[last] - sums[first - 1]) * inverse[length]
    fall = (mean - weights[last]) * inverse[length - 1]
    of_match = int(np.rint(mean - (matches - 1) * fall))
    more = (weights[first - 1] - weights[last]) * (matches * inverse[length])
    return of_match, int(np.rint(-matches * fall)), int(np.rint(more))


@numba.njit(nogil=True, cache=True)
def _walk_sorted(
    entries: np.ndarray,
    last: int,
    start: int,
    stop: int,
    beyond: int,
    weights: np.ndarray,
    sums: np.ndarray,
    unit: float,
    inverse: np.ndarray,
    totals: np.ndarray,
) -> int:
    """Add the values of one bucket's rows, whose farthest has rank `last`; what lies beyond it."""
    at = len(entries)
    while at > 0:
        begin, key = at - 1, entries[at - 1] >> np.uint64(32)
        while begin > 0 and entries[begin - 1] >> np.uint64(32) == key:
            begin -= 1
        matches = 0
        for place in range(begin, at):
            row = np.int64(entries[place] & np.uint64(0xFFFFFFFF))
            matches += int(start <= row < stop)
        first = last - (at - begin) + 1
        of_match, of_other, more = _run(first, last, matches, weights, sums, unit, inverse)
        for place in range(begin, at):
            row = np.int64(entries[place] & np.uint64(0xFFFFFFFF))
            totals[row] += (of_match if start <= row < stop else of_other) - beyond
        beyond += more
        last, at = first - 1, begin
    return beyond


@numba.njit(parallel=True, nogil=True, cache=True)
def add_values(
    products: np.ndarray,
    start: int,
    half: np.ndarray,
    factor: np.float32,
    bounds: np.ndarray,
    weights: np.ndarray,
    sums: np.ndarray,
    unit: float,
    tolerance: int,
    buckets: int,
    parts: np.ndarray,
) -> None:
    """Add the Shapley values that a block of evaluation rows gives to all rows.

    products: (b, m) inner products of rows start..start+b-1 with all; half (m,) and factor turn
    them into keys (see `shapley._key_scale`). bounds: (classes + 1,) where the rows of each class
    begin: rows are in the order of their labels. weights: (m,) int64 w_r in units; sums: (m,)
    float64 running sums of w_r; unit: units in 1; tolerance: units that an order may be worth and
    not be looked at. buckets: at most 65,535. parts: (threads, m) int64 sums in units, changed in
    place.
    """
    m = len(half)
    inverse = np.empty(m + 1)  # division is slow
    inverse[0] = 0
    inverse[1:] = 1 / np.arange(1, m + 1)
    for part in numba.prange(len(parts)):
        keys, bucket = np.empty(m, dtype=np.int32), np.empty(m, dtype=np.uint16)
        others = np.zeros(buckets + 1, dtype=np.int32)
        matches = np.zeros(buckets + 1, dtype=np.int32)
        ends = np.empty(buckets, dtype=np.int32)
        of_match = np.zeros(buckets + 1, dtype=np.int64)
        of_other = np.zeros(buckets + 1, dtype=np.int64)
        entries, totals = np.empty(m, dtype=np.uint64), parts[part]
        for at in range(part, len(products), len(parts)):
            own = start + at
            label = np.searchsorted(bounds, own, side="right") - 1
            begin, end = bounds[label], bounds[label + 1]
            for row in range(m):
                keys[row] = np.int32((half[row] - products[at, row]) * factor)
            _count(keys, own, begin, end, bucket, others, matches)
            _collect(keys, bucket, others, matches, weights, tolerance, ends, entries)
            beyond, last = 0, m - 1  # ranks start at 1: the others are m - 1
            for place in range(buckets - 1, -1, -1):
                length = others[place] + matches[place]
                if length == 0:
                    continue
                if ends[place] >= 0:
                    mixed = entries[ends[place] - length : ends[place]]
                    _sort(mixed)
                    beyond = _walk_sorted(
                        mixed, last, begin, end, beyond, weights, sums, unit, inverse, totals
                    )
                    of_match[place] = of_other[place] = 0
                else:
                    a, b, more = _run(
                        last - length + 1, last, matches[place], weights, sums, unit, inverse
                    )
                    of_match[place], of_other[place] = a - beyond, b - beyond
                    beyond += more
                others[place] = matches[place] = 0
                last -= length
            for row in range(begin):
                totals[row] += of_other[bucket[row]]
            for row in range(begin, end):
                totals[row] += of_match[bucket[row]]
            for row in range(end, m):
                totals[row] += of_other[bucket[row]]
