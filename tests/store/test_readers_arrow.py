"""Arrow files and streams, folders of Parquet parts, datasets saved to disk."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from PIL import Image

from store.errors import Cancelled, UserError
from store.opening import open_dataset
from store.readers import preview, read

TABLE = pa.table({"label": ["x", "y", "x"], "text": ["one", "two", "three"]})
FEATURES = {
    "label": {"names": ["cat", "dog", "owl"], "_type": "ClassLabel"},
    "image": {"_type": "Image"},
}


def png(shade=0):
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new("L", (4, 4), shade).save(out, "PNG")
    return out.getvalue()


def stream(table):
    """The bytes of an Arrow stream, one batch per row."""
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=1)
    return out.getvalue()


def file(table):
    """The bytes of an Arrow file, one batch per row."""
    out = io.BytesIO()
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=1)
    return out.getvalue()


def compressed(table):
    """The bytes of a Feather file as pandas writes it."""
    out = io.BytesIO()
    feather.write_feather(table, out, compression="zstd")
    return out.getvalue()


@pytest.mark.parametrize("write", [stream, file, compressed])
@pytest.mark.parametrize("ending", [".arrow", ".feather", ".ipc", ".arrows", ""])
def test_every_kind_of_arrow_file_opens(tmp_path, write, ending):
    """The content says whether it is a file or a stream; all batches are read."""
    path = tmp_path / f"data{ending}"
    path.write_bytes(write(TABLE))

    assert read(path)[0].table.to_pylist() == TABLE.to_pylist()
    assert preview(path).columns == {"label": "string", "text": "string"}


def test_a_dictionary_and_an_empty_batch(tmp_path):
    """Categories of pandas; a batch without rows comes first."""
    table = pa.table({"label": pa.array(["b", "a", None]).dictionary_encode()})
    path = tmp_path / "data.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.slice(0, 0))
        writer.write_batch(pa.RecordBatch.from_arrays([table["label"].chunk(0)], ["label"]))

    assert read(path)[0].labels.tolist() == [1, 0, -1]
    assert preview(path).columns["label"].startswith("dictionary")


@pytest.mark.parametrize("write", [stream, file, compressed])
@pytest.mark.parametrize("cut", [12, 60, 0.5, -9, -8])
def test_an_arrow_file_that_was_cut_off_is_told(tmp_path, write, cut):
    """At the start, in the middle, just before the end; a stream also between two batches."""
    data = write(TABLE)
    path = tmp_path / "data.arrow"
    path.write_bytes(data[: int(cut * len(data)) if cut == 0.5 else cut])

    for look in (read, preview):
        with pytest.raises(UserError, match=r"cannot be read as Arrow.*cut off"):
            look(path)


def test_reading_says_how_far_it_is_and_can_be_stopped(tmp_path):
    """Batch by batch, and no folder is left."""
    path = tmp_path / "data.arrow"
    path.write_bytes(stream(TABLE))
    seen = []
    read(path, progress=lambda *step: seen.append(step))
    assert len([step for step in seen if step[0] == "reading" and step[1] > 0]) == 3

    def stop(stage, done, total):
        if done > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        open_dataset(path, progress=stop)
    assert [found.name for found in tmp_path.iterdir()] == ["data.arrow"]


@pytest.fixture
def parts(tmp_path):
    """A function that writes Parquet files into a folder and returns it."""
    folder = tmp_path / "table"
    folder.mkdir()

    def write(**tables):
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        return folder

    return write


def test_parts_are_read_in_the_order_of_their_names(parts):
    """Other orders of columns and wider types are no obstacle."""
    folder = parts(
        b=pa.table({"n": pa.array([3], pa.int64()), "label": ["y"]}),
        a=pa.table({"label": ["x", None], "n": pa.array([1, 2], pa.int32())}),
    )
    (folder / "_SUCCESS").write_text("")
    dataset, _ = read(folder)

    assert dataset.table.to_pydict() == {"label": ["x", None, "y"], "n": [1, 2, 3]}
    assert (dataset.name, preview(folder).rows) == ("table", 3)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"a": TABLE, "b": TABLE.drop(["text"])}, r"b.parquet does not have .* differ in text"),
        ({"a": TABLE, "b": pa.table({"label": [1], "text": ["t"]})}, "do not fit together"),
        ({"train-0": TABLE, "test-0": TABLE}, "parts of test and train, which are datasets"),
        ({"a": TABLE.slice(0, 0), "b": TABLE.slice(0, 0)}, "no rows"),
    ],
)
def test_parts_that_are_none_are_told(parts, tables, told):
    """A column less, another type, two splits, no rows."""
    with pytest.raises(UserError, match=told):
        open_dataset(parts(**tables))


def test_a_broken_part_is_told_by_its_name(parts):
    """Not just that one of them is broken."""
    folder = parts(a=TABLE, b=TABLE)
    (folder / "b.parquet").write_bytes(b"PAR1 no more")

    for look in (read, preview):
        with pytest.raises(UserError, match=r"b.parquet cannot be read as Parquet"):
            look(folder)


def test_a_folder_of_two_kinds_is_asked(parts):
    """A Parquet table of paths beside its pictures: it is the table that is opened."""
    folder = parts(a=TABLE)
    (folder / "1.png").write_bytes(png())

    with pytest.raises(UserError, match=r"pictures and a folder of Parquet.* meant: a.parquet"):
        read(folder)


def test_an_empty_first_part_is_no_obstacle(parts):
    """Writers leave empty parts behind."""
    folder = parts(a=TABLE.slice(0, 0), b=TABLE)

    assert preview(folder).rows == len(read(folder)[0]) == 3


@pytest.fixture
def saved(tmp_path):
    """A function that writes a folder as save_to_disk does and returns it."""

    def write(*tables, features=None, state=None, folder=tmp_path / "saved"):
        folder.mkdir(exist_ok=True, parents=True)
        names = [f"data-{n:05}-of-{len(tables):05}.arrow" for n in range(len(tables))]
        for name, table in zip(names, tables, strict=True):
            (folder / name).write_bytes(stream(table))
        files = [{"filename": name} for name in names]
        told = {"_data_files": files, "_fingerprint": "0", "_split": "train"} | (state or {})
        (folder / "state.json").write_text(json.dumps(told))
        (folder / "dataset_info.json").write_text(json.dumps({"features": features or {}}))
        return folder

    return write


def pictures(labels, paths=None):
    """A table of numbers for labels and pictures as structs."""
    data = [{"bytes": png(n), "path": None} for n in range(len(labels))]
    data = [{"bytes": None, "path": path} for path in paths] if paths else data
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    return pa.table({"image": pa.array(data, kind), "label": pa.array(labels, pa.int64())})


def test_a_saved_dataset_has_its_class_names_and_pictures(saved):
    """A class without a row is one; −1 is unlabelled; the files are joined in their order."""
    dataset, _ = read(saved(pictures([1, 0]), pictures([-1, 1]), features=FEATURES))

    assert dataset.classes == ("cat", "dog", "owl")
    assert dataset.labels.tolist() == [1, 0, -1, 1]
    assert (dataset.media, dataset.roles.image) == ("image", "image")
    assert dataset.table["label"].to_pylist() == ["dog", "cat", None, "dog"]


def test_columns_of_pred_probs_follow_the_class_names(saved):
    """They come in the order of the features, classes are sorted by alphabet."""
    features = {"label": {"names": ["dog", "cat"], "_type": "ClassLabel"}}
    table = pa.table({"label": [0, 1], "text": ["a b", "c d"], "probs": [[0.9, 0.1], [0.2, 0.8]]})
    dataset, _ = read(saved(table, features=features))

    assert dataset.classes == ("cat", "dog")
    assert dataset.pred_probs == pytest.approx(np.array([[0.1, 0.9], [0.8, 0.2]]))


def test_pictures_by_path_are_below_the_folder(saved):
    """`datasets` keeps the path alone where it was told not to embed the bytes."""
    folder = saved(pictures([0, 1], paths=["a.png", "b.png"]), features=FEATURES)
    (folder / "a.png").write_bytes(png(1))
    (folder / "b.png").write_bytes(png(2))
    with pytest.raises(UserError, match=r"a dataset saved with save_to_disk and a folder of pict"):
        read(folder)


def test_parquet_of_datasets_has_its_class_names(tmp_path):
    """The same facts stand in the schema of a Parquet file."""
    told = {b"huggingface": json.dumps({"info": {"features": FEATURES}}).encode()}
    table = pictures([2, 0]).replace_schema_metadata(told)
    pq.write_table(table, tmp_path / "data.parquet")
    dataset, _ = read(tmp_path / "data.parquet")

    assert dataset.classes == ("cat", "dog", "owl")
    assert dataset.media == "image"


def test_a_number_without_a_name_is_told(saved):
    """Class 3 of three."""
    with pytest.raises(UserError, match="goes from 0 to 3, but there are 3 class names"):
        read(saved(pictures([0, 3]), features=FEATURES))


def test_splits_are_asked(saved, tmp_path):
    """A DatasetDict: the paths of its splits, each of which opens."""
    both = tmp_path / "both"
    both.mkdir()
    (both / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    saved(TABLE, folder=both / "train")
    for look in (read, preview, open_dataset):
        with pytest.raises(UserError, match=r"train, test, which are splits.*both/train, .*/test"):
            look(both)

    assert len(read(both / "train")[0]) == 3


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"_data_files": [{"filename": "gone.arrow"}]}, "gone.arrow is missing"),
        ({"_data_files": [{"filename": "../secret.arrow"}]}, "names no files"),
        ({"_data_files": "x"}, "names no files"),
        ({"_data_files": [None, 3]}, "names no files"),
        ({"_indices_files": [{"filename": "i.arrow"}]}, "flatten_indices"),
    ],
)
def test_a_saved_dataset_that_lacks_something_is_told(saved, state, told):
    """Files that are gone, that lie elsewhere, that are not named, and chosen rows."""
    with pytest.raises(UserError, match=told):
        read(saved(TABLE, state=state))


@pytest.mark.parametrize("name", ["state.json", "dataset_info.json"])
@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000, '"x"'])
def test_descriptions_that_are_broken_are_told(saved, name, text):
    """Empty, a list, cut off, nested without end, a word."""
    folder = saved(TABLE)
    (folder / name).write_text(text)

    with pytest.raises(UserError, match=rf"{name} (cannot be read|holds no object)"):
        read(folder)


def test_without_a_state_the_files_are_named(saved):
    """The cache of `datasets` looks alike, but its files are splits."""
    folder = saved(TABLE)
    (folder / "state.json").unlink()

    with pytest.raises(UserError, match=r"no state.json.*data-00000-of-00001.arrow"):
        read(folder)
