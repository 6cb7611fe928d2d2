"""The clean copy on disk: whole, repeatable, and never over something of the user's."""

import errno
import hashlib
import io
import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from store import readers
from store.decision import decide, withdraw
from store.decisions import DecisionLog
from store.errors import UserError
from store.export import ExportOptions, export_bytes, write_export
from store.workspace import Workspace

CSV, PARQUET = ExportOptions("csv"), ExportOptions("parquet")


@pytest.fixture
def dataset(make_dataset):
    """Four rows; the second text is a formula."""
    return make_dataset(["cat", "dog", "cat", "dog"], texts=["a", "=1+1", "c, d", "e\nf"])


@pytest.fixture
def log(tmp_path, dataset):
    """One relabel, one drop, one drop that was taken back."""
    log = DecisionLog(tmp_path / "work" / "decisions.db")
    relabel = decide(dataset, [0], "relabel", reviewer="ann", label="dog")
    drop, mistake = (decide(dataset, [row], "drop", reviewer="ann") for row in (2, 3))
    log.append([relabel, drop, mistake, withdraw(mistake, reviewer="ann")])
    return log


def read(path):
    """A CSV file as its writer meant it."""
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(path, parse_options=options).to_pydict()


def test_a_csv_export_reads_back(tmp_path, dataset, log):
    """Relabelled, dropped, and the undone drop is there."""
    write_export(dataset, log, tmp_path / "out", CSV)

    assert read(tmp_path / "out" / "made.csv") == {
        "id": ["row-0", "row-1", "row-3"],
        "label": ["dog", "dog", "dog"],
        "text": ["a", "'=1+1", "e\nf"],
    }


def test_a_parquet_export_reads_back_as_it_was(tmp_path, dataset, log):
    """Nothing is neutralised where nothing would be run."""
    write_export(dataset, log, tmp_path / "out", PARQUET)

    table = pyarrow.parquet.read_table(tmp_path / "out" / "made.parquet")
    assert table.schema == dataset.table.schema
    assert table["text"].to_pylist() == ["a", "=1+1", "e\nf"]


def test_the_manifest_says_what_was_done_to_what(tmp_path, dataset, log):
    """Enough to redo it from the same dataset and log."""
    manifest = write_export(dataset, log, tmp_path / "out", CSV)

    written = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    data = (tmp_path / "out" / "made.csv").read_bytes()
    assert written == manifest
    assert manifest.pop("second_look")
    assert manifest == {
        "made_by": "second-look",
        "dataset": "made",
        "fingerprint": dataset.fingerprint,
        "decisions": 4,
        "decisions_digest": log.digest(),
        "options": {
            "format": "csv",
            "dropped": "leave out",
            "undecided": "keep",
            "neutralise": True,
            "only_reviewed": False,
            "where": None,
            "sample": None,
            "seed": 0,
            "pictures": "copy",
        },
        "counts": {
            "relabelled": 1,
            "dropped": 1,
            "kept": 0,
            "skipped": 0,
            "flagged": 0,
            "adjudicate": 0,
            "undecided": 2,
            "stale": 0,
            "vanished": 0,
        },
        "rows_in": 4,
        "rows_out": 3,
        "file": "made.csv",
        "neutralised": {"text": 1},
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def test_rows_left_out_are_named_where_there_are_no_ids(tmp_path, dataset, log):
    """Arrays beside the table can be cut to fit: np.delete(embeddings, rows_left_out)."""
    numbered = replace(dataset, roles=replace(dataset.roles, id=None))
    other = DecisionLog(tmp_path / "other.db")
    other.append([decide(numbered, np.array([1, 3]), "drop", reviewer="ann")])

    manifest = write_export(numbered, other, tmp_path / "out", CSV)

    assert manifest["rows_left_out"] == [1, 3]


@pytest.mark.parametrize("options", [CSV, PARQUET], ids=lambda options: options.format)
def test_the_same_input_gives_the_same_bytes(tmp_path, dataset, log, options):
    """Twice in folders, twice as a zip, and however the table was cut into chunks."""
    chunked = replace(dataset, table=pyarrow.concat_tables([dataset.table[:1], dataset.table[1:]]))
    for number, each in enumerate((dataset, dataset, chunked)):
        write_export(each, log, tmp_path / str(number), options)
    folders = [
        [path.read_bytes() for path in sorted((tmp_path / str(number)).iterdir())]
        for number in range(3)
    ]

    assert folders[0] == folders[1] == folders[2]
    assert export_bytes(dataset, log, options) == export_bytes(chunked, log, options)


def test_the_zip_holds_the_same_two_files(tmp_path, dataset, log):
    """What the browser downloads is what the command writes."""
    write_export(dataset, log, tmp_path / "out", CSV)

    name, packed = export_bytes(dataset, log, CSV)

    assert name == "made-clean.zip"
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["made.csv", "manifest.json"]
        for each in archive.namelist():
            assert archive.read(each) == (tmp_path / "out" / each).read_bytes()


def test_an_earlier_export_is_replaced(tmp_path, dataset, log):
    """Another format too: the old data file does not stay behind."""
    write_export(dataset, log, tmp_path / "out", CSV)
    write_export(dataset, log, tmp_path / "out", PARQUET)

    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["made.parquet", "manifest.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "work"]


def test_an_empty_folder_may_be_written_into(tmp_path, dataset, log):
    """It was made for this."""
    (tmp_path / "out").mkdir()

    assert write_export(dataset, log, tmp_path / "out", CSV)["rows_out"] == 3


def test_a_folder_with_files_of_the_users_is_refused(tmp_path, dataset, log):
    """Also one with a manifest.json of something else."""
    for name in ("thesis.tex", "manifest.json"):
        folder = tmp_path / name.split(".")[1]
        folder.mkdir()
        (folder / name).write_text("{}")

        with pytest.raises(UserError, match="not empty and not an earlier export"):
            write_export(dataset, log, folder, CSV)
        assert [path.name for path in folder.iterdir()] == [name]


def test_a_file_put_beside_an_earlier_export_stops_the_next(tmp_path, dataset, log):
    """Replacing the folder would remove it."""
    write_export(dataset, log, tmp_path / "out", CSV)
    (tmp_path / "out" / "notes.txt").write_text("mine")

    with pytest.raises(UserError, match=r"other files are in it too: notes\.txt"):
        write_export(dataset, log, tmp_path / "out", CSV)
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_an_export_that_was_edited_is_not_overwritten(tmp_path, dataset, log):
    """Somebody worked on it."""
    write_export(dataset, log, tmp_path / "out", CSV)
    (tmp_path / "out" / "made.csv").write_text("id,label\n")

    with pytest.raises(UserError, match="was changed after it was exported"):
        write_export(dataset, log, tmp_path / "out", CSV)
    assert (tmp_path / "out" / "made.csv").read_text() == "id,label\n"


def test_the_data_that_was_opened_is_never_replaced(tmp_path, dataset, log):
    """Even where it is an untouched earlier export, opened again."""
    write_export(dataset, log, tmp_path / "out", CSV)
    source = tmp_path / "out" / "made.csv"
    Workspace(log.path.parent).save(dataset, source=str(source))
    before = source.read_bytes()

    with pytest.raises(UserError, match="is the data that you opened"):
        write_export(dataset, log, tmp_path / "out", PARQUET)
    assert source.read_bytes() == before


def test_a_link_to_an_export_stays_a_link(tmp_path, dataset, log):
    """The folder behind it is what is replaced."""
    write_export(dataset, log, tmp_path / "out", CSV)
    (tmp_path / "latest").symlink_to(tmp_path / "out")

    write_export(dataset, log, tmp_path / "latest", PARQUET)

    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "out" / "made.parquet").exists()


def test_a_type_that_no_format_knows_is_a_sentence(tmp_path, make_dataset):
    """Arrow has types that neither CSV nor Parquet can say."""
    odd = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])
    dataset = make_dataset(["cat"], odd=odd)
    log = DecisionLog(tmp_path / "decisions.db")

    for options in (CSV, PARQUET):
        with pytest.raises(UserError, match=r"Parquet|parquet cannot hold"):
            write_export(dataset, log, tmp_path / "out", options)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path, dataset, log):
    """--out made.csv is a likely slip."""
    (tmp_path / "made.csv").write_text("mine")

    with pytest.raises(UserError, match="is a file"):
        write_export(dataset, log, tmp_path / "made.csv", CSV)


