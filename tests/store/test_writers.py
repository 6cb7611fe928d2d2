"""Every format of an export: whole, repeatable, and readable by those it is for."""

import io
import json
import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pytest
from PIL import Image

from store import readers
from store.dataset import Roles
from store.decision import decide
from store.decisions import DecisionLog
from store.errors import UserError
from store.export import ExportOptions, export_bytes, write_export
from store.manifest import hash_of
from store.writers import all_writers

OF_EXAMPLES = [name for name, writer in all_writers().items() if writer.needs != "pairs"]
PIXELS = (np.arange(5 * 4 * 4) * 3).reshape(5, 4, 4).astype(np.uint8)


@pytest.fixture
def dataset(make_dataset):
    """Five rows with pictures as an array; the last one is unlabelled."""
    made = make_dataset(
        ["cat", "dog", "cat", "dog", None],
        ids=["a", "../b", "c:d", "c?d", "e"],
        texts=["=1+1", 'say "x"', "tab\there", "é", ""],
        number=[1, None, 3, 4, 5],
    )
    return replace(made, images=PIXELS)


@pytest.fixture
def log(tmp_path, dataset):
    """Row 0 becomes a dog, row 1 is dropped, row 2 kept, row 3 skipped, row 4 untouched."""
    log = DecisionLog(tmp_path / "work" / "decisions.db")
    log.append(
        [
            decide(dataset, [0], "relabel", reviewer="ann", label="dog", note="ears"),
            decide(dataset, [1], "drop", reviewer="bob"),
            decide(dataset, [2], "keep", reviewer="ann"),
            decide(dataset, [3], "skip", reviewer="ann"),
        ]
    )
    return log


def written(tmp_path, dataset, log, kind, **options):
    """The manifest, and where the data is."""
    manifest = write_export(dataset, log, tmp_path / "out", ExportOptions(kind, **options))
    return manifest, tmp_path / "out" / manifest["file"]


@pytest.mark.parametrize("kind", OF_EXAMPLES)
def test_every_format_gives_the_same_bytes_again(tmp_path, dataset, log, kind):
    """Twice in a folder, twice as a zip, however the table was cut; the manifest has the hash."""
    chunked = replace(dataset, table=pa.concat_tables([dataset.table[:2], dataset.table[2:]]))
    first, data = written(tmp_path, dataset, log, kind)

    assert first["sha256"] == hash_of(data) != ""
    again, _ = written(tmp_path, chunked, log, kind)  # the earlier export is replaced
    assert again == first
    assert export_bytes(dataset, log, ExportOptions(kind)) == export_bytes(
        chunked, log, ExportOptions(kind)
    )


@pytest.mark.parametrize("kind", OF_EXAMPLES)
def test_every_format_has_in_its_zip_what_it_has_in_its_folder(tmp_path, dataset, log, kind):
    """File by file."""
    _, data = written(tmp_path, dataset, log, kind)
    _, packed = export_bytes(dataset, log, ExportOptions(kind))

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            assert archive.read(name) == (data.parent / name).read_bytes()
        there = [path for path in data.parent.rglob("*") if path.is_file()]
        assert len(archive.namelist()) == len(there)


@pytest.mark.parametrize("kind", OF_EXAMPLES)
def test_an_edited_export_is_not_replaced(tmp_path, dataset, log, kind):
    """One byte more in any of its files."""
    _, data = written(tmp_path, dataset, log, kind)
    one = data if data.is_file() else max(path for path in data.rglob("*") if path.is_file())
    one.write_bytes(one.read_bytes() + b" ")

    with pytest.raises(UserError, match="was changed after it was exported"):
        written(tmp_path, dataset, log, kind)


@pytest.mark.parametrize("kind", OF_EXAMPLES)
def test_nothing_left_to_write_is_an_export_too(tmp_path, dataset, log, kind):
    """No row is left: the file is there, and says so in its own way."""
    empty = DecisionLog(tmp_path / "empty.db")

    manifest, data = written(tmp_path, dataset, empty, kind, only_reviewed=True)

    assert manifest["rows_out"] == 0
    assert data.exists()


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet"])
def test_a_table_opens_again_with_the_labels_in_force(tmp_path, dataset, log, kind):
    """Ids, labels and texts, by our own reader."""
    _, data = written(tmp_path, dataset, log, kind, neutralise=False)

    again, _ = readers.read(data)

    assert again.ids(range(len(again))) == ["a", "c:d", "c?d", "e"]
    assert [again.given(row) for row in range(4)] == ["dog", "cat", "dog", None]
    kept = dataset.table["text"].take([0, 2, 3, 4]).to_pylist()
    assert [text or "" for text in again.table["text"].to_pylist()] == kept


def test_tsv_is_neutralised_like_csv(tmp_path, dataset, log):
    """And can be switched off; tabs within a text stay within it."""
    manifest, data = written(tmp_path, dataset, log, "tsv")

    assert manifest["neutralised"] == {"text": 1}
    assert b"'=1+1" in data.read_bytes()
    options = pyarrow.csv.ParseOptions(delimiter="\t")
    assert "tab\there" in pyarrow.csv.read_csv(data, parse_options=options)["text"].to_pylist()


