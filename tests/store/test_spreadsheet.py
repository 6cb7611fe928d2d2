"""CSV that a spreadsheet does not run and that reads back as it was."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.csv
import pytest

from store.errors import UserError
from store.spreadsheet import write_csv


def written(*, neutralise=True, **columns):
    """(text of the file, neutralised cells per column)."""
    file = io.BytesIO()
    counts = write_csv(pa.table(columns), file, neutralise=neutralise)
    return file.getvalue().decode(), counts


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]
)
def test_a_cell_that_would_run_is_text(cell):
    """An apostrophe goes in front, and is counted."""
    assert written(text=[cell, "a=b"]) == (f'"text"\n"\'{cell}"\n"a=b"\n', {"text": 1})


@pytest.mark.parametrize("cell", ["-1", "+2.5", "-.5", "1e-3", "", "'=1", "a-b", " =1"])
def test_numbers_and_plain_text_stay_as_they_are(cell):
    """A label "-1" is a number to every spreadsheet, not a formula."""
    assert written(text=[cell, "x"]) == (f'"text"\n"{cell}"\n"x"\n', {})


def test_column_names_are_cells_too():
    """They stand in the first line of the sheet."""
    assert written(**{"=cmd": ["x"]}) == ('"\'=cmd"\n"x"\n', {"(header)": 1})


def test_numeric_columns_are_never_touched():
    """A negative number begins with a minus and means it."""
    assert written(n=[-1, 2], x=[-0.5, None]) == ('"n","x"\n-1,-0.5\n2,\n', {})


def test_nothing_is_neutralised_when_that_is_switched_off():
    """For programs that read the file, not people."""
    assert written(text=["=1"], neutralise=False) == ('"text"\n"=1"\n', {})


def test_missing_and_empty_stay_apart():
    """Nothing between the commas, or a pair of quotes."""
    assert written(a=["", None], b=[1, 2])[0] == '"a","b"\n"",1\n,2\n'


def test_a_missing_cell_of_an_only_column_is_still_a_row():
    """An empty line would be skipped by most readers, and every later row would move up."""
    text, _ = written(label=["cat", None, "dog"])

    assert pyarrow.csv.read_csv(io.BytesIO(text.encode()))["label"].to_pylist() == [
        "cat",
        "",
        "dog",
    ]


def test_quotes_commas_and_line_breaks_survive():
    """What goes in comes out."""
    cells = ['a "b"', "a,b", "a\nb", "a\r\nb", "ä😀", " x "]
    text, _ = written(text=cells, n=list(range(6)))

    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    assert (
        pyarrow.csv.read_csv(io.BytesIO(text.encode()), parse_options=options)["text"].to_pylist()
        == cells
    )


def test_types_that_csv_can_say_are_written_plainly():
    """Categories, dates, booleans, decimals and both kinds of long text."""
    text, counts = written(
        category=pa.array(["=a", "b"]).dictionary_encode(),
        number=pa.array([5, 6]).dictionary_encode(),
        day=pa.array([datetime(2026, 1, 2, tzinfo=UTC)] * 2, pa.timestamp("s", tz="UTC")),
        flag=[True, None],
        money=[Decimal("1.20"), Decimal("2.00")],
        view=pa.array(["@x", "y"], pa.string_view()),
    )

    assert text.split("\n")[1] == '"\'=a",5,2026-01-02 00:00:00Z,true,1.20,"\'@x"'
    assert counts == {"category": 1, "view": 1}


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array([[1.0, 2.0]]), "list"),
        (pa.array([{"a": 1}]), "struct"),
        (pa.array([b"\x89PNG"]), "binary"),
        (pa.array([b"\x89PNG"]).dictionary_encode(), "binary"),
    ],
)
def test_a_column_that_csv_cannot_hold_is_named(column, kind):
    """Embeddings in a list column, pictures as bytes: Parquet holds them."""
    with pytest.raises(UserError, match=rf"odd \({kind}.*Parquet"):
        written(odd=column)


def test_a_table_without_rows_has_its_header():
    """Everything dropped is still a file with columns."""
    assert written(a=pa.array([], pa.string()), b=pa.array([], pa.int64())) == ('"a","b"\n', {})


def test_a_long_table_is_written_in_blocks():
    """The counts of the blocks add up, and the header comes once."""
    text, counts = written(text=["=x"] * 70_000)

    assert counts == {"text": 70_000}
    assert text.count("\n") == 70_001
