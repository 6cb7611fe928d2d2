"""Codes of a map's colours against counting by hand."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.colouring import (
    MOST_GROUPS,
    NONE,
    OTHERS,
    agreement_of,
    amounts_of,
    groups_of,
)

NAMES = st.lists(
    st.one_of(st.none(), st.sampled_from([f"c{one}" for one in range(60)] + ["", "é"]))
)


@settings(deadline=None)
@given(NAMES, st.booleans())
def test_groups_are_what_counting_says(values, dictionary):
    """Every row's code leads to its own name; most frequent first; the rest are others."""
    column = pa.chunked_array([pa.array(values, pa.string())])
    found = groups_of(column.dictionary_encode() if dictionary else column)
    counted = Counter(value for value in values if value is not None)

    ranked = sorted(counted, key=lambda name: (-counted[name], name))
    assert list(found.names) == ranked[:MOST_GROUPS]
    assert list(found.counts) == [counted[name] for name in found.names]
    assert found.others == max(0, len(ranked) - MOST_GROUPS)
    assert found.others_count == sum(counted[name] for name in ranked[MOST_GROUPS:])
    assert found.none == values.count(None)
    for value, code in zip(values, found.codes.tolist(), strict=True):
        if value is None:
            assert code == NONE
        else:
            assert code == (ranked.index(value) if value in found.names else OTHERS)


def test_names_that_are_given_keep_their_places():
    """A class nobody has keeps its colour for those to come; counts do not reorder."""
    found = groups_of(pa.chunked_array([["b", "b", "c"]]), names=["a", "b", "c"])

    assert (found.names, found.counts) == (("a", "b", "c"), (0, 2, 1))
    assert found.codes.tolist() == [1, 1, 2]


def test_several_chunks_with_dictionaries_of_their_own():
    """The same name has the same code in every chunk."""
    chunks = [pa.array(["x", "y"]).dictionary_encode(), pa.array(["y", None]).dictionary_encode()]

    assert groups_of(pa.chunked_array(chunks)).codes.tolist() == [1, 0, 0, NONE]


@pytest.mark.parametrize(
    ("values", "names"),
    [([True, False, True], ["true", "false", "true"]), ([3, 1, 3], ["3", "1", "3"])],
)
def test_booleans_and_whole_numbers_are_groups_by_their_names(values, names):
    """As SQL writes them."""
    found = groups_of(pa.chunked_array([values]))

    assert [found.names[code] for code in found.codes] == names


@settings(deadline=None)
@given(st.lists(st.floats(width=32, allow_nan=True, allow_infinity=True), max_size=40))
def test_amounts_rise_with_the_numbers(values):
    """A larger number has no smaller code; nan has none; the ends are percentiles of numpy."""
    numbers = np.array(values, dtype=np.float32)
    found = amounts_of(numbers)

    known = ~np.isnan(numbers)
    assert (found.codes[~known] == NONE).all()
    assert (found.codes[known] < NONE).all()
    assert found.none == int((~known).sum())
    ordered = found.codes[known][np.argsort(numbers[known], kind="stable")].astype(int)
    assert (np.diff(ordered) >= 0).all()
    finite = numbers[np.isfinite(numbers)].astype(np.float64)
    if len(finite):
        assert [found.low, found.high] == np.percentile(finite, [1, 99]).tolist()
        beyond = (numbers[known] < found.low) | (numbers[known] > found.high)
        assert found.clipped == int(beyond.sum())


def test_one_far_off_number_leaves_colours_for_the_rest():
    """Of 0 to 999 and a million, the thousand use the whole scale."""
    codes = amounts_of(np.append(np.arange(1000.0), 1e6)).codes

    assert len(set(codes[:1000].tolist())) > 240
    assert codes[1000] == codes[999] == NONE - 1


def test_all_alike_is_in_the_middle():
    """One number says neither little nor much."""
    assert amounts_of(np.full(5, 2.5)).codes.tolist() == [127] * 5


def test_agreement_needs_both():
    """Given and suggested alike, different, and one or the other missing."""
    given_ones = pa.chunked_array([pa.array(["a", "a", None, "b", None]).dictionary_encode()])
    suggested = pa.chunked_array([pa.array(["a", "b", "a", None, None]).dictionary_encode()])

    found = agreement_of(given_ones, suggested)

    assert found.codes.tolist() == [0, 1, NONE, NONE, NONE]
    assert found.names == ("agree", "differ")
