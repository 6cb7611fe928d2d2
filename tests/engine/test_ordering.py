"""Rows in the order of a column, against numpy and plain Python."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ordering import order_by_distance, order_of
from store.errors import UserError

NUMBERS = st.one_of(
    st.none(), st.just(math.nan), st.sampled_from([-1.0, -0.0, 0.0, 0.5, math.inf, -math.inf])
)


def expected(values, *, descending):
    """Known ones by value, ties in table order; NaN before null at the end."""
    known = [row for row, one in enumerate(values) if one is not None and one == one]
    nans = [row for row, one in enumerate(values) if one is not None and one != one]
    nulls = [row for row, one in enumerate(values) if one is None]
    sign = -1 if descending else 1
    if known and not isinstance(values[known[0]], str):
        known.sort(key=lambda row: sign * values[row])
    else:  # sorted keeps ties in table order also the other way round
        known.sort(key=lambda row: values[row], reverse=descending)
    return known + nans + nulls


@settings(deadline=None)
@given(values=st.lists(NUMBERS), descending=st.booleans(), cut=st.integers(0, 5))
def test_numbers_come_in_order_and_what_is_missing_comes_last(values, descending, cut):
    """Both ways, with ties, infinities, NaN and null, in one chunk or two."""
    column = pa.chunked_array([values[:cut], values[cut:]], type=pa.float64())

    assert order_of(column, descending=descending).tolist() == expected(
        values, descending=descending
    )


@settings(deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.text(max_size=3))), descending=st.booleans())
def test_texts_come_in_order(values, descending):
    """By their characters, empty ones first."""
    column = pa.chunked_array([values], type=pa.string())

    assert order_of(column, descending=descending).tolist() == expected(
        values, descending=descending
    )


@settings(deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.integers(-2, 2))), descending=st.booleans())
def test_whole_numbers_come_in_order(values, descending):
    """With many ties."""
    column = pa.chunked_array([values], type=pa.int64())

    assert order_of(column, descending=descending).tolist() == expected(
        values, descending=descending
    )


def test_many_rows_agree_with_numpy():
    """A score of 200,000 rows with ties and without some."""
    values = np.random.default_rng(0).integers(0, 50, 200_000).astype(np.float32)
    values[::7] = np.nan
    column = pa.chunked_array([pa.array(values, mask=np.isnan(values))])
    known = np.argsort(-values, kind="stable")  # NaN last, ties in table order

    assert np.array_equal(order_of(column, descending=True), known)


def test_classes_come_in_their_own_order_and_names_by_name():
    """Ten comes after nine among numbers that are names, where the classes say so."""
    names = pa.array(["9", "10", "11"])
    codes = pa.array([1, 0, None, 2, 0], type=pa.int32())
    column = pa.chunked_array([pa.DictionaryArray.from_arrays(codes, names)])

    assert order_of(column, by_place=True).tolist() == [1, 4, 0, 3, 2]
    assert order_of(column).tolist() == [0, 3, 1, 4, 2]
    assert order_of(column, by_place=True, descending=True).tolist() == [3, 0, 1, 4, 2]


def test_true_and_false_and_days_have_an_order():
    """False before true; nothing at all is an order too."""
    assert order_of(pa.chunked_array([[True, None, False]])).tolist() == [2, 0, 1]
    days = pa.chunked_array([pa.array([3, 1, 2], type=pa.int32()).cast(pa.date32())])
    assert order_of(days).tolist() == [1, 2, 0]
    assert order_of(pa.chunked_array([], type=pa.float32())).tolist() == []


def test_values_without_an_order_are_told():
    """Lists, say: the sentence names the type."""
    with pytest.raises(UserError, match=r"list<.*> have no order. Sort by another column"):
        order_of(pa.chunked_array([[[1.0], [2.0]]]))


def test_near_rows_come_first_and_ties_in_table_order():
    """Distances of which two are the same."""
    distances = np.array([0.5, 0.0, 0.5, 0.1], dtype=np.float32)

    assert order_by_distance(distances).tolist() == [1, 3, 0, 2]
