"""One JSON document as columns: a list of objects, or an object of columns."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from store.errors import UserError

SPLIT = {"columns", "data"}
"""What pandas writes with orient="split", its index aside."""


def parsed(path: Path, text: str) -> Any:
    """The document. Raises UserError where it is none, and where an object names a key twice."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as problem:
        raise UserError(
            f"{path.name} cannot be read as JSON ({problem}). It may be cut off, or nested too "
            "deeply; export it again, best as one object per line (JSON Lines)."
        ) from problem


def table_of(path: Path, document: Any) -> pa.Table:
    """The columns of a list of objects, of an object of lists, or of what pandas writes.

    Raises UserError for anything else and for a column that mixes types.
    """
    columns = _columns(document)
    if columns is None:
        raise UserError(
            f"{path.name} cannot be read as a JSON list of objects ({_kind(document)}). Expected "
            'was [{"label": "a", "text": "…"}, …] or {"label": ["a", …], "text": ["…", …]} with '
            "lists of one length."
        )
    return pa.table({name: _column(path, name, values) for name, values in columns.items()})


def holds_columns(document: Any) -> bool:
    """An object of lists or of objects: columns, not one row, though they may not fit together."""
    if not isinstance(document, dict) or not document:
        return False
    return any(all(isinstance(value, kind) for value in document.values()) for kind in (list, dict))


def columns_of(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Objects as columns; what an object lacks is missing."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _columns(document: Any) -> dict[str, list[Any]] | None:
    if isinstance(document, list):
        return columns_of(document) if all(isinstance(row, dict) for row in document) else None
    if not isinstance(document, dict) or not document:
        return None
    if SPLIT <= set(document) <= SPLIT | {"index"}:
        return _from_split(document["columns"], document["data"])
    values = list(document.values())
    if all(isinstance(column, list) for column in values):
        if len(values) == 1 and values[0] and all(isinstance(row, dict) for row in values[0]):
            return columns_of(values[0])  # {"data": [{…}, …]}: the one list in an envelope
        return document if len({len(column) for column in values}) == 1 else None
    if all(isinstance(column, dict) for column in values):
        keys = list(values[0])  # pandas' default: column -> row -> value
        if all(list(column) == keys for column in values):
            return {name: list(column.values()) for name, column in document.items()}
    return None


def _from_split(names: Any, rows: Any) -> dict[str, list[Any]] | None:
    if not isinstance(names, list) or not isinstance(rows, list):
        return None
    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return None
    if len(set(map(str, names))) < len(names):
        return None
    return {str(name): [row[place] for row in rows] for place, name in enumerate(names)}


def _column(path: Path, name: str, values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowException, ValueError, OverflowError, TypeError, RecursionError) as problem:
        raise UserError(
            f"column {name!r} of {path.name} cannot be read ({problem}). Write the same type in "
            "each column: text, or numbers, or lists of numbers."
        ) from problem


def _kind(document: Any) -> str:
    if isinstance(document, list):
        return "the list holds something that is no object"
    if isinstance(document, dict):
        named = ", ".join(map(str, list(document)[:5]))
        return f"an object with {named or 'nothing in it'}, not columns of one length"
    return f"it is {document!r}"[:60]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"an object names {', '.join(map(repr, twice[:3]))} more than once")
    return found
