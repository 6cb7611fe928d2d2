"""A filter made by clicks and the same as SQL name the same rows, and so do a chart's bars."""

import math
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.binning import bins_of
from engine.choice import Choice, Contains, OneOf, Range, read_choice
from engine.crossfilter import tally
from engine.grouping import groups_of
from store.conditions import rows_that
from store.row_columns import own_names, without_nan

TEXTS = [
    "dog",
    "it's",
    'a "b"',
    "",
    " ",
    "Straße",
    "STRASSE",
    "汉字",
    "%_",
    "\\",
    "none",
    "İ",
    "a\nb",
]
TITLES = ["score", "star rating", 'the "best"', "select", "order", "desc", "Größe", "Score", "rows",
          "", "é", "1st", "a'b", "true", "_", "汉", "x;--"]  # fmt: skip
ROWS = st.integers(1, 25)


def usual(number):
    """Of a size that has a decimal writing of 38 digits, or no size at all."""
    return not math.isfinite(number) or number == 0 or 1e-18 < abs(number) < 1e18


KINDS = {
    "float32": (pa.float32(), st.none() | st.floats(width=32).filter(usual)),
    "edges32": (pa.float32(), st.none() | st.integers(-8, 40).map(lambda k: np.float32(k / 40))),
    "float64": (pa.float64(), st.none() | st.floats().filter(usual)),
    "edges64": (pa.float64(), st.none() | st.integers(-8, 40).map(lambda k: k / 40)),
    "int64": (pa.int64(), st.none() | st.integers(-(2**63), 2**63 - 1)),
    "small": (pa.int16(), st.none() | st.integers(-3, 3)),
    "uint64": (pa.uint64(), st.none() | st.integers(0, 2**64 - 1)),
    "decimal": (
        pa.decimal128(12, 3),
        st.none() | st.integers(-(10**9), 10**9).map(lambda k: Decimal(k) / 1000),
    ),
}


@st.composite
def numbers(draw):
    """A column of numbers, and an end of a range that may be one of them."""
    kind, values = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    n = draw(ROWS)
    cells = draw(st.lists(values, min_size=n, max_size=n))
    column = pa.chunked_array([pa.array(cells, kind, from_pandas=False)])
    theirs = [float(one) for one in cells if one is not None and math.isfinite(one)]
    ends = st.floats(allow_nan=False, allow_infinity=False).filter(usual)
    ends |= st.integers(-8, 40).map(lambda k: k / 40)
    ends = st.none() | (st.sampled_from(theirs) | ends if theirs else ends)
    return column, draw(ends), draw(ends)


def reference(column, low, high):
    """In the column's own precision; neither null nor nan is in any range."""
    single = column.type == pa.float32()

    def number(value):
        if single:
            with np.errstate(over="ignore"):
                return float(np.float32(value))
        return value if isinstance(value, int | Decimal) else float(value)

    def within(cell):
        if cell is None or (isinstance(cell, float) and math.isnan(cell)):
            return False
        # Of what is exact an end is the decimal that is written.
        exact = isinstance(cell, int | Decimal)
        end = (lambda x: Decimal(repr(x))) if exact else number
        cell = number(cell)
        above = low is None or cell >= end(low)
        return above and (high is None or cell < end(high))

    return [within(cell) for cell in column.to_pylist()]


def asked(column, title, part):
    """The rows by SQL, as the Explore page asks for them."""
    others = {"other": list(range(len(column)))}
    table = without_nan(pa.table({title: column, **others}))
    table = table.rename_columns(own_names(table))
    return rows_that(table, Choice((part(table.column_names[0]),)).line).tolist()


@settings(max_examples=60, deadline=None)
@given(made=numbers(), title=st.sampled_from(TITLES))
def test_a_range_is_the_same_by_click_and_by_sql(made, title):
    column, low, high = made

    rows = asked(column, title, lambda name: Range(name, low, high))

    assert rows == reference(column, low, high)


@settings(max_examples=60, deadline=None)
@given(made=numbers(), data=st.data())
def test_the_bins_of_a_brush_hold_the_rows_that_it_filters(made, data):
    """Any stretch of bins: what their bars count is what their edges let pass."""
    column = without_nan(pa.table({"x": made[0]}))["x"]
    bins = bins_of(column)
    counts = tally(bins.codes, bins.size + 1)

    assert counts[bins.size] == sum(one is None for one in column.to_pylist())
    if bins.size == 0:
        return
    first = data.draw(st.integers(0, bins.size - 1))
    last = data.draw(st.integers(first + 1, bins.size))
    low = None if first == 0 else bins.edges[first]
    high = None if last == bins.size else bins.edges[last]
    passed = asked(column, "x", lambda name: Range(name, low, high))
    assert sum(passed) == counts[first:last].sum()


CELLS = {
    "text": (pa.string(), st.none() | st.sampled_from(TEXTS)),
    "dictionary": (pa.dictionary(pa.int32(), pa.string()), st.none() | st.sampled_from(TEXTS)),
    "boolean": (pa.bool_(), st.none() | st.booleans()),
    "whole": (pa.int64(), st.none() | st.integers(-3, 3)),
    "large": (pa.int64(), st.none() | st.sampled_from([2**53, 2**53 + 1, -(2**63)])),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), title=st.sampled_from(TITLES))
def test_names_are_the_same_by_click_and_by_sql(data, title):
    """Every bar, and any choice of several, none among them."""
    kind, values = CELLS[data.draw(st.sampled_from(sorted(CELLS)))]
    cells = data.draw(st.lists(values, min_size=1, max_size=25))
    column = pa.chunked_array([pa.array(cells, kind)])
    found = groups_of(column)
    places = data.draw(st.sets(st.integers(0, found.size - 1), min_size=1))
    names = tuple(found.names[place] for place in sorted(places))

    rows = asked(column, title, lambda name: OneOf(name, names))

    def name(cell):
        return str(cell).lower() if isinstance(cell, bool) else None if cell is None else str(cell)

    assert rows == [name(cell) in names for cell in cells]
    assert sum(rows) == tally(found.codes, found.size)[sorted(places)].sum()


@settings(max_examples=30, deadline=None)
@given(
    cells=st.lists(st.none() | st.sampled_from(TEXTS), min_size=1, max_size=20),
    words=st.sampled_from(["dog", "DOG", "'", '"', "%", "\\", "汉", "ss", "ß", " ", "a\nb"]),
)
def test_words_are_found_in_any_case(cells, words):
    rows = asked(
        pa.chunked_array([pa.array(cells, pa.string())]), "text", lambda x: Contains(x, words)
    )

    assert rows == [cell is not None and words.lower() in cell.lower() for cell in cells]


def test_parts_typed_sql_and_both_together_are_one_condition():
    table = pa.table({"order": [1, 2, 3, 4], "kind": ["a", "b", None, "a"]})
    facts = {
        "parts": [{"column": "order", "low": 1.5}, {"column": "kind", "names": ["a", None]}],
        "typed": "\"order\" < 4 OR kind = 'b' -- a remark",
    }

    choice = read_choice(facts)

    assert rows_that(table, choice.line).tolist() == [False, False, True, False]
    assert rows_that(table, choice.made).tolist() == [False, False, True, True]


def test_columns_alike_but_for_case_are_told_apart():
    """DuckDB would take one for the other."""
    table = pa.table({"A": [1, 2], "a": [2, 1]})
    table = table.rename_columns(own_names(table))

    assert table.column_names == ["A", "a_"]
    assert rows_that(table, Choice((Range("a_", 2, None),)).line).tolist() == [True, False]
