"""JSON Lines (one object per line), and JSON files that hold one document."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.json as pjson

from store.errors import UserError
from store.progress import Progress
from store.readers.encoding import encoding_of
from store.readers.formats import Format, Raw
from store.readers.json_document import holds_columns, parsed, table_of
from store.readers.request import Request
from store.readers.signatures import looks_like_json, looks_like_tasks
from store.spool import spooled_table

BLOCK = 16 << 20
"""Characters that are read at once."""
MOST = 2**31 - 1
"""Bytes that Arrow takes at once: a single line has to fit into them."""
FIRST_BYTES = 1 << 20
DEEP = 100
"""More lists and objects within each other than this are no table, and far more end the process:
Arrow's reader calls itself for each, until the stack is full."""
_STEP = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def recognises(head: bytes) -> bool:
    """It starts with an object, or with a list of objects, and is no other tool's export."""
    return looks_like_json(head) and not looks_like_tasks(head)


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read JSON Lines or one document. Dates stay the text that they are.

    Lines are read a block at a time, and need not fit into memory; a document has to.
    Raises UserError for a line that is no object and for a column that mixes types.
    """
    codec, notes = encoding_of(path)
    if _is_document(path, codec):
        table = table_of(path, parsed(path, _text_of(path, codec)))
        return Raw(table, len(table), notes)
    if not first_rows:
        table = _from_lines(path, codec, progress)
        return Raw(table, len(table), notes)
    blocks = _line_blocks(path, codec, FIRST_BYTES)
    first = next(blocks, Lines(1, b""))
    table = _parsed(path, first, _schema_of(path, first))
    return Raw(table, len(table) if next(blocks, None) is None else None, notes)


def _text_of(path: Path, codec: str) -> str:
    return path.read_bytes().decode(codec)


def _is_document(path: Path, codec: str) -> bool:
    """One value over all of the file, and not one object per line."""
    with path.open("rb") as file:
        start = file.read(BLOCK).decode(codec, errors="ignore").lstrip("\ufeff \t\r\n")
    if start.startswith("["):
        return True
    first, _, rest = start.partition("\n")
    try:
        told = json.loads(first)
    except (ValueError, RecursionError):
        # An object over several lines, unless a line is broken: then the lines say which.
        return _parses(_text_of(path, codec))
    # A lone object can be columns; any other is a table of one row.
    return not rest.strip() and holds_columns(told)


def _parses(text: str) -> bool:
    try:
        json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


class Lines(NamedTuple):
    """Whole lines of a file as UTF-8, and the number of the first, from 1."""

    first: int
    data: bytes


def _line_blocks(path: Path, codec: str, size: int) -> Iterator[Lines]:
    """All of a file, about `size` characters at a time."""
    number = 1
    with path.open(encoding=codec, newline="\n") as file:
        while text := file.read(size) + file.readline():
            yield Lines(number, text.encode())
            number += text.count("\n")


def _from_lines(path: Path, codec: str, progress: Progress) -> pa.Table:
    """What the columns hold is known once all was looked at; so the file is read twice."""
    schemas, read, size = [], 0, path.stat().st_size
    for lines in _line_blocks(path, codec, BLOCK):
        schemas.append(_schema_of(path, lines))
        read += len(lines.data)
        progress("reading", min(read, size), 2 * size)
    try:
        schema = pa.unify_schemas(schemas, promote_options="permissive")
    except pa.ArrowException as problem:
        raise _unreadable(path, str(problem)) from problem

    def batches() -> Iterator[pa.RecordBatch]:
        read = 0
        for lines in _line_blocks(path, codec, BLOCK):
            yield from _parsed(path, lines, schema).to_batches()
            read += len(lines.data)
            progress("reading", size + min(read, size), 2 * size)

    return spooled_table(schema, batches())


def _schema_of(path: Path, lines: Lines) -> pa.Schema:
    """The columns of some lines. Arrow takes "2024-01-31" for a time; it stays text, as written."""
    _check_depth(path, lines)
    found = _parsed(path, lines, pa.schema([])).schema
    return pa.schema(
        [
            field.with_type(pa.string()) if pa.types.is_timestamp(field.type) else field
            for field in found
        ]
    )


def _parsed(path: Path, lines: Lines, schema: pa.Schema) -> pa.Table:
    """Lines as a table; columns that the schema does not name come after those that it does."""
    # All at once: Arrow cannot join a list to nulls that it found in another block of its own.
    block = min(MOST, len(lines.data) + 1)
    try:
        table = pjson.read_json(
            io.BytesIO(lines.data),
            read_options=pjson.ReadOptions(block_size=block),
            parse_options=pjson.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="infer"
            ),
        )
        table.validate(full=True)
        return table
    except (pa.ArrowException, UnicodeError) as problem:
        raise _unreadable(path, _first_bad_line(lines) or str(problem)) from problem


def _unreadable(path: Path, why: str) -> UserError:
    return UserError(
        f"{path.name} cannot be read as JSON Lines ({why}). "
        'Every line has to be one object such as {"id": 1, "text": "…", "label": "a"}, with '
        "the same type in each column."
    )


def _check_depth(path: Path, lines: Lines) -> None:
    for number, line in enumerate(io.BytesIO(lines.data), lines.first):
        if line.count(b"[") + line.count(b"{") > DEEP and depth_of(line) > DEEP:
            raise UserError(
                f"{path.name} nests more than {DEEP} lists or objects within each other in line "
                f"{number}, which is no table. Write one object with plain values per line."
            )


def depth_of(text: bytes) -> int:
    """How many lists and objects lie within each other at most; those in quotes do not count.

    >>> depth_of(b'{"a": [1, [2]], "b": "[[[["}')
    3
    """
    depth = deepest = 0
    for step in _STEP.finditer(text):
        if step[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif step[0] in b"]}":
            depth -= 1
    return deepest


def _first_bad_line(lines: Lines) -> str | None:
    for number, line in enumerate(lines.data.splitlines(), lines.first):
        if not line.strip():
            continue
        try:
            good = isinstance(json.loads(line), dict)
        except (ValueError, RecursionError):
            good = False
        if not good:
            return f"line {number} is not an object: {line[:80].decode(errors='replace')}"
    return None


FORMAT = Format("JSON", (".jsonl", ".json", ".ndjson"), recognises, load)
