"""JSON Lines, JSON lists, Parquet."""

import codecs
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.errors import UserError
from store.readers import Request, jsonl, preview, read
from store.readers.sniffing import load

ROWS = [{"id": "a", "label": "x", "text": "one"}, {"id": "b", "label": None, "text": "zwei ü"}]


@pytest.fixture
def write(tmp_path):
    """A function that writes text or bytes and returns the path."""

    def write_file(content, name="data.jsonl"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def lines(rows):
    """JSON Lines."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (lines(ROWS), "data.jsonl"),
        (lines(ROWS) + "\n\n", "data.ndjson"),
        (codecs.BOM_UTF8 + lines(ROWS).encode(), "data.jsonl"),
        (lines(ROWS).encode("utf-16"), "data.jsonl"),
        (lines(ROWS).encode("latin-1"), "data.jsonl"),
        (json.dumps(ROWS), "data.json"),
        (json.dumps(ROWS, indent=2), "data.json"),
        (lines(ROWS), "data"),
    ],
)
def test_objects_become_rows(write, content, name):
    """Lines or one list, in any usual encoding, with or without an ending."""
    dataset, _ = read(write(content, name))

    assert dataset.table.to_pylist() == ROWS
    assert dataset.labels.tolist() == [0, -1]


def test_a_field_that_some_rows_lack_is_missing_there(write):
    """The columns are those of all rows."""
    for name, content in (("a.jsonl", '{"label": "x"}\n{"label": "y", "note": "n"}'),
                          ("a.json", '[{"label": "x"}, {"label": "y", "note": "n"}]')):  # fmt: skip
        dataset, _ = read(write(content, name))
        assert dataset.table["note"].to_pylist() == [None, "n"]


def test_dates_stay_as_written(write):
    """What looks like a time is text to keep, in an id above all."""
    dataset, _ = read(
        write('{"label": "x", "id": "2024-01-31"}\n{"label": "y", "id": "2024-02-01"}')
    )

    assert dataset.ids([0, 1]) == ["2024-01-31", "2024-02-01"]


def test_lists_of_numbers_are_embeddings(write):
    """Whole numbers and decimals mix."""
    dataset, _ = read(
        write('{"label": "x", "embedding": [1, 2]}\n{"label": "y", "embedding": [0.5, 3]}')
    )

    assert dataset.embeddings.tolist() == [[1, 2], [0.5, 3]]
    assert dataset.embeddings.dtype == np.float32


def test_a_line_that_is_no_object_is_told_with_its_number(write):
    """Line 2 is cut off."""
    with pytest.raises(UserError, match=r'line 2 is not an object: {"label": "y"'):
        read(write('{"label": "x"}\n{"label": "y"\n'))


def test_mixed_types_in_a_column_are_told(write):
    """1 and "a" cannot be one column."""
    with pytest.raises(UserError, match=r"label.*same type in each column"):
        read(write('{"label": 1}\n{"label": "a"}'))
    with pytest.raises(UserError, match="same type in each column"):
        read(write('[{"label": 1}, {"label": "a"}]', "data.json"))


def test_a_list_of_something_else_is_told(write):
    """A list has to hold objects."""
    with pytest.raises(UserError, match="holds something that is no object"):
        read(write('[{"label": 1}, 2]', "data.json"))


def test_the_preview_of_many_lines_reads_the_first(write):
    """Rows are not counted then."""
    shown = preview(write(lines([{"label": "x", "text": "w" * 100}] * 20_000)))

    assert shown.rows is None
    assert shown.columns == {"label": "string", "text": "string"}


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1.0, 2.0], [3.0, 4.0]]),
        pa.array([[1.0, 2.0], [3.0, 4.0]], pa.list_(pa.float32(), 2)),
        pa.array([[1.0, 2.0], [3.0, 4.0]], pa.large_list(pa.float64())),
        pa.array([[1, 2], [3, 4]], pa.list_(pa.int16())),
        pa.array(np.array([[1, 2], [3, 4]], np.float16).tolist(), pa.list_(pa.float16())),
        pa.chunked_array([pa.array([[1.0, 2.0]]), pa.array([[3.0, 4.0]])]),
        pa.array([[9.0, 9.0], [1.0, 2.0], [3.0, 4.0]]).slice(1),
    ],
)
def test_list_columns_of_any_kind_are_embeddings(tmp_path, column):
    """Lists, fixed-size lists, chunks and slices give the same float32 array."""
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"label": ["x", "y"], "embeddings": column}), path)
    dataset, _ = read(path)

    assert dataset.embeddings.tolist() == [[1, 2], [3, 4]]
    assert dataset.embeddings.dtype == np.float32


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ([[1.0, 2.0], [3.0], [4.0, 5.0]], "has 1 numbers in row 1 .* but 2 in most rows; 1 rows"),
        ([[1.0, 2.0], None, [4.0, 5.0]], "has nothing in row 1"),
        ([None, None, None], "has nothing in row 0"),
        ([[], [], []], "shape"),
        ([[1.0, None], [2.0, 3.0], [1.0, 1.0]], "NaN"),
    ],
)
def test_lists_that_are_no_vectors_are_told(tmp_path, lists, told):
    """Ragged, missing, empty and incomplete lists each have a sentence."""
    path = tmp_path / "data.parquet"
    column = pa.array(lists, pa.list_(pa.float64()))
    pq.write_table(pa.table({"label": ["x", "y", "x"], "embeddings": column}), path)

    with pytest.raises(UserError, match=told):
        read(path)


def test_a_parquet_file_that_was_cut_off_is_told(tmp_path):
    """Its first bytes are right and its last are missing."""
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"label": ["x"] * 100}), path)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(UserError, match=r"cannot be read as Parquet.*export it again"):
        read(path)


def test_parquet_without_rows_is_told(tmp_path):
    """The columns are named."""
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"label": pa.array([], pa.string())}), path)

    for look in (read, preview):
        with pytest.raises(UserError, match=r"no rows under its header \(label\)"):
            look(path)


CHANGING = [
    {"id": "a", "label": "x", "number": 1, "when": "2024-01-31", "late": None, "deep": {"a": 1}},
    {"id": "b", "label": "y", "number": 2, "when": "2024-02-01", "late": None, "deep": None},
    {"id": "c", "label": "x", "number": 2.5, "when": "soon", "late": None, "deep": {"b": "two"}},
    {"id": "d", "label": "y", "late": [1], "deep": {"a": None}, "new": "ü"},
]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_in_many_blocks_are_the_table_of_one_block(tmp_path, monkeypatch, codec):
    """Types widen, dates stay text and columns appear late, as in one look at the whole file."""
    path = tmp_path / "data.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in CHANGING)
    path.write_bytes("".join(lines).encode(codec))
    whole = load(path, Request()).table
    monkeypatch.setattr(jsonl, "BLOCK", 60)
    parts = load(path, Request()).table

    assert parts["number"].num_chunks > 2
    assert parts.equals(whole)
    assert whole["when"].to_pylist() == ["2024-01-31", "2024-02-01", "soon", None]
    assert whole.to_pylist()[3]["new"] == "ü"


def test_what_is_wrong_in_a_later_block_is_said_with_its_line(tmp_path, monkeypatch):
    """Counted from the beginning of the file, whether no object or nested too deeply."""
    monkeypatch.setattr(jsonl, "BLOCK", 100)
    path, good = tmp_path / "data.jsonl", json.dumps({"id": "a", "label": "x"}) + "\n"
    for bad, said in (("[1]", "line 31 is not an object"), ('{"a": ' + "[" * 150, "in line 31")):
        path.write_text(good * 30 + bad + "\n" + good, encoding="utf-8")
        with pytest.raises(UserError, match=said):
            load(path, Request())


def test_types_that_never_fit_are_told_across_blocks(tmp_path, monkeypatch):
    """A number here and an object there."""
    monkeypatch.setattr(jsonl, "BLOCK", 60)
    path = tmp_path / "data.jsonl"
    path.write_text('{"label": "a", "x": 1}\n' * 9 + '{"label": "b", "x": {"y": 1}}\n' * 9)
    with pytest.raises(UserError, match="same type in each column"):
        load(path, Request())
