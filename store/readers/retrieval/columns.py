"""Columns of tables that hold a part of a retrieval set."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store.errors import UserError
from store.progress import Progress
from store.readers.csv_tsv import delimiter_of
from store.readers.request import Request
from store.readers.retrieval.lines import first_line
from store.readers.retrieval.naming import COLUMNS, column_of, ending_of
from store.readers.sniffing import load


def columns_of(path: Path) -> list[str]:
    """Names of the columns of a table, from its head alone; none where it has no head."""
    try:
        if ending_of(path.name) in (".parquet", ".pq"):
            return list(pq.read_schema(path).names)
        line = first_line(path)
        if ending_of(path.name) in (".jsonl", ".ndjson"):
            found = json.loads(line)
            return list(found) if isinstance(found, dict) else []
        return next(csv.reader(io.StringIO(line), delimiter=delimiter_of(line, path.suffix)), [])
    except (pa.ArrowException, OSError, ValueError, RecursionError, csv.Error):
        return []


def read_columns(path: Path, progress: Progress) -> pa.Table:
    """A table as the readers of tables read it; ids stay as they are written."""
    names = columns_of(path)
    query, passage = (column_of(part, names) for part in ("query id", "passage id"))
    # Kept as written, which is what an id and a label are: "1.10" and "1.1" are two passages.
    return load(path, Request(id=query, label=passage), progress=progress).table


def column(table: pa.Table, part: str, file: Path, *, named: str | None = None) -> str:
    """The column that plays a part. Raises UserError where there is none."""
    names = table.column_names
    found = named or column_of(part, names)
    if found not in names:
        wanted = repr(named) if named else f"like {', '.join(COLUMNS[part][:5])}"
        raise UserError(
            f"{file.name} has no column for the {part} (called {wanted}). It has: "
            f"{', '.join(names)}. Rename one of them."
        )
    return str(found)


def words_of(column: pa.ChunkedArray, file: Path) -> pa.Array:
    """A column as text. Raises UserError for lists and bytes."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    try:
        if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
            raise pa.ArrowInvalid("bytes")
        return pc.cast(array, pa.large_string() if _is_long(array) else pa.string())
    except pa.ArrowException as problem:
        raise UserError(
            f"a column of {file.name} holds {array.type}, and text was expected ({problem}). "
            "Write ids and texts as strings."
        ) from problem


def grades_of(column: pa.ChunkedArray, file: Path) -> np.ndarray:
    """(n,) int64. Raises UserError where a grade is missing or no whole number."""
    try:
        if column.null_count:
            raise pa.ArrowInvalid("a cell is empty")
        kind = pa.int64() if pa.types.is_boolean(column.type) else pa.float64()
        values = pc.cast(column, kind).to_numpy(zero_copy_only=False)
        grades = values.astype(np.int64)
        if not np.array_equal(grades, values):
            raise pa.ArrowInvalid("one is a fraction")
        return grades
    except (pa.ArrowException, ValueError) as problem:
        raise UserError(
            f"the grades of {file.name} are not whole numbers ({problem}). 0 = not relevant, 1 or "
            "more = relevant; write them like that, or name another column with --label."
        ) from problem


def _is_long(array: pa.Array) -> bool:
    return bool(pa.types.is_large_string(array.type))
