"""Files that are not what they seem: every one ends in a sentence that says what to do."""

import contextlib
import io
import pickle
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from store.errors import UserError
from store.readers import Request, formats, preview, read
from store.readers.formats import all_folder_formats, all_formats
from store.readers.sniffing import format_of

CSV = b"label,text\nx,one\ny,two\n"
JSONL = b'{"label": "x"}\n{"label": "y"}\n'


def parquet():
    """The bytes of a small Parquet file."""
    out = io.BytesIO()
    pq.write_table(pa.table({"label": ["x", "y"]}), out)
    return out.getvalue()


def npz():
    """The bytes of a small .npz file."""
    out = io.BytesIO()
    np.savez(out, label=np.array([0, 1]))
    return out.getvalue()


def png():
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new("L", (2, 2)).save(out, "PNG")
    return out.getvalue()


def spreadsheet():
    """The bytes of a ZIP archive with the look of a spreadsheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (
            parquet(),
            "data.csv",
            r"ends in .csv \(CSV or TSV text\) but holds Parquet.*data.parquet",
        ),
        (CSV, "data.parquet", r"ends in .parquet \(Parquet\) but holds CSV.*Rename it to data.csv"),
        (CSV, "data.jsonl", r"ends in .jsonl \(JSON\) but holds CSV or TSV text"),
        (JSONL, "data.csv", r"but holds JSON. Rename it to data.jsonl"),
        (npz(), "data.csv", r"but holds a NumPy archive \(.npz\)"),
        (CSV, "data.npz", "but holds CSV"),
        (png(), "data.csv", r"is a PNG picture, although it ends in .csv"),
        (png(), "data.png", r"is a PNG picture, expected was .arrow, .*.csv, .tsv"),
        (spreadsheet(), "data.csv", "a ZIP archive .a spreadsheet"),
        (spreadsheet(), "data.xlsx", "a ZIP archive .a spreadsheet, perhaps., expected was"),
        (b"\x1f\x8b\x08\x00....", "data.csv", "compressed with gzip .unpack it first"),
        (b"\x80\x04\x95....", "data.parquet", "pickle, which is never opened.*to_parquet"),
        (b"\x80\x04\x95....", "data.pkl", "pickle, which is never opened.*to_parquet"),
        (pickle.dumps({"label": [1]}, protocol=0), "data.pkl", "pickle, which is never opened"),
        (b"ccopy_reg\n_reconstructor\n", "data.pickle", "pickle, which is never opened"),
        (b"FEA1\x00\x00\x00\x00", "data.feather", "Feather file of the old version 1"),
        (b"<!DOCTYPE html><html>", "data.csv", "a web page .a download that asked for a login"),
        (b"version https://git-lfs.github.com/spec/v1\n", "data.csv", "a Git LFS pointer"),
        (b"\x00\x01\x02\x03\x00\x00", "data.csv", "starts with the bytes 00 01 02 03"),
        (b"", "data.csv", r"data.csv is empty \(0 bytes\)"),
        (b"", "data.parquet", "is empty"),
        (b" \n\n  \n", "data.csv", "is empty"),
    ],
)
def test_the_content_counts_and_a_wrong_ending_is_told(tmp_path, content, name, told):
    """What it is, what was expected, what to do."""
    path = tmp_path / name
    path.write_bytes(content)

    for look in (read, preview):
        with pytest.raises(UserError, match=told):
            look(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("label,text\nx,one\n".encode("utf-16")[:-1], "utf-16 text .* but is damaged: the half of"),
        (b"\xff\xfe", "has no rows"),
        (
            b"\xef\xbb\xbflabel,text\nx,caf\xe9\n",
            "utf-8-sig text .* damaged: byte 0xe9 at position",
        ),
        (b'label,text\nx,"one\ny,two\n', r"ends inside a quoted cell.*row 0"),
        (b'label,text\nx,"one\ny"\n', None),
        (b"label\rx\ry\r", None),
    ],
)
def test_text_that_is_damaged_is_told(tmp_path, content, told):
    """Cut in the middle of a character, a mark and nothing else, a quote that never ends."""
    path = tmp_path / "data.csv"
    path.write_bytes(content)

    for look in (read, preview):
        if told is None:
            look(path)
        else:
            with pytest.raises(UserError, match=told):
                look(path)


KINDS = {"csv": CSV, "jsonl": JSONL, "parquet": parquet(), "npz": npz()}


@given(kind=st.sampled_from(sorted(KINDS)), where=st.integers(0, 600), what=st.binary(max_size=4))
@settings(max_examples=60, deadline=None)
def test_damage_of_any_kind_ends_in_a_sentence(tmp_path_factory, kind, where, what):
    """Bytes overwritten anywhere: a dataset or a UserError, never a traceback."""
    content = KINDS[kind]
    where %= len(content)
    path = tmp_path_factory.mktemp("damaged") / f"data.{kind}"
    path.write_bytes(content[:where] + what + content[where + len(what) :])

    with contextlib.suppress(UserError):
        read(path)
    with contextlib.suppress(UserError):
        preview(path)


def test_one_array_is_no_table(tmp_path):
    """The sentence says where an array belongs."""
    path = tmp_path / "vectors.npy"
    np.save(path, np.eye(3))

    with pytest.raises(
        UserError, match=r"one NumPy array without labels .name it with --embeddings"
    ):
        read(path)


def test_an_sqlite_database_is_recognised(tmp_path):
    """Not a format yet, but no mystery either."""
    path = tmp_path / "data.db"
    connection = sqlite3.connect(path)
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()

    with pytest.raises(UserError, match="an SQLite database"):
        read(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    """Neither is a traceback."""
    with pytest.raises(UserError, match=r"There is no file .*none.csv"):
        read(tmp_path / "none.csv")
    with pytest.raises(UserError, match=r"is a folder\. Open a table in it"):
        read(tmp_path)
    (tmp_path / "project.json").write_text("{}")
    with pytest.raises(UserError, match=r"is a workspace of Second Look\. Open the table"):
        read(tmp_path)


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    """Simulated, because the superuser may read everything."""
    path = tmp_path / "data.csv"
    path.write_bytes(CSV)

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(UserError, match=r"cannot be read \(Permission denied\)"):
        read(path)


def test_an_ending_in_capitals_is_the_same(tmp_path):
    """DATA.CSV comes from old machines."""
    path = tmp_path / "DATA.CSV"
    path.write_bytes(CSV)

    assert len(read(path)[0]) == 2


def test_the_formats_are_the_files_of_the_folder():
    """Nothing keeps a list of them."""
    modules = Path(formats.__file__).parent.glob("*.py")
    texts = [module.read_text(encoding="utf-8") for module in modules]

    assert len(all_formats()) == sum("\nFORMAT = Format(" in text for text in texts) > 4
    assert len(all_folder_formats()) == sum("\nFOLDER = " in text for text in texts) > 2


def test_without_an_ending_the_content_decides(tmp_path):
    """A download is often called just data."""
    for content, title in ((CSV, "CSV or TSV text"), (JSONL, "JSON"), (parquet(), "Parquet")):
        path = tmp_path / "data"
        path.write_bytes(content)
        assert format_of(path).title == title


@pytest.fixture
def pictures(tmp_path):
    """A function that writes a table of picture paths or bytes and returns its path."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.png").write_bytes(png())

    def write(cells):
        path = tmp_path / "in" / "data.parquet"
        pq.write_table(pa.table({"label": ["x"] * len(cells), "image": cells}), path)
        return path

    return write


