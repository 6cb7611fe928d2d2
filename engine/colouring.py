"""From a column to one small code per row, by which a map is coloured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_GROUPS = 40
"""Groups with a colour of their own; an eye tells fewer apart."""
OTHERS, NONE = 254, 255
"""Codes of the groups that share a colour, and of rows without a value."""
LOWEST, HIGHEST = 1.0, 99.0
"""Percentiles at which the ends of a scale are put: one far-off value would leave one colour."""


@dataclass(frozen=True, eq=False)
class Groups:
    """codes: (n,) uint8, a place in names, or OTHERS, or NONE. counts: rows of each name.

    others: how many groups share OTHERS, with others_count rows. none: rows without a value.
    """

    codes: np.ndarray
    names: tuple[str, ...]
    counts: tuple[int, ...]
    others: int
    others_count: int
    none: int


@dataclass(frozen=True, eq=False)
class Amounts:
    """codes: (n,) uint8, 0 at `low` to 254 at `high` in even steps, or NONE.

    low, high: the 1st and the 99th percentile of what is finite; nan = nothing is. clipped: rows
    beyond them, which have the code of the end. none: rows without a number.
    """

    codes: np.ndarray
    low: float
    high: float
    clipped: int
    none: int


def groups_of(column: pa.ChunkedArray, *, names: Sequence[str] | None = None) -> Groups:
    """The groups of a column of categories, most frequent first, ties by name.

    names: all there are, in an order that keeps their colours whatever their counts; at most
    MOST_GROUPS of them have a colour, the first ones.

    >>> groups_of(pa.chunked_array([["b", "a", None, "b"]])).codes
    array([  0,   1, 255,   0], dtype=uint8)
    """
    encoded = _encoded(column)
    values = [str(one) for one in encoded.dictionary.to_pylist()]
    places = np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
    counts = np.bincount(places[places >= 0], minlength=len(values))
    if names is None:
        present = [place for place in range(len(values)) if counts[place]]
        ranked = sorted(present, key=lambda place: (-counts[place], values[place]))
        names = [values[place] for place in ranked]
    shown = {name: code for code, name in enumerate(names[:MOST_GROUPS])}
    code_of = np.array([shown.get(value, OTHERS) for value in values] + [NONE], dtype=np.uint8)
    codes = code_of[places]  # -1 is the last one: none
    per_code = np.bincount(codes, minlength=256)
    rest = [value for place, value in enumerate(values) if value not in shown and counts[place]]
    return Groups(
        codes=codes,
        names=tuple(shown),
        counts=tuple(per_code[: len(shown)].tolist()),
        others=len(rest),
        others_count=int(per_code[OTHERS]),
        none=int(per_code[NONE]),
    )


def amounts_of(values: np.ndarray) -> Amounts:
    """A column of numbers, (n,), in 255 steps; infinite ones lie beyond the ends.

    >>> amounts_of(np.array([0.0, 1.0, np.nan])).codes
    array([  0, 254, 255], dtype=uint8)
    """
    numbers = values.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    missing = np.isnan(numbers)
    codes = np.full(len(numbers), NONE, dtype=np.uint8)
    if not len(finite):
        codes[~missing] = 0
        return Amounts(codes, np.nan, np.nan, int((~missing).sum()), int(missing.sum()))
    low, high = np.percentile(finite, [LOWEST, HIGHEST]).tolist()
    known = numbers[~missing]
    # Where all are alike every one of them is in the middle.
    share = (known.clip(low, high) - low) / (high - low) if high > low else np.full(len(known), 0.5)
    codes[~missing] = np.rint(share * (NONE - 1)).astype(np.uint8)
    clipped = int(((known < low) | (known > high)).sum())
    return Amounts(codes, low, high, clipped, int(missing.sum()))


def agreement_of(given: pa.ChunkedArray, suggested: pa.ChunkedArray) -> Groups:
    """Whether the suggested label is the given one: "agree", "differ", or none without either."""
    same = pc.equal(pc.cast(given, pa.string()), pc.cast(suggested, pa.string()))
    words = pc.if_else(same, "agree", "differ")
    return groups_of(_chunked(words), names=("agree", "differ"))


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """One chunk of texts and their places."""
    if pa.types.is_boolean(column.type):  # a cast of them writes 1 and 0
        column = pc.if_else(column, "true", "false")
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # of no chunk at all
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else _nothing()
    return whole


def _nothing() -> pa.DictionaryArray:
    return pa.array([], pa.string()).dictionary_encode()


def _chunked(array: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
