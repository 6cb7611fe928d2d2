"""Conditions in SQL: what they mean, and all that they may not do."""

import threading
import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import conditions
from store.conditions import quoted, rows_that, text
from store.errors import UserError

TABLE = pa.table(
    {
        "id": ["a", "b", "c", "d"],
        "label": pa.array(["dog", "cat", None, "dog"]).dictionary_encode(),
        "size": [1, 2, 3, None],
        "score": pa.array([0.5, float("nan"), -1.0, 2.0], pa.float32()),
        "star rating": [5, 4, 3, 2],
        'the "best"': [True, False, None, True],
        "words": [["x"], [], None, ["y", "z"]],
    }
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("label = 'dog'", "ad"),
        ("LABEL = 'dog' OR size >= 3", "acd"),
        ("label IS NULL", "c"),
        ("label <> 'dog'", "b"),
        ("label IN ('cat', 'cow')", "b"),
        ("NOT (size BETWEEN 1 AND 2)", "c"),
        ('"star rating" % 2 = 0', "bd"),
        ('"the ""best"""', "ad"),
        ("id LIKE '_' AND label ILIKE 'D%'", "ad"),
        ("regexp_matches(label, '^c.t$')", "b"),
        ("label SIMILAR TO 'dog|cow'", "ad"),
        ("isnan(score)", "b"),
        ("CASE WHEN size = 1 THEN true ELSE id = 'd' END", "ad"),
        ("length(label) > 2 -- a remark", "abd"),
        ("coalesce(size, 9) > 2.5", "cd"),
        ("CAST(size AS VARCHAR) = '2'", "b"),
        ("true", "abcd"),
        ("NULL::BOOLEAN", ""),
    ],
)
def test_a_condition_means_what_it_says(condition, expected):
    """Unknown is not true, as everywhere in SQL."""
    rows = rows_that(TABLE, condition)

    assert "".join(np.array(["a", "b", "c", "d"])[rows]) == expected


ATTEMPTS = {
    "a file": "(SELECT count(*) FROM read_csv('/etc/passwd')) > 0",
    "a file by its name": "EXISTS (FROM '/etc/passwd')",
    "a text": "length(content) > 0 FROM read_text('/etc/passwd')",
    "a folder": "(SELECT count(*) FROM glob('/etc/*')) > 0",
    "the network": "(SELECT count(*) FROM 'https://example.org/x.parquet') > 0",
    "a database": "true) FROM rows; ATTACH 'attached.db'; SELECT (true",
    "an extension": "true) FROM rows; INSTALL httpfs; LOAD httpfs; SELECT (true",
    "a copy": "true) FROM rows; COPY rows TO 'copied.csv'; SELECT (true",
    "a setting": "true) FROM rows; SET memory_limit = '90GB'; SELECT (true",
    "a second column": "true) AS kept, (true",
    "another select": "true) AS kept FROM rows UNION ALL SELECT (true",
    "an order": "true) AS kept FROM rows ORDER BY (1",
    "the environment": "getenv('HOME') <> ''",
    "a setting's value": "current_setting('memory_limit') <> ''",
    "python's variables": "EXISTS (SELECT * FROM TABLE_OF_THE_TEST)",
    "all the memory": "length(repeat(id, 2000000000)) > 0",
    "all the memory by a list": "list_sum(range(100000000000)) > 0",
    "a minute": "(SELECT count(*) FROM range(1000000000000)) > 0",
    "no end": "(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) FROM r) > 0",
    "other rows": "row_number() OVER () < 2",
    "all rows": "sum(size) > 1",
    "all columns": "COLUMNS(*) = 1",
    "a parameter": "size = ?",
    "a function within a function": "lower(concat(upper(repeat(id, 9)))) = 'x'",
    "parts of a list": "words[1] = 'x'",
}
TABLE_OF_THE_TEST = TABLE


@pytest.mark.parametrize("condition", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_whatever_is_no_condition_on_a_row_ends_in_a_sentence(condition, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()

    with pytest.raises(UserError) as refused:
        rows_that(TABLE, condition)

    assert str(refused.value)[-1] == "."
    assert not list(tmp_path.iterdir())
    assert time.monotonic() - began < 5  # refused before it ran: nothing waits for the clock


def test_the_lock_holds_by_itself(monkeypatch):
    """Were something forgotten among the parts, files and network are still out of reach."""
    monkeypatch.setattr(conditions, "_check", lambda *_: None)

    for name in ("a file", "a folder", "the network", "python's variables"):
        with pytest.raises(UserError, match="cannot be answered"):
            rows_that(TABLE, ATTEMPTS[name])


def test_a_condition_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(conditions, "_check", lambda *_: None)

    with pytest.raises(UserError, match=r"longer than 0\.2 seconds"):
        rows_that(TABLE, ATTEMPTS["a minute"].replace("count(*)", "max(hash(range))"), seconds=0.2)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("label =", "cannot be read as a condition"),
        ("nosuch = 1", "The columns are: id, label, size"),
        ("size", "not true or false"),
        ("label = 1", "cannot be answered"),
        ("x" * 5_000, "5,000 characters"),
        ("frobnicate(id) = 'a'", "no function 'frobnicate'"),
        ("CAST(id AS INTEGER) = 1", "cannot be answered"),
        ("\ud800", "cannot be"),
        ("id = 'a\x00b' AND", "cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_told(condition, told):
    with pytest.raises(UserError, match=told):
        rows_that(TABLE, condition)


def test_names_and_texts_are_put_into_conditions_as_they_are():
    nasty = """'; DROP TABLE rows; -- "x" \\ % _ ñ 汉 \u202e"""
    table = pa.table({nasty: [nasty, "x"], "Select": ["x", nasty]})

    for name in table.column_names:
        condition = f"{quoted(name)} = {text(nasty)}"
        assert rows_that(table, condition).tolist() == [
            value == nasty for value in table[name].to_pylist()
        ]


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.none() | st.integers(-5, 5), min_size=1, max_size=30),
    names=st.lists(
        st.none() | st.sampled_from(["dog", "it's", 'a "b"', ""]), min_size=30, max_size=30
    ),
    low=st.integers(-6, 6),
    chosen=st.lists(st.sampled_from(["dog", "it's", 'a "b"', ""]), min_size=1),
)
def test_sql_and_python_agree(values, names, low, chosen):
    table = pa.table({"size": pa.array(values, pa.int64()), "label": names[: len(values)]})
    listed = ", ".join(map(text, chosen))

    rows = rows_that(table, f"size > {low} AND label IN ({listed}) OR label IS NULL")

    expected = [
        (value is not None and value > low and name in chosen) or name is None
        for value, name in zip(values, names[: len(values)], strict=True)
    ]
    assert rows.tolist() == expected


def test_several_may_ask_at_once():
    """Each has a connection of its own."""
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda at=at: answers.append(int(rows_that(TABLE, f"size = {at}").sum()))
        )
        for at in (1, 2, 3, 4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [0, 1, 1, 1]