def test_jsonl_keeps_what_json_can_say(tmp_path, make_dataset):
    """Order of keys, lists, numbers; times as text; NaN and missing as null."""
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    dataset = make_dataset(
        ["cat", "dog"],
        vector=[[1.5, float("nan")], None],
        moment=pa.array([moment, None], pa.timestamp("us", tz="UTC")),
        price=pa.array([Decimal("0.10"), None]),
        facts=[{"a": 1}, None],
    )
    _, data = written(tmp_path, dataset, DecisionLog(tmp_path / "log.db"), "jsonl")

    first, second = data.read_text(encoding="utf-8").splitlines()
    assert list(json.loads(first)) == dataset.table.column_names
    assert json.loads(first) == {
        "id": "row-0", "label": "cat", "text": "text 0", "vector": [1.5, None],
        "moment": "2026-01-02T03:04:05+00:00", "price": "0.10", "facts": {"a": 1},
    }  # fmt: skip
    assert json.loads(second)["vector"] is None


@pytest.mark.parametrize("kind", ["jsonl", "label-studio"])
def test_bytes_are_not_json(tmp_path, make_dataset, kind):
    """Nothing is left behind, and Parquet is named."""
    dataset = make_dataset(["cat"], blob=[b"\x00"])

    with pytest.raises(UserError, match=r"blob .* Export to Parquet"):
        written(tmp_path, dataset, DecisionLog(tmp_path / "log.db"), kind)
    assert list(tmp_path.iterdir()) == []


def test_a_hugging_face_folder_is_the_stream_that_its_library_maps(tmp_path, dataset, log):
    """Two files of facts that name it; categories are written out."""
    table = dataset.table.set_column(1, "label", dataset.table["label"].dictionary_encode())
    _, data = written(tmp_path, replace(dataset, table=table), log, "hugging-face")

    state = json.loads((data / "state.json").read_text())
    (file,) = [each["filename"] for each in state["_data_files"]]
    found = pa.ipc.open_stream(data / file).read_all()
    assert found.schema.field("label").type == pa.string()
    assert found["label"].to_pylist() == ["dog", "cat", "dog", None]
    assert len(state["_fingerprint"]) == 16
    assert json.loads((data / "dataset_info.json").read_text())["features"] is None


def test_label_studio_gets_what_people_settled_as_annotations(tmp_path, dataset, log):
    """A skipped row has its given label as a prediction, an unlabelled one nothing."""
    _, data = written(tmp_path, dataset, log, "label-studio")

    tasks = json.loads(data.read_text(encoding="utf-8"))
    assert [task["data"]["id"] for task in tasks] == ["a", "c:d", "c?d", "e"]
    kinds = [[kind for kind in ("annotations", "predictions") if kind in task] for task in tasks]
    assert kinds == [["annotations"], ["annotations"], ["predictions"], []]
    (choice,) = tasks[0]["annotations"][0]["result"]
    assert choice == {
        "from_name": "label", "to_name": "image", "type": "choices",
        "value": {"choices": ["dog"]},
    }  # fmt: skip
    assert tasks[0]["meta"]["given"] == "cat"
    assert (tasks[0]["meta"]["reviewer"], tasks[0]["meta"]["note"]) == ("ann", "ears")
    assert tasks[3]["meta"]["action"] == "undecided"


def test_an_image_folder_has_a_folder_per_class(tmp_path, dataset, log):
    """Names that a file cannot have are made plain, and two that become one stay two."""
    manifest, data = written(tmp_path, dataset, log, "image-folder")

    found = sorted(path.relative_to(data).as_posix() for path in data.rglob("*.png"))
    assert found == ["cat/c_d.png", "dog/a.png", "dog/c_d.png", "unlabelled/e.png"]
    assert (np.asarray(Image.open(data / "dog" / "a.png")) == PIXELS[0]).all()
    rows = pyarrow.csv.read_csv(data / "metadata.csv").to_pydict()
    assert rows["file_name"] == ["dog/a.png", "cat/c_d.png", "dog/c_d.png", "unlabelled/e.png"]
    assert rows["id"] == ["a", "c:d", "c?d", "e"]
    assert manifest["pictures"] == {"linked": 0, "written": 4}


def test_no_two_pictures_of_an_image_folder_share_a_name(tmp_path, make_dataset):
    """Ids that differ in marks, in capitals, and one that looks like the way out."""
    ids = ["a?", "a:", "A:", "a_ row 1", "-x", "..", "metadata.csv"]
    made = make_dataset(["cat", "CAT", "cat?", "cat", "cat", "cat", "unlabelled"], ids=ids)
    made = replace(made, images=np.arange(7, dtype=np.uint8)[:, None, None].repeat(2, axis=1))
    made = replace(made, images=made.images.repeat(2, axis=2))
    made = made.with_labels(np.array([0, 0, 0, 0, 0, 0, 3]))

    _, data = written(tmp_path, made, DecisionLog(tmp_path / "log.db"), "image-folder")

    names = pyarrow.csv.read_csv(data / "metadata.csv")["file_name"].to_pylist()
    shades = [int(np.asarray(Image.open(data / name))[0, 0]) for name in names]
    assert shades == list(range(7))
    assert len({name.lower() for name in names}) == 7
    assert not names[-1].startswith("unlabelled/")