def test_paths_and_bytes_of_pictures_are_found(pictures):
    """Both play the part of the image column, and hash to the bytes of the picture."""
    paths, _ = read(pictures(["good.png", "./good.png"]))
    data, _ = read(pictures([png(), png()]))

    assert paths.media == data.media == "image"
    assert paths.roles.image == "image"
    assert (paths.content == data.content).all()


def test_words_in_a_column_called_image_are_no_pictures(pictures):
    """A name alone is not enough: the values have to look like files of pictures."""
    assert read(pictures(["a cat", "a dog"]))[0].media == "none"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("missing.png", r"row 1 \(missing.png\): there is no file .*missing.png"),
        ("text.png", r"row 1 \(text.png\): these 8 bytes are not a picture.*PNG, JPEG"),
        ("cut.png", r"row 1 \(cut.png\): the picture is damaged"),
        ("empty.png", r"row 1 \(empty.png\): these 0 bytes are not a picture"),
        ("folder.png", r"row 1 \(folder.png\): .* cannot be read"),
        ("../out.png", r"row 1 \(../out.png\) names .* not inside the folder of the table"),
        ("link.png", r"names 'link.png', which is not inside the folder"),
        ("/etc/out.png", "not inside the folder"),
        ("", r"row 1 \(\) has no picture"),
        (None, r"row 1 has no picture: the cell is empty"),
        ("a\x00b.png", "not a path inside"),
    ],
)
def test_a_picture_that_is_none_is_told_with_its_row(pictures, tmp_path, cell, told):
    """Missing, text, cut off, empty, a folder, outside, behind a link: row and path are named."""
    inside = tmp_path / "in"
    (tmp_path / "out.png").write_bytes(png())
    (inside / "text.png").write_bytes(b"not one\n")
    (inside / "cut.png").write_bytes(png()[:-20])
    (inside / "empty.png").write_bytes(b"")
    (inside / "folder.png").mkdir()
    (inside / "link.png").symlink_to(tmp_path / "out.png")

    with pytest.raises(UserError, match=told):
        read(pictures(["good.png", cell]), Request(image="image"))


def test_many_broken_pictures_are_counted(pictures):
    """Three are named, the others counted: one import finds them all."""
    with pytest.raises(UserError, match=r"(?s)row 1 .*row 2 .*row 3 .*same goes for 2 more rows"):
        read(pictures(["good.png", *(f"missing-{n}.png" for n in range(5))]))


def test_pictures_are_checked_with_progress(pictures):
    """A long check says how far it is, and can be stopped."""
    seen = []
    read(pictures(["good.png"] * 3), progress=lambda *step: seen.append(step))

    assert ("checking pictures", 3, 3) in seen
