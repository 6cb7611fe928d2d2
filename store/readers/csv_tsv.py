"""Tables as text: CSV and TSV, with commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pcsv

from store.errors import UserError
from store.progress import Progress
from store.readers.encoding import encoding_of
from store.readers.formats import Format, Raw
from store.readers.naming import is_named_like
from store.readers.request import Guess, Request
from store.readers.signatures import known_as, looks_like_json, looks_like_text
from store.readers.values import typed
from store.spool import spooled_table

DELIMITERS = (",", ";", "\t")
SAMPLE = 65_536
BLOCK = 16 << 20
"""Bytes per block: a single row, a long document say, has to fit into one."""
FIRST_BLOCK = 1 << 20


def recognises(head: bytes) -> bool:
    """Any text that is nothing else."""
    return known_as(head) is None and looks_like_text(head) and not looks_like_json(head)


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read a CSV or TSV file. A column becomes numbers only if no digit of it is lost.

    Raises UserError for a row with too many or too few cells and for a header without rows.
    """
    csv.field_size_limit(BLOCK)
    codec, notes = encoding_of(path)
    with path.open(encoding=codec, newline="", errors="ignore") as file:
        sample = file.read(SAMPLE)
    delimiter = delimiter_of(sample, path.suffix)
    header = _header(path, codec, delimiter)
    if not header:
        return Raw(pa.table({}), 0)
    if len(header) != len(set(header)):
        twice = sorted({name or "(no name)" for name in header if header.count(name) > 1})
        raise UserError(
            f"{path.name} has more than one column called {', '.join(twice)}. Every column needs a "
            "name of its own; if the file has no header line, add one."
        )
    table, rows = _parse(path, codec, delimiter, header, first_rows, progress)
    if table.column_names != header:
        raise UserError(
            f"{path.name} has a header that can be read in two ways: {header[:8]} or "
            f"{table.column_names[:8]}. A stray quote or a control character is in it, or the "
            "encoding is another one; export the table again, best as UTF-8."
        )
    columns = []
    for name in table.column_names:
        exact = is_named_like(name, "id", request) or is_named_like(name, "label", request)
        columns.append(typed(table[name], whole_only=exact))
    names = [name or "unnamed" for name in table.column_names]
    return Raw(pa.table(columns, names=names), rows, notes + _delimiter_note(delimiter, path))


def delimiter_of(sample: str, ending: str) -> str:
    """The delimiter that cuts the first rows into the most cells of one and the same number."""

    def fit(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        lines = [len(line) for line, _ in zip(reader, range(20), strict=False) if line]
        # The sample may end inside the last row.
        lines = lines[:-1] if len(lines) > 2 else lines
        if not lines:
            return 0.0, 0
        even = sum(length == lines[0] for length in lines) / len(lines)
        return (even if lines[0] > 1 else 0.0, lines[0])

    order = ("\t", ",", ";") if ending.lower() == ".tsv" else DELIMITERS
    return max(order, key=fit)


def _header(path: Path, codec: str, delimiter: str) -> list[str]:
    try:
        with path.open(encoding=codec, newline="") as file:
            return next((line for line in csv.reader(file, delimiter=delimiter) if line), [])
    except csv.Error as problem:
        raise UserError(
            f"{path.name} has no header that can be read ({problem}). Its first line should name "
            "the columns; export the table again."
        ) from problem


def _parse(
    path: Path, codec: str, delimiter: str, header: list[str], first_rows: bool, progress: Progress
) -> tuple[pa.Table, int | None]:
    broken: list[str] = []

    def remember(row: pcsv.InvalidRow) -> str:
        broken.append(f"has {row.actual_columns} cells: {row.text[:80]}")
        return "skip"

    options = {
        "read_options": pcsv.ReadOptions(
            encoding="utf8" if codec.startswith("utf-8") else codec,
            block_size=FIRST_BLOCK if first_rows else BLOCK,
        ),
        "parse_options": pcsv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=remember
        ),
        "convert_options": pcsv.ConvertOptions(
            column_types={name: pa.string() for name in header}, strings_can_be_null=False
        ),
    }
    try:
        stream = pcsv.open_csv(path, **options)
        if first_rows:
            first = next(iter(stream), None)
            if first is None:
                return pa.table({name: pa.array([], pa.string()) for name in header}), 0
            ended = next(iter(stream), None) is None
            table, rows = pa.table(first), len(first) if ended else None
        else:
            size = path.stat().st_size
            table = spooled_table(stream.schema, _watched(stream, size, progress))
            rows = len(table)
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeError) as problem:
        raise UserError(
            f"{path.name} cannot be read as CSV ({problem}). A cell that holds the delimiter, a "
            "quote or a line break has to stand in double quotes; export the table again."
        ) from problem
    if broken:
        raise UserError(
            f"{path.name} has {len(header)} columns ({', '.join(header[:8])}) but "
            f"{len(broken):,} rows do not; the first {broken[0]}. A cell that holds the delimiter "
            "has to stand in double quotes; export the table again."
        )
    if rows and _ends_inside_quotes(table, path):
        raise UserError(
            f"{path.name} ends inside a quoted cell: a double quote opens in the last row that "
            f"was found (row {rows - 1}) and never closes, so all lines after it are part of that "
            "cell. Close the quote, or double it if it belongs to the text."
        )
    return table, rows


def _watched(
    stream: pcsv.CSVStreamingReader, size: int, progress: Progress
) -> Iterator[pa.RecordBatch]:
    read = 0
    for batch in stream:
        yield batch
        read += batch.nbytes
        progress("reading", min(read, size), size)


def _ends_inside_quotes(table: pa.Table, path: Path) -> bool:
    """The last cell goes over lines, which only a quoted one does, and no quote is at the end."""
    last = table.column(table.num_columns - 1)[-1].as_py() if len(table) else ""
    if "\n" not in last:
        return False
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1024))
        return b'"' not in file.read().rstrip(b"\r\n\t \x00")[-2:]


def _delimiter_note(delimiter: str, path: Path) -> tuple[Guess, ...]:
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    if delimiter == usual:
        return ()
    names = {",": "comma", ";": "semicolon", "\t": "tab"}
    why = "it cuts the first rows into equally many cells"
    return (Guess("delimiter", names[delimiter], why, tuple(names.values())),)


FORMAT = Format("CSV or TSV text", (".csv", ".tsv", ".txt"), recognises, load)