def pictured(tmp_path, make_dataset):
    """Two rows with pictures in files."""
    for number in range(2):
        Image.fromarray(PIXELS[number]).save(tmp_path / f"{number}.jpeg", "JPEG")
    made = make_dataset(["cat", "dog"], path=["0.jpeg", "1.jpeg"])
    return replace(made, roles=Roles(id="id", label="label", image="path"), root=tmp_path)


def test_pictures_are_copied_to_the_byte(tmp_path, make_dataset):
    """Also where they are bytes in the table; the ending is that of what they are."""
    dataset, log = pictured(tmp_path, make_dataset), DecisionLog(tmp_path / "log.db")
    blobs = [(tmp_path / f"{number}.jpeg").read_bytes() for number in range(2)]
    table = dataset.table.append_column("bytes", pa.array(blobs))
    in_table = replace(dataset, table=table, roles=replace(dataset.roles, image="bytes"))

    for each, ending in ((dataset, "jpeg"), (in_table, "jpg")):
        _, data = written(tmp_path, each, log, "image-folder")
        assert (data / "cat" / f"row-0.{ending}").read_bytes() == blobs[0]
        assert (data / "dog" / f"row-1.{ending}").read_bytes() == blobs[1]


def test_pictures_may_be_linked(tmp_path, make_dataset):
    """The export is replaced, the pictures are not; a picture that changed is no edit of it."""
    dataset, log = pictured(tmp_path, make_dataset), DecisionLog(tmp_path / "log.db")
    manifest, data = written(tmp_path, dataset, log, "image-folder", pictures="link")

    assert manifest["pictures"] == {"linked": 2, "written": 0}
    assert os.readlink(data / "cat" / "row-0.jpeg") == str(tmp_path / "0.jpeg")
    (tmp_path / "0.jpeg").write_bytes((tmp_path / "1.jpeg").read_bytes())
    written(tmp_path, dataset, log, "image-folder")
    assert not (data / "cat" / "row-0.jpeg").is_symlink()
    assert (tmp_path / "0.jpeg").is_file()
    _, packed = export_bytes(dataset, log, ExportOptions("image-folder", pictures="link"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        name = f"{data.name}/cat/row-0.jpeg"
        assert archive.read(name) == (tmp_path / "0.jpeg").read_bytes()


def test_texts_are_no_pictures(tmp_path, make_dataset):
    """A sentence, and no folder."""
    dataset = make_dataset(["cat"])

    with pytest.raises(UserError, match="has no pictures"):
        written(tmp_path, dataset, DecisionLog(tmp_path / "log.db"), "image-folder")
    assert not (tmp_path / "out").exists()


def test_a_format_that_is_not_there_is_a_sentence(tmp_path, dataset, log):
    """It names those that are."""
    with pytest.raises(UserError, match=r"no format 'xls'.* csv, .*tsv"):
        written(tmp_path, dataset, log, "xls")


def test_only_reviewed_rows_are_those_somebody_said_something_of(tmp_path, dataset, log):
    """A skip is a word too; the dropped row is out all the same."""
    manifest, data = written(tmp_path, dataset, log, "jsonl", only_reviewed=True)

    lines = [json.loads(line) for line in data.read_text().splitlines()]
    assert [line["id"] for line in lines] == ["a", "c:d", "c?d"]
    assert manifest["options"]["only_reviewed"] is True


def test_a_sample_is_part_of_a_larger_one_and_in_table_order(tmp_path, make_dataset):
    """Its seed says which; asking for more than there is gives all."""
    dataset = make_dataset(["cat", "dog"] * 100)
    log = DecisionLog(tmp_path / "log.db")

    def drawn(number, seed=0):
        manifest, data = written(tmp_path, dataset, log, "jsonl", sample=number, seed=seed)
        rows = [json.loads(line)["id"] for line in data.read_text().splitlines()]
        assert manifest["rows_out"] == len(rows)
        return [int(id_.removeprefix("row-")) for id_ in rows]

    ten, fifty, other = drawn(10), drawn(50), drawn(50, seed=1)
    assert (len(ten), len(fifty), len(other)) == (10, 50, 50)
    assert set(ten) < set(fifty)
    assert fifty == sorted(fifty) != other
    # Half of 50 are expected below 100; 10 to 40 leaves out less than one in 10,000 draws.
    assert 10 < sum(row < 100 for row in fifty) < 40
    assert drawn(0) == []
    assert drawn(500) == list(range(200))


def test_a_sample_of_fewer_than_none_is_a_sentence():
    """And not an empty file."""
    with pytest.raises(UserError, match="-1 rows"):
        ExportOptions("csv", sample=-1)
