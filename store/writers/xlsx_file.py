"""XLSX: one sheet for a spreadsheet program, with nothing in it that such a program would run."""

import math
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa

from store.errors import UserError
from store.spreadsheet import safe_blocks
from store.writers.plain_values import plain
from store.writers.writer import CleanCopy, Facts, Writer

ROWS, COLUMNS, LETTERS = 1_048_576, 16_384, 32_767
"""What a sheet and a cell can hold, by the specification of Excel; letters are UTF-16 units."""
DIGITS = 15
"""A spreadsheet counts in double precision: longer numbers would come back as others."""
UNFIT = re.compile(
    r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]"  # not XML, or an escape
)
PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="clean copy" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
"""The parts of a workbook with one sheet and no styles."""
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write(copy: CleanCopy, path: Path) -> Facts:
    """Text as text, never as a formula; the same bytes for the same copy.

    Times are ISO 8601 text, numbers of more than 15 digits text, missing and NaN an empty cell.
    Returns the number of cells per column that got an apostrophe. Raises UserError for a table or
    a text that no sheet can hold.
    """
    _check_size(copy.table)
    changed: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in PARTS.items():
            archive.writestr(_part(name), HEAD + text)
        with archive.open(_part("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            for text in _sheet(copy.table, changed, neutralise=copy.options.neutralise):
                sheet.write(text.encode())
    return {"neutralised": changed}


def _part(name: str) -> zipfile.ZipInfo:
    """A part without a time of its own, so that the bytes do not depend on the day."""
    part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 3
    return part


def _sheet(table: pa.Table, changed: dict[str, int], *, neutralise: bool) -> Iterator[str]:
    yield HEAD + '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    yield "<sheetData>"
    at = 0
    for block in safe_blocks(table, changed, neutralise=neutralise, kind="XLSX"):
        if at == 0:
            yield _row(block.column_names, block.column_names, at)
        columns = [column.to_pylist() for column in block.columns]
        for cells in zip(*columns, strict=True):
            at += 1
            yield _row(cells, table.column_names, at)
    yield "</sheetData></worksheet>"


def _row(cells: Any, names: list[str], at: int) -> str:
    places = zip(cells, names, strict=True)
    return "<row>" + "".join(_cell(value, name, at) for value, name in places) + "</row>"


def _cell(value: Any, name: str, at: int) -> str:
    value = value if isinstance(value, Decimal) else plain(value)
    if value is None or (isinstance(value, Decimal) and value.is_nan()):
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal) and _is_short(value):
        return f"<c><v>{value!s}</v></c>"
    text = str(value)
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * LETTERS:
        raise UserError(
            f"Column {name!r} has a text of {len(text):,} letters in row {at} of the sheet, but a "
            f"cell of XLSX holds {LETTERS:,}. Export to Parquet, JSONL or CSV."
        )
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>'


def _is_short(value: float | Decimal) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return len(Decimal(value).normalize().as_tuple().digits) <= DIGITS and abs(value) < 10**DIGITS


def _xml(text: str) -> str:
    """Any text as XML; what XML cannot hold is written as _x0001_, as Excel does."""
    return escape(UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def _check_size(table: pa.Table) -> None:
    if len(table) + 1 > ROWS or table.num_columns > COLUMNS:
        raise UserError(
            f"The copy has {len(table):,} rows and {table.num_columns:,} columns, but a sheet of "
            f"XLSX holds {ROWS - 1:,} under its header and {COLUMNS:,} columns. Export to Parquet "
            "or CSV, or a part with --where or --sample."
        )


WRITER = Writer("xlsx", "XLSX (Excel)", ".xlsx", write)
