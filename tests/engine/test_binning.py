"""Bins of numbers and groups of names."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.binning import LARGEST, bins_of, round_edges
from engine.crossfilter import tally
from engine.grouping import groups_of


def binned(values, kind=None, **options):
    return bins_of(pa.chunked_array([pa.array(values, kind)]), **options)


def test_edges_are_round_and_hold_the_largest_value():
    bins = binned([0.0, 0.26, 0.5, 1.0])

    assert bins.edges[:3] == (0.0, 0.025, 0.05)
    assert bins.edges[-1] == 1.0
    assert bins.codes.tolist() == [0, 10, 20, 39]
    assert (bins.below, bins.above) == (False, False)


def test_a_value_on_an_edge_is_in_the_bin_that_begins_there_also_as_float32():
    """0.7 as float32 is below 0.7: it still belongs to the bin from 0.7 on."""
    tenths = [k / 10 for k in range(11)]
    bins = binned(tenths, pa.float32(), most=10)

    assert bins.edges == tuple(tenths)
    assert bins.codes.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]


def test_whole_numbers_do_not_share_the_last_bin():
    assert binned([1, 2, 3, 3]).edges == (1.0, 2.0, 3.0, 4.0)
    assert binned([1.0, 2.0, None, 3.0]).codes.tolist() == [0, 1, 3, 2]


def test_an_outlier_does_not_press_everything_into_one_bin():
    values = [*np.linspace(0, 1, 1_000).tolist(), 1e9, -1e9]
    bins = binned(values)

    assert bins.edges[-1] < 2
    assert (bins.below, bins.above) == (True, True)
    assert bins.codes[-2:].tolist() == [bins.size - 1, 0]
    assert tally(bins.codes, bins.size + 1).max() < 100


@pytest.mark.parametrize(
    ("values", "size", "codes"),
    [
        ([None, None], 0, [0, 0]),
        ([float("nan"), None], 0, [0, 0]),
        ([7.5], 1, [0]),
        ([7.5, None, 7.5], 1, [0, 1, 0]),
        ([float("inf"), None], 1, [0, 1]),
        ([0.0, -0.0], 1, [0, 0]),
        ([1.0, float("inf"), float("-inf")], 1, [0, 0, 0]),
        ([5e-324, 0.0], 1, [0, 0]),
        ([1.0, 1.0 + 2**-52], 1, [0, 0]),
        ([1.5e308, 1.7e308], 1, [0, 0]),
        ([-1.7e308, None, 1.7e308], 41, [0, 41, 40]),
    ],
)
def test_awkward_columns(values, size, codes):
    bins = binned(values, pa.float64())

    assert bins.size == size
    assert bins.codes.tolist() == codes


@settings(max_examples=300, deadline=None)
@given(
    low=st.floats(-LARGEST, LARGEST),
    high=st.floats(-LARGEST, LARGEST),
    most=st.integers(1, 60),
    whole=st.booleans(),
)
def test_edges_rise_and_reach_around_everything(low, high, most, whole):
    low, high = sorted((low, high))
    if whole:
        low, high = float(np.floor(low)), float(np.ceil(high))

    edges = round_edges(low, high, most, whole=whole)

    assert all(a < b for a, b in pairwise(edges))
    assert edges[0] <= low
    assert edges[-1] >= high
    assert 2 <= len(edges) <= most + 3


def test_groups_are_in_order_and_none_is_last():
    assert groups_of(pa.chunked_array([[10, 9, None, 10]])).names == ("9", "10", None)
    assert groups_of(pa.chunked_array([[True, None, False]])).names == ("false", "true", None)


def test_classes_keep_their_order_also_those_without_rows():
    column = pa.DictionaryArray.from_arrays(pa.array([2, None, 0]), pa.array(["b", "x", "a"]))
    found = groups_of(pa.chunked_array([column]))

    assert found.names == ("b", "x", "a", None)
    assert found.codes.tolist() == [2, 3, 0]


def test_a_dictionary_may_repeat_a_name_and_hold_null():
    values = pa.array(["b", None, "b"])
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), values)
    found = groups_of(pa.chunked_array([column]))

    assert found.names == ("b", None)
    assert found.codes.tolist() == [0, 1, 0, 1]


def test_chunks_with_other_dictionaries_are_one_column():
    chunks = [pa.array(one).dictionary_encode() for one in (["b", "a"], ["c", "b", None])]
    found = groups_of(pa.chunked_array(chunks))

    assert [found.names[code] for code in found.codes] == ["b", "a", "c", "b", None]


def test_more_groups_than_a_byte_holds():
    names = [f"{k:05}" for k in range(70_000)]
    found = groups_of(pa.chunked_array([names]))

    assert found.codes.tolist() == list(range(70_000))
