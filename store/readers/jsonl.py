"""JSON Lines (one object per line), and JSON files that hold one list of objects."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.json as pjson

from store.errors import UserError
from store.readers.encoding import encoding_of
from store.readers.formats import Format, Raw
from store.readers.request import Request
from store.readers.signatures import looks_like_json

BLOCK = 16 << 20
"""Bytes per block: a single line has to fit into one."""
FIRST_BYTES = 1 << 20


def recognises(head: bytes) -> bool:
    """It starts with an object, or with a list of objects."""
    return looks_like_json(head)


def load(path: Path, request: Request, first_rows: bool) -> Raw:
    """Read JSON Lines or a list of objects. Dates stay the text that they are.

    Raises UserError for a line that is no object and for a column that mixes types.
    """
    codec, notes = encoding_of(path)
    data = path.read_bytes()
    whole = True
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        table = _from_list(path, data.decode(codec))
    else:
        if first_rows and len(data) > FIRST_BYTES and codec.startswith("utf-8"):
            end = data.find(b"\n", FIRST_BYTES)
            whole = end < 0
            data = data if whole else data[:end]
        if codec != "utf-8":
            data = data.decode(codec).encode()
        table = _from_lines(path, data)
    return Raw(table, len(table) if whole else None, notes)


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

    try:
        table = parse([])
        dates = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
        # Arrow takes "2024-01-31" for a time; an id or an export must keep it as written.
        return parse(dates).select(table.column_names) if dates else table
    except (pa.ArrowException, UnicodeError) as problem:
        raise UserError(
            f"{path.name} cannot be read as JSON Lines ({_first_bad_line(data) or problem}). "
            'Every line has to be one object such as {"id": 1, "text": "…", "label": "a"}, with '
            "the same type in each column."
        ) from problem


def _first_bad_line(data: bytes) -> str | None:
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            good = isinstance(json.loads(line), dict)
        except ValueError:
            good = False
        if not good:
            return f"line {number} is not an object: {line[:80].decode(errors='replace')}"
    return None


def _from_list(path: Path, text: str) -> pa.Table:
    try:
        rows = json.loads(text)
        if not all(isinstance(row, dict) for row in rows):
            raise ValueError("the list holds something that is no object")
        names = list(dict.fromkeys(name for row in rows for name in row))
        return pa.table({name: [row.get(name) for row in rows] for name in names})
    except (ValueError, pa.ArrowException) as problem:
        raise UserError(
            f"{path.name} cannot be read as a JSON list of objects ({problem}). Write one object "
            "per line (JSON Lines) with the same type in each column."
        ) from problem


FORMAT = Format("JSON", (".jsonl", ".json", ".ndjson"), recognises, load)
