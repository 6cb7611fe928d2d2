"""A condition on rows in SQL, as somebody types it: read by DuckDB, which may do nothing else."""

import json
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from store.errors import UserError

LONGEST = 4_000
"""Characters of a condition."""
SECONDS = 10.0
"""What a condition may take: a thousand times what an ordinary one takes over a million rows."""
MEMORY = "2GB"
TEMPLATE = "SELECT ({}\n) AS kept FROM rows"
"""The line break ends a comment."""
LOCKED: dict[str, str | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "max_temp_directory_size": "0KB",
    "memory_limit": MEMORY,
}
KINDS = frozenset(
    ("COMPARISON", "CONJUNCTION", "CONSTANT", "COLUMN_REF", "OPERATOR", "CAST", "TYPE", "BETWEEN",
     "CASE", "FUNCTION")
)  # fmt: skip
"""Parts of an expression about one row. No query in a query, no star, no window."""
FUNCTIONS = (
    "abs", "ceil", "coalesce", "contains", "ends_with", "floor", "greatest", "isfinite", "isnan",
    "least", "length", "lower", "regexp_full_match", "regexp_matches", "round", "starts_with",
    "strip_accents", "trim", "upper", "year", "month", "day",
)  # fmt: skip
"""Functions of one row whose results are no larger than what they are given."""
OPERATORS = ("+", "-", "*", "/", "//", "%", "~~", "!~~", "~~*", "!~~*", "like_escape",
             "not_like_escape", "ilike_escape", "not_ilike_escape")  # fmt: skip
"""What arithmetic and LIKE are called once they are read."""


