"""JSON documents: columns, what pandas writes, and what is no table."""

import json

import pytest

from store.errors import UserError
from store.readers import preview, read

COLUMNS = {"id": ["a", "b"], "label": ["x", None], "text": ["one", "zwei ü"]}


@pytest.fixture
def write(tmp_path):
    """A function that writes a document and returns its path."""

    def write_file(document, **options):
        path = tmp_path / "data.json"
        text = document if isinstance(document, str) else json.dumps(document, **options)
        path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        return path

    return write_file


ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "document",
    [
        ROWS,
        COLUMNS,
        {name: dict(zip("01", values, strict=True)) for name, values in COLUMNS.items()},
        {"columns": list(COLUMNS), "index": [0, 1], "data": [list(row.values()) for row in ROWS]},
        {"data": ROWS},
    ],
)
def test_every_layout_gives_the_same_table(write, document, indent):
    """Records, columns, pandas' default and split, one list in an envelope; on one line or many."""
    path = write(document, indent=indent)

    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(json.dumps(document, indent=indent).encode(encoding))
        assert read(path)[0].table.to_pydict() == COLUMNS
    assert preview(path).rows == 2


def test_one_line_is_one_row_unless_it_is_columns(write):
    """A row has a label, columns have lists of them."""
    assert len(read(write('{"label": "x", "embedding": [1, 2, 3]}'))[0]) == 1
    assert len(read(write('{"label": ["x", "y"], "n": [1, 2]}'))[0]) == 2


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"label": ["x"], "text": ["a", "b"]}, "not columns of one length"),
        ([[1, 2], [3, 4]], "the list holds something that is no object"),
        ([{"label": "x"}, [2]], "the list holds something that is no object"),
        ('[{"label": "x", "label": "y"}]', "names 'label' more than once"),
        ('{"label": "x", "label": "y"}\n{"label": "z"}', "specified twice|more than once"),
        ('[{"label": "x"}', r"cannot be read as JSON \("),
        ('[{"label": ' + "[" * 50_000, r"cannot be read as JSON \("),
        ('{"label": ' + "[" * 50_000 + "]" * 50_000 + "}", "nests more than 100|too deeply"),
        ([{"label": "x", "n": 2**70}], "column 'n'"),
        ('[{"label": "\\ud800"}]', "column 'label'"),
        ({"columns": ["label", "label"], "data": [["x", "y"]]}, "an object with columns, data"),
        ({"columns": ["label"], "data": [["x", "y"]]}, "an object with columns, data"),
        ([{"label": "x", "t": "a"}, {"label": "y", "t": 5}], "column 't'"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told(write, document, told):
    """Ragged columns, lists of lists, keys twice, cut off, too deep, too large, half characters."""
    for look in (read, preview):
        with pytest.raises(UserError, match=told):
            look(write(document))


def test_brackets_in_text_are_no_depth(write, tmp_path):
    """A text may hold as many as it likes."""
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps({"label": "x", "text": '[{"' * 5_000}) + "\n")

    assert len(read(path)[0]) == 1


def test_deep_lines_do_not_end_the_process(tmp_path):
    """Arrow's reader calls itself for every list within a list: it is not asked."""
    path = tmp_path / "data.jsonl"
    good = '{"label": "x"}\n'
    path.write_text(good + '{"label": ' + "[" * 200_000 + "]" * 200_000 + "}\n" + good)

    with pytest.raises(UserError, match=r"nests more than 100 .* in line 2"):
        read(path)
