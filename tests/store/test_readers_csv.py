"""CSV and TSV as people write them: encodings, delimiters, quotes, numbers that are names."""

import codecs

import pyarrow as pa
import pytest

from store.errors import UserError
from store.readers import Request, preview, read
from store.readers.csv_tsv import delimiter_of
from store.readers.values import typed


@pytest.fixture
def write(tmp_path):
    """A function that writes bytes or text to data.csv (or another name) and returns the path."""

    def write_file(content, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


ACCENTS = "id,label,text\n1,gut,Größe\n2,schlecht,café\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (ACCENTS.encode(), None),
        (codecs.BOM_UTF8 + ACCENTS.encode(), None),
        (ACCENTS.encode("utf-16"), "UTF-16"),
        (codecs.BOM_UTF16_BE + ACCENTS.encode("utf-16-be"), "UTF-16"),
        (ACCENTS.encode("utf-16-le"), "UTF-16"),
        (ACCENTS.encode("latin-1"), "Windows-1252 (Latin-1)"),
        (ACCENTS.replace("é", "€").encode("cp1252"), "Windows-1252 (Latin-1)"),
    ],
)
def test_accents_survive_any_usual_encoding(write, content, told):
    """UTF-8 with and without a mark, UTF-16 and Latin-1 read alike; a guess is told."""
    for sight in (read(write(content))[1], preview(write(content)).guesses):
        notes = [guess.choice for guess in sight if guess.role == "encoding"]
        assert notes == ([told] if told else [])
    dataset, _ = read(write(content))
    assert dataset.table.column_names == ["id", "label", "text"]
    assert dataset.table["text"].to_pylist() in (["Größe", "café"], ["Größe", "caf€"])


def test_a_stray_byte_late_in_the_file_is_found(write):
    """The whole file decides about its encoding, not its beginning; the place is told."""
    rows = "label,text\n" + "x,plain words\n" * 200_000
    _, guesses = read(write(rows.encode() + b"y,caf\xe9\n"))
    note = next(guess for guess in guesses if guess.role == "encoding")

    assert note.choice == "Windows-1252 (Latin-1)"
    assert f"byte 0xe9 at position {len(rows) + 5:,}" in note.because


def test_text_in_no_known_encoding_is_refused(write):
    """Bytes that neither UTF-8 nor Windows-1252 has are not shown as something else."""
    with pytest.raises(UserError, match=r"unknown encoding.*byte 0x81.*Save it as UTF-8"):
        read(write(b"label,text\nx,\x81\x8d\n"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("label,text\nx,a;b\ny,c\n", "data.csv"),
        ("label;text\nx;a,b\ny;c,d\n", "data.csv"),
        ("label\ttext\nx\ta,b\ny\tc;d\n", "data.tsv"),
        ("label\ttext\nx\ta,b\ny\tc,d\n", "data.csv"),
        ("label\ttext\nx\ta\ny\tc\n", "data.txt"),
        ('label,text\n"x","a;b;c"\n"y","c;d;e"\n', "data.csv"),
    ],
)
def test_the_delimiter_is_seen(write, content, name):
    """Commas, semicolons and tabs, whatever else the texts hold."""
    dataset, _ = read(write(content, name))

    assert dataset.table.column_names == ["label", "text"]
    assert dataset.classes == ("x", "y")


def test_an_unusual_delimiter_is_told(write):
    """A semicolon is no secret."""
    _, guesses = read(write("label;text\nx;a\ny;b\n"))

    assert [guess.choice for guess in guesses if guess.role == "delimiter"] == ["semicolon"]


def test_one_column_needs_no_delimiter():
    """A list of labels is a table."""
    assert delimiter_of("label\nx\ny\n", ".csv") == ","


def test_quotes_hold_delimiters_line_breaks_and_quotes(write):
    """One cell stays one cell."""
    dataset, _ = read(write('label,text\nx,"a, ""b""\nc"\ny,d\n'))

    assert dataset.table["text"].to_pylist() == ['a, "b"\nc', "d"]


def test_ids_keep_their_zeros(write):
    """007 is a name; so is every other number that would not come back as written."""
    dataset, _ = read(write("id,label,text\n007,x,a\n8,y,b\n"))

    assert dataset.ids([0, 1]) == ["007", "8"]


