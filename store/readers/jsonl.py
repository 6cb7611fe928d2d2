"""JSON Lines (one object per line), and JSON files that hold one document."""

import io
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.json as pjson

from store.errors import UserError
from store.progress import Progress
from store.readers.encoding import encoding_of
from store.readers.formats import Format, Raw
from store.readers.json_document import holds_columns, parsed, table_of
from store.readers.request import Request
from store.readers.signatures import looks_like_json, looks_like_tasks

BLOCK = 16 << 20
"""Bytes per block: a single line has to fit into one."""
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

    Raises UserError for a line that is no object and for a column that mixes types.
    """
    codec, notes = encoding_of(path)
    data = path.read_bytes()
    whole = True
    if _is_document(data, codec):
        table = table_of(path, parsed(path, data.decode(codec)))
    else:
        if first_rows and len(data) > FIRST_BYTES and codec.startswith("utf-8"):
            end = data.find(b"\n", FIRST_BYTES)
            whole = end < 0
            data = data if whole else data[:end]
        if codec != "utf-8":
            data = data.decode(codec).encode()
        table = _from_lines(path, data)
    return Raw(table, len(table) if whole else None, notes)


def _is_document(data: bytes, codec: str) -> bool:
    """One value over all of the file, and not one object per line."""
    start = data[:BLOCK].decode(codec, errors="ignore").lstrip("\ufeff \t\r\n")
    if start.startswith("["):
        return True
    first, _, rest = start.partition("\n")
    try:
        told = json.loads(first)
    except (ValueError, RecursionError):
        # An object over several lines, unless a line is broken: then the lines say which.
        return _parses(data, codec)
    # A lone object can be columns; any other is a table of one row.
    return not rest.strip() and holds_columns(told)


def _parses(data: bytes, codec: str) -> bool:
    try:
        json.loads(data.decode(codec).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def _from_lines(path: Path, data: bytes) -> pa.Table:
    def parse(dates: list[str]) -> pa.Table:
        schema = pa.schema([(name, pa.string()) for name in dates])
        return pjson.read_json(
            io.BytesIO(data),
            read_options=pjson.ReadOptions(block_size=BLOCK),
            parse_options=pjson.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="infer"
            ),
        )

    _check_depth(path, data)
    try:
        table = parse([])
        dates = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
        # Arrow takes "2024-01-31" for a time; an id or an export must keep it as written.
        table = parse(dates).select(table.column_names) if dates else table
        table.validate(full=True)
        return table
    except (pa.ArrowException, UnicodeError) as problem:
        raise UserError(
            f"{path.name} cannot be read as JSON Lines ({_first_bad_line(data) or problem}). "
            'Every line has to be one object such as {"id": 1, "text": "…", "label": "a"}, with '
            "the same type in each column."
        ) from problem


def _check_depth(path: Path, data: bytes) -> None:
    for number, line in enumerate(io.BytesIO(data), 1):
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


def _first_bad_line(data: bytes) -> str | None:
    for number, line in enumerate(data.splitlines(), 1):
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
