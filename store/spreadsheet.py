"""Files for a spreadsheet: what it would run as a formula is written as text."""

from collections.abc import Iterator
from io import BufferedIOBase

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from store.errors import UserError

BLOCK = 65_536
# OWASP, CSV injection: the first character decides. Full-width forms count in some locales.
DANGEROUS = r"^[=@\t\r\n＝＠＋－+\-]"
NUMBER = r"^[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?$"  # -1 is a number wherever it is opened


def write_csv(
    table: pa.Table, file: BufferedIOBase, *, neutralise: bool, delimiter: str = ","
) -> dict[str, int]:
    """Write UTF-8, text in quotes. Returns the number of neutralised cells per column.

    Missing is an empty cell, empty text is "". Raises UserError for columns that are no text.
    """
    changed: dict[str, int] = {}
    writer = None
    for plain in safe_blocks(table, changed, neutralise=neutralise, kind="CSV"):
        writer = writer or pyarrow.csv.CSVWriter(
            file, plain.schema, write_options=pyarrow.csv.WriteOptions(delimiter=delimiter)
        )
        writer.write_table(plain)
    if writer is not None:
        writer.close()
    return changed


def safe_blocks(
    table: pa.Table, changed: dict[str, int], *, neutralise: bool, kind: str
) -> Iterator[pa.Table]:
    """The table in blocks of rows, at least one, with the cells as a spreadsheet may have them.

    changed: gets the number of neutralised cells per column, where there are any. kind: the format,
    for the sentence. Raises UserError for columns that are no text and no numbers.
    """
    _check_types(table, kind)
    header = [_neutral(name) if neutralise else name for name in table.column_names]
    blocks = [table.slice(start, BLOCK) for start in range(0, len(table), BLOCK)] or [table]
    counts = dict.fromkeys(table.column_names, 0)
    for block in blocks:
        columns = []
        for name, column in zip(block.column_names, block.columns, strict=True):
            cells = _plain(column, alone=block.num_columns == 1)
            if neutralise and pa.types.is_large_string(cells.type):
                cells, count = _neutralised(cells)
                counts[name] += count
            columns.append(cells)
        yield pa.table(columns, names=header)
    changed |= {name: count for name, count in counts.items() if count}
    headers = sum(old != new for old, new in zip(table.column_names, header, strict=True))
    changed |= {"(header)": headers} if headers else {}


def _neutralised(cells: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    risky = pc.and_not(
        pc.match_substring_regex(cells, DANGEROUS), pc.match_substring_regex(cells, NUMBER)
    )
    count = pc.sum(risky).as_py() or 0
    quoted = pc.binary_join_element_wise(
        pa.scalar("'", cells.type), cells, pa.scalar("", cells.type)
    )
    return pc.if_else(risky, quoted, cells), count


def _neutral(name: str) -> str:
    cells, _ = _neutralised(pa.chunked_array([pa.array([name], type=pa.large_string())]))
    return str(cells[0].as_py())


def _plain(column: pa.ChunkedArray, *, alone: bool) -> pa.ChunkedArray:
    """The column as CSV can hold it: text as large_string, everything else as it is."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if _is_text(column.type):
        column = pc.cast(column, pa.large_string())
    if alone and column.null_count:
        # A line with nothing in it is no row to most readers; "" is one.
        column = pc.fill_null(pc.cast(column, pa.large_string()), "")
    return column


def _is_text(kind: pa.DataType) -> bool:
    return (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _check_types(table: pa.Table, kind_of_file: str) -> None:
    unfit = []
    for field in table.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        flat = not (pa.types.is_nested(kind) or pa.types.is_binary(kind))
        flat = flat and not (pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))
        if not flat:
            unfit.append(f"{field.name} ({kind})")
    if unfit:
        raise UserError(
            f"{kind_of_file} holds text and numbers, but there are columns of other types: "
            f"{', '.join(unfit)}. Export to Parquet, which keeps them as they are."
        )