def rows_that(table: pa.Table, condition: str, *, seconds: float = SECONDS) -> np.ndarray:
    """(n,) bool: the condition holds for the row; where it is unknown (null) it does not.

    `given = 'dog' AND self_confidence < 0.2`, `body ILIKE '%refund%'`, `"star rating" IN (1, 2)`.
    Columns by name, in double quotes where it is no plain word; upper and lower case are the same.
    Only what is said of one row by itself can be asked: comparisons, arithmetic, LIKE, IN,
    BETWEEN, CASE, IS NULL, and the functions of `FUNCTIONS`. There are no files, no network, no
    other tables and nothing to change, and a condition that takes too long is stopped.

    Raises UserError for what is no such condition.
    """
    if not condition.strip():
        raise UserError("The condition is empty. Say which rows are meant, as in: given = 'dog'.")
    if len(condition) > LONGEST:
        raise UserError(
            f"The condition has {len(condition):,} characters; {LONGEST:,} are the most. Put a "
            "long list into a column of the table and ask for that."
        )
    with duckdb.connect(":memory:", config=LOCKED) as connection:
        _check(connection, condition)
        connection.register("rows", table)
        connection.execute("SET lock_configuration = true").fetchall()
        kept = _answer(connection, TEMPLATE.format(condition), table.column_names, seconds)
    if not pa.types.is_boolean(kept.type):
        raise UserError(
            f"{condition!r} is {kept.type} for each row, not true or false. Compare it with "
            "something, as in: length(text) > 100."
        )
    return np.asarray(kept.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def columns_in(condition: str) -> frozenset[str]:
    """The columns that a condition names, in lower case; none for what is no condition.

    >>> sorted(columns_in('given IS NULL AND length("The Text") > 100'))
    ['given', 'the text']
    """
    with duckdb.connect(":memory:", config=LOCKED) as connection:
        read = _parsed(connection, condition)
    parts = _parts(read.get("statements", []))
    found = [part["column_names"] for part in parts if part["class"] == "COLUMN_REF"]
    return frozenset(names[-1].lower() for names in found)


def quoted(column: str) -> str:
    """A column's name as a condition has it.

    >>> quoted("given"), quoted('the "best" one'), quoted("order")
    ('given', '"the ""best"" one"', '"order"')
    """
    doubled = column.replace('"', '""')
    is_plain = column.isidentifier() and column.islower() and column not in _keywords()
    return column if is_plain else f'"{doubled}"'


@cache
def _keywords() -> frozenset[str]:
    """Words that name a column in quotes alone."""
    with duckdb.connect(":memory:", config=LOCKED) as connection:
        found = connection.execute(
            "SELECT keyword_name FROM duckdb_keywords() "
            "WHERE keyword_category IN ('reserved', 'type_function')"
        ).fetchall()
    return frozenset(name for (name,) in found)


def text(value: str) -> str:
    """A text as a condition has it.

    >>> text("dog"), text("it's")
    ("'dog'", "'it''s'")
    """
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def _check(connection: duckdb.DuckDBPyConnection, condition: str) -> None:
    """Raise UserError unless it is one expression about a row, made of known parts alone."""
    asked, empty = (_parsed(connection, one) for one in (condition, "true"))
    if asked.get("error"):
        told = str(asked.get("error_message", "")).split("\n")[0]
        raise UserError(f"{condition!r} cannot be read as a condition: {told}. {_example()}")
    statements = [one["statements"] for one in (asked, empty)]
    nodes = [one[0]["node"] for one in statements]
    expressions = [node.pop("select_list", []) for node in nodes]
    # With its one expression taken out, the statement is the one that it was put into.
    if [len(one) for one in statements] != [1, 1] or len(expressions[0]) != 1:
        raise UserError(f"{condition!r} is more than one condition. {_example()}")
    if _placeless(nodes[0]) != _placeless(nodes[1]) or expressions[0][0].get("alias") != "kept":
        raise UserError(f"{condition!r} is more than a condition. {_example()}")
    for part in _parts(expressions[0]):
        if part["class"] not in KINDS or part["type"] in ("ARRAY_EXTRACT", "ARRAY_SLICE"):
            raise UserError(
                f"{condition!r} holds a {part['class'].lower().replace('_', ' ')}, and a condition "
                f"is about one row by itself. {_example()}"
            )
        name = part.get("function_name")
        if name is not None and name not in (*FUNCTIONS, *OPERATORS):
            raise UserError(
                f"There is no function {name!r} in a condition. There are: {', '.join(FUNCTIONS)}."
            )


def _parsed(connection: duckdb.DuckDBPyConnection, condition: str) -> dict[str, Any]:
    """What DuckDB's own parser makes of it."""
    try:
        query = "SELECT json_serialize_sql(?)"
        found = connection.execute(query, [TEMPLATE.format(condition)]).fetchall()
    except (duckdb.Error, RuntimeError) as problem:  # RuntimeError: half of a character
        return {"error": True, "error_message": str(problem)}
    parsed: dict[str, Any] = json.loads(found[0][0])
    return parsed


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    """Every part of a parsed expression that is of a kind."""
    inner: list[Any] = []
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        inner = list(tree.values())
    elif isinstance(tree, list):
        inner = tree
    for one in inner:
        yield from _parts(one)


def _placeless(tree: Any) -> Any:
    """The same without the places in the text."""
    if isinstance(tree, dict):
        return {key: _placeless(one) for key, one in tree.items() if "location" not in key}
    return [_placeless(one) for one in tree] if isinstance(tree, list) else tree


def _answer(
    connection: duckdb.DuckDBPyConnection, query: str, columns: list[str], seconds: float
) -> pa.ChunkedArray:
    clock = threading.Timer(seconds, connection.interrupt)
    clock.start()
    try:
        answer = connection.sql(query).to_arrow_table()["kept"]
    except duckdb.InterruptException as problem:
        raise UserError(
            f"The condition took longer than {seconds:g} seconds and was stopped. Ask for less."
        ) from problem
    except duckdb.Error as problem:
        told = str(problem).split("\n")[0]
        raise UserError(
            f"The condition cannot be answered: {told}. The columns are: "
            f"{', '.join(map(quoted, columns))}."
        ) from problem
    finally:
        clock.cancel()
    return answer


def _example() -> str:
    return "A condition reads like: given = 'dog' AND length(text) > 100."