@pytest.mark.parametrize("option", ["id", "label"])
def test_names_with_decimals_stay_text(write, option):
    """Versions 1.1 and 1.10 are two ids, and two classes."""
    content = "version,label,text\n1.1,x,a\n1.10,y,b\n"
    dataset, _ = read(write(content), Request(**{option: "version"}))

    assert dataset.table["version"].to_pylist() == ["1.1", "1.10"]
    assert (dataset.ids([0, 1]) if option == "id" else list(dataset.classes)) == ["1.1", "1.10"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2", "0"], [1, -2, 0]),
        (["1", "", "NA"], [1, None, None]),
        (["1.5", "2", "1e-3"], [1.5, 2.0, 0.001]),
        (["01", "2"], ["01", "2"]),
        (["+1", "2"], ["+1", "2"]),
        (["12345678901234567890"], ["12345678901234567890"]),
        (["1,5", "2"], ["1,5", "2"]),
        (["NA", ""], ["NA", ""]),
        (["e5", "1"], ["e5", "1"]),
        (["true", "1"], ["true", "1"]),
        (["2024-01-31"], ["2024-01-31"]),
        (["inf", "1"], ["inf", "1"]),
        ([], []),
    ],
)
def test_cells_become_numbers_only_where_nothing_is_lost(cells, expected):
    """Whole numbers, then decimals, else the text as it is."""
    column = pa.chunked_array([pa.array(cells, pa.string())])

    assert typed(column).to_pylist() == expected


def test_a_class_called_na_is_a_class(write):
    """In a column of words NA is a word (Namibia); only an empty cell is unlabelled."""
    dataset, _ = read(write("label,text\nNA,a\nDE,b\n,c\n"))

    assert dataset.classes == ("DE", "NA")
    assert dataset.labels.tolist() == [1, 0, -1]


def test_rows_with_too_many_cells_are_told(write):
    """An unquoted comma is the usual cause; the row is shown."""
    with pytest.raises(UserError, match=r"2 columns.* 1 rows do not.*has 3 cells: y,b,c.*quotes"):
        read(write("label,text\nx,a\ny,b,c\n"))


def test_columns_of_one_name_are_refused(write):
    """No one could say which of them is meant."""
    with pytest.raises(UserError, match=r"more than one column called label"):
        read(write("label,label\nx,a\n"))


def test_a_header_without_rows_is_refused(write):
    """A table needs an example."""
    with pytest.raises(UserError, match=r"data.csv has no rows under its header \(label, text\)"):
        read(write("label,text\n"))


def test_a_column_without_a_name_gets_one(write):
    """pandas writes its row numbers so."""
    dataset, _ = read(write(",label\n0,x\n1,y\n"))

    assert dataset.table.column_names == ["unnamed", "label"]


def test_blank_lines_before_the_header_do_not_matter(write):
    """Neither do blank lines at the end."""
    dataset, _ = read(write("\n\nlabel,text\nx,a\ny,b\n\n"))

    assert len(dataset) == 2


def test_the_preview_of_a_large_file_reads_its_beginning(write):
    """Rows are not counted then; everything else is there."""
    shown = preview(
        write("id,label,text\n" + "".join(f"{n},x,{'w ' * 50}\n" for n in range(20_000)))
    )

    assert shown.rows is None
    assert list(shown.columns.values()) == ["int64", "string", "string"]


def test_utf_32_is_read_by_its_mark(tmp_path):
    """Its mark begins as that of UTF-16 does."""
    path = tmp_path / "data.csv"
    for codec in ("utf-32", "utf-32-be"):
        mark = b"" if codec == "utf-32" else b"\x00\x00\xfe\xff"
        path.write_bytes(mark + "label,text\nx,zwei ü\ny,two\n".encode(codec))
        dataset, guesses = read(path)
        assert dataset.table["text"].to_pylist() == ["zwei ü", "two"]
        assert [g.choice for g in guesses if g.role == "encoding"] == ["UTF-32"]


def test_a_header_that_two_readers_see_differently_is_told(tmp_path, monkeypatch):
    """Seen where zero bytes were in it; simulated, so that it holds for whatever they do there."""
    path = tmp_path / "data.csv"
    monkeypatch.setattr("store.readers.csv_tsv._header", lambda *given: ["label", "te"])
    path.write_text("label,text\nx,one\n")

    with pytest.raises(UserError, match="header that can be read in two ways"):
        read(path)
