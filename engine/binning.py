"""Bins of a column of numbers: round edges, and the bin of every row."""

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST = 40
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TAIL, FAR = 0.005, 4.0
"""A two-hundredth at either end that makes the span four times as long is put into the end bins:
else a single outlier would press everything else into one bin."""
LARGEST = 1e300
"""Of an edge: what is larger is in the end bins, and every step between edges can be written."""


@dataclass(frozen=True, eq=False)
class Bins:
    """(n,) uint8 codes: the bin of every row; the number of bins = no value.

    edges: (b + 1,) rising; bin i is [edges[i], edges[i + 1]). The first one takes what is lower
    as well, the last one what is higher, and so the largest value.
    below, above: whether there is anything beyond the edges.
    """

    codes: np.ndarray
    edges: tuple[float, ...]
    below: bool
    above: bool

    @property
    def size(self) -> int:
        """How many bins there are, without the one for no value."""
        return max(len(self.edges) - 1, 0)


def bins_of(column: pa.ChunkedArray, most: int = MOST) -> Bins:
    """Bins of about the same number for every column; none where it holds no finite number.

    Edges are compared in the column's own precision, as a condition in SQL compares them.
    """
    values = numbers_of(column)
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return _without_finite(values)
    low, high = float(finite.min()), float(finite.max())
    near, far = np.quantile(finite, [TAIL, 1 - TAIL], method="nearest").tolist()
    if near < far and high / FAR - low / FAR > far - near:
        low, high = near, far
    low, high = (min(max(end, -LARGEST), LARGEST) for end in (low, high))
    whole = bool((finite == np.floor(finite)).all())
    edges = round_edges(low, high, most, whole=whole)
    exact = np.array(edges).astype(values.dtype)
    codes = np.searchsorted(exact[1:-1], values, side="right").astype(np.uint8)
    codes[np.isnan(values)] = len(edges) - 1
    return Bins(codes, edges, bool((values < exact[0]).any()), bool((values > exact[-1]).any()))


def _without_finite(values: np.ndarray) -> Bins:
    """One bin where there is infinity at least, none where there is nothing."""
    none = np.isnan(values)
    if none.all():
        return Bins(np.zeros(len(values), dtype=np.uint8), (), below=False, above=False)
    low, high = bool((values < 0).any()), bool((values > 0).any())
    return Bins(none.astype(np.uint8), (0.0, 1.0), below=low, above=high)


def numbers_of(column: pa.ChunkedArray) -> np.ndarray:
    """(n,) float32 where the column is, else float64; nan = no value."""
    kind = pa.float32() if column.type == pa.float32() else pa.float64()
    # Not safely: a whole number of more than 53 bits is still near enough for a picture.
    found = pc.cast(column, kind, safe=False)
    return np.asarray(pc.fill_null(found, math.nan).to_numpy(), dtype=kind.to_pandas_dtype())


def round_edges(low: float, high: float, most: int, *, whole: bool = False) -> tuple[float, ...]:
    """Multiples of 1, 2, 2.5 or 5 times a power of ten around everything from low to high, both no
    larger than LARGEST in size.

    whole: all values are whole numbers: no step is shorter than 1, and none shares the last bin.

    >>> round_edges(0.02, 0.97, 5)
    (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    >>> round_edges(1, 3, 40, whole=True)
    (1.0, 2.0, 3.0, 4.0)
    """
    raw = high / most - low / most
    if whole:
        raw = max(raw, 1.0)
    # Between neighbouring numbers there is no room for edges.
    if raw <= 16 * math.ulp(max(abs(low), abs(high))):
        return _around(low, high)
    power = math.floor(math.log10(raw))
    step = next(one for one in (_times(part, power) for part in STEPS) if one >= raw)
    first = math.floor(low / step)
    last = math.floor(high / step) + 1 if whole else max(math.ceil(high / step), first + 1)
    # A quotient may be rounded to the next whole number.
    first -= _edge(first, step, power) > low
    last += _edge(last, step, power) < high
    return tuple(_edge(place, step, power) for place in range(first, last + 1))


def _edge(place: int, step: float, power: int) -> float:
    """A multiple of the step, as exact as its decimal writing."""
    return round(place * step, 1 - power)


def _times(part: float, power: int) -> float:
    """Part of a power of ten, as exact as its decimal writing."""
    return float(f"{part}e{power}")


def _around(low: float, high: float) -> tuple[float, ...]:
    """One bin from a number to the next one that is told apart from it."""
    return (low, math.nextafter(high, math.inf))
