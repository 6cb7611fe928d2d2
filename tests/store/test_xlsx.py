"""A sheet that a spreadsheet opens, with every text as it was and nothing in it that runs."""

import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pytest

from store.cleaning import ExportOptions
from store.errors import UserError
from store.ledger import Ledger
from store.writers import xlsx_file
from store.writers.writer import CleanCopy

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def write(tmp_path, make_dataset):
    """A function that writes columns; returns what the manifest is told, and the file."""

    def written(columns, *, neutralise=True, name="copy.xlsx"):
        table = pa.table(columns)
        dataset = make_dataset(["a", "b"])
        rows = np.arange(len(table))
        options = ExportOptions("xlsx", neutralise=neutralise)
        copy = CleanCopy("copy", table, rows, dataset, Ledger(dataset).applied(), options)
        return xlsx_file.write(copy, tmp_path / name), tmp_path / name

    return written


def cells_of(path):
    """The sheet as rows of values, read by what the format's specification says of cells."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read(SHEET))
    rows = []
    for row in root.iter(f"{SPACE}row"):
        rows.append([_value(cell) for cell in row])
    return rows


def _value(cell):
    kind, number, text = cell.get("t"), cell.find(f"{SPACE}v"), cell.find(f".//{SPACE}t")
    assert cell.find(f"{SPACE}f") is None
    if kind == "inlineStr":
        return re.sub("_x([0-9A-F]{4})_", lambda one: chr(int(one[1], 16)), text.text or "")
    if number is None:
        return None
    return bool(int(number.text)) if kind == "b" else float(number.text)


TEXTS = [
    "plain", "", " spaces ", "a\nb\tc", "a\r\nb", "<b>&amp;</b> ]]>", "\x00\x07\x1b", "_x0041_",
    "_x005F_x0041_", "é 漢字 😀", "\ufffe\uffff", "\u202eabc", "'=1", " =1", "x=1", "true", "007",
]  # fmt: skip


def test_every_text_comes_back(write):
    """White space, markup, control characters, and what looks like an escape of the format."""
    _, path = write({"text": TEXTS, "n": list(range(len(TEXTS)))})

    assert [row[0] for row in cells_of(path)] == ["text", *TEXTS]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]
)
def test_a_cell_that_would_run_is_text(write, cell):
    """An apostrophe in front, counted, as in CSV: it holds also when the sheet is saved as CSV."""
    facts, path = write({"text": [cell, "a=b"], "=n": [1, 2]})

    assert cells_of(path) == [["text", "'=n"], [f"'{cell}", 1], ["a=b", 2]]
    assert facts == {"neutralised": {"text": 1, "(header)": 1}}


def test_switched_off_the_text_stays_and_is_no_formula_all_the_same(write):
    """The cell is of the kind text."""
    facts, path = write({"text": ["=1+1"]}, neutralise=False)

    assert (cells_of(path), facts) == ([["text"], ["=1+1"]], {"neutralised": {}})


def test_numbers_are_numbers_and_stay_exact(write):
    """Negative ones are never touched; what double precision would change is text."""
    columns = {
        "whole": pa.array([-5, 0, 10**15 - 1, 10**15, -(2**63), None]),
        "broken": pa.array([-0.1, 1e300, float("nan"), float("inf"), 1 / 3, None]),
        "exact": pa.array([Decimal("-1.50"), Decimal(10**20), None, None, None, None]),
        "yes": pa.array([True, False, None, True, True, True]),
    }
    _, path = write(columns)
    whole, broken, exact, yes = zip(*cells_of(path)[1:], strict=True)

    assert whole == (-5, 0, 10**15 - 1, str(10**15), str(-(2**63)), None)
    assert broken == (-0.1, 1e300, None, None, 1 / 3, None)
    assert exact[:3] == (-1.5, f"{10**20}.00", None)
    assert yes == (True, False, None, True, True, True)


def test_times_are_text_that_says_all(write):
    """With the zone; a sheet's own dates know none."""
    _, path = write({"at": [datetime(2026, 1, 2, 3, 4, tzinfo=UTC)], "day": [date(1850, 1, 1)]})

    assert cells_of(path)[1] == ["2026-01-02T03:04:00+00:00", "1850-01-01"]


def test_the_same_copy_gives_the_same_bytes(write):
    """Whatever the day, and however the table is cut into chunks."""
    column = pa.array(["a", "b", None, "c"])
    _, one = write({"text": column}, name="one.xlsx")
    _, two = write({"text": pa.chunked_array([column[:1], column[1:]])}, name="two.xlsx")

    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_rows_leave_the_header(write):
    """Everything was dropped."""
    _, path = write({"text": pa.array([], pa.string())})

    assert cells_of(path) == [["text"]]


@pytest.mark.parametrize(
    ("letters", "fits"),
    [("x" * 32_767, True), ("x" * 32_768, False), ("😀" * 16_383, True), ("😀" * 16_384, False)],
    ids=["most", "one more", "most emoji", "one more emoji"],
)
def test_a_cell_holds_so_many_letters(write, letters, fits):
    """Counted as Excel counts them: an emoji is two."""
    if fits:
        assert cells_of(write({"text": [letters]})[1])[1] == [letters]
        return
    with pytest.raises(UserError, match=r"'text' .* row 1 .*32,767"):
        write({"text": [letters]})


def test_a_sheet_holds_so_many_rows_and_columns(write):
    """Told before anything is written."""
    with pytest.raises(UserError, match="1,048,575 under its header"):
        write({"n": pa.nulls(1_048_576, pa.int8())})
    with pytest.raises(UserError, match="16,384 columns"):
        write({str(place): [1] for place in range(16_385)})


def test_lists_and_bytes_are_refused(write):
    """With the way out."""
    with pytest.raises(UserError, match=r"XLSX holds text and numbers.*Parquet"):
        write({"vector": [[1.0, 2.0]], "picture": [b"x"]})


def test_categories_are_written_as_their_values(write):
    """And neutralised as such."""
    _, path = write({"label": pa.array(["=a", "b", "=a"]).dictionary_encode()})

    assert cells_of(path)[1:] == [["'=a"], ["b"], ["'=a"]]