@pytest.mark.parametrize("call", ["mkdir", "fsync", "replace"])
def test_an_export_that_fails_half_way_leaves_the_earlier_one(
    tmp_path, dataset, log, monkeypatch, call
):
    """A full disk at any step: the old export is there, and no draft is."""
    write_export(dataset, log, tmp_path / "out", CSV)
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    real = getattr(os, call)

    def refuse(*arguments, **options):
        draft_moves_in = call != "replace" or str(arguments[1]).endswith("out")
        if draft_moves_in and not refused:
            refused.append(call)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **options)

    refused: list[str] = []
    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(UserError, match="No space left on device"):
        write_export(dataset, log, tmp_path / "out", PARQUET)

    assert refused
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "work"]


def test_a_table_that_the_format_cannot_hold_leaves_nothing(tmp_path, make_dataset):
    """A list column and CSV."""
    dataset = make_dataset(["cat"], vector=[[1.0, 2.0]])
    log = DecisionLog(tmp_path / "decisions.db")

    with pytest.raises(UserError, match="Export to Parquet"):
        write_export(dataset, log, tmp_path / "out", CSV)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd", "_.._etc_passwd.csv"),
        ("  ", "dataset.csv"),
        ("..", "dataset.csv"),
        ("Bewertungen für Köln", "Bewertungen für Köln.csv"),
        ("a:b\x00c", "a_b_c.csv"),
        ("x" * 300, "x" * 100 + ".csv"),
    ],
)
def test_the_name_of_the_dataset_cannot_lead_out_of_the_folder(tmp_path, dataset, log, name, file):
    """Whatever it is called, the data file lies beside the manifest."""
    write_export(replace(dataset, name=name), log, tmp_path / "out", CSV)

    assert sorted(os.listdir(tmp_path / "out")) == sorted([file, "manifest.json"])


def test_a_csv_export_opens_again_with_the_labels_in_force(tmp_path):
    """Read, relabel, export, read: number ids keep their zeros, odd labels and texts survive."""
    (tmp_path / "in.csv").write_text(
        'id,label,text\n007,-1,a\n8,+1,"a ""q"", b\nc"\n09,,é\n10,-1,=x\n', encoding="utf-8"
    )
    dataset, _ = readers.read(tmp_path / "in.csv")
    log = DecisionLog(tmp_path / "decisions.db")
    log.append([decide(dataset, [0, 2], "relabel", reviewer="ann", label="+1")])

    write_export(dataset, log, tmp_path / "out", CSV)

    again, _ = readers.read(tmp_path / "out" / "in.csv")
    assert again.ids([0, 1, 2, 3]) == ["007", "8", "09", "10"]
    assert [again.given(row) for row in range(4)] == ["+1", "+1", "+1", "-1"]
    assert again.table["text"].to_pylist() == ["a", 'a "q", b\nc', "é", "'=x"]
    assert (again.content[:3] == dataset.content[:3]).all()
