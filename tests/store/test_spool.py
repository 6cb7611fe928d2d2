"""What memory need not hold goes through files, and comes out as if it had not."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from store import spool, text_vectors
from store.errors import UserError
from store.mapped import row_slices
from store.opening import open_dataset
from store.readers import Request, csv_tsv, jsonl
from store.spool import kept, release, spooled_array, spooled_table, spooling

N = 3_000


@pytest.fixture
def rows():
    """Texts, some missing, some repeated, and a column of lists."""
    rng = np.random.default_rng(0)
    words = [" ".join(f"word{one}" for one in rng.integers(0, 300, 12)) for _ in range(N)]
    words[3], words[700] = None, words[699]
    return pa.table(
        {
            "id": [f"row {(row * 7) % N}" for row in range(N)],
            "label": [f"class{row % 3}" if row % 50 else None for row in range(N)],
            "text": words,
            "list": [[row, None] if row % 9 else None for row in range(N)],
        }
    )


@pytest.fixture
def table(rows, tmp_path):
    """The rows as Parquet, in eleven row groups."""
    path = tmp_path / "reviews.parquet"
    pq.write_table(rows, path, row_group_size=277)
    return path


@pytest.fixture
def large(monkeypatch):
    """Everything counts as large, and comes in small blocks."""
    monkeypatch.setattr(spool, "SMALL", 0)
    monkeypatch.setattr(csv_tsv, "BLOCK", 20_000)
    monkeypatch.setattr(jsonl, "BLOCK", 20_000)
    monkeypatch.setattr(text_vectors, "BLOCK", 100)
    monkeypatch.setattr(text_vectors, "LEARNT_FROM", 1_000)


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "csv"])
def test_an_import_through_files_gives_the_same_dataset(
    rows, ending, tmp_path, monkeypatch, request
):
    """Table, vectors, contents and fingerprint; of the files on the way nothing is left."""
    table = tmp_path / f"reviews.{ending}"
    if ending == "parquet":
        pq.write_table(rows, table, row_group_size=277)
    elif ending == "csv":
        pa.csv.write_csv(rows.drop_columns("list"), table)
    else:
        lines = (json.dumps(row) + "\n" for row in rows.to_pylist())
        table.write_text("".join(lines), encoding="utf-8")
    monkeypatch.setattr(text_vectors, "LEARNT_FROM", 1_000)
    plain = open_dataset(table, workspace=tmp_path / "plain").dataset
    request.getfixturevalue("large")
    spooled = open_dataset(table, workspace=tmp_path / "spooled").dataset

    assert spooled.table.equals(plain.table)
    np.testing.assert_array_equal(spooled.content, plain.content)
    np.testing.assert_allclose(spooled.embeddings, plain.embeddings, atol=1e-6)
    assert spooled.labels.tolist() == plain.labels.tolist()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["plain", table.name, "spooled"]


def test_vectors_are_moved_into_the_workspace_and_not_written_twice(large, table, monkeypatch):
    """The file in the workspace is the one that was spooled."""
    files = []

    def watched(array, path):
        files.append((path.name, kept(array, path)))
        return files[-1][1]

    monkeypatch.setattr("store.workspace.kept", watched)
    open_dataset(table)

    assert ("embeddings.npy", True) in files
    assert ("labels.npy", False) in files


@pytest.mark.parametrize("failure", [UserError("no"), KeyboardInterrupt()], ids=["error", "key"])
def test_a_failed_import_leaves_nothing(large, table, monkeypatch, failure):
    """Neither the spooled table nor half of the vectors."""

    def fail(*_):
        raise failure

    monkeypatch.setattr("store.text_vectors.release", fail)
    with pytest.raises(type(failure)):
        open_dataset(table)

    assert [path.name for path in table.parent.iterdir()] == ["reviews.parquet"]


def test_small_things_make_no_file(tmp_path):
    """A folder for a table of three rows would cost more than the table."""
    batch = pa.record_batch({"n": [1, 2, 3]})
    with spooling(tmp_path / "work"):
        made = spooled_table(batch.schema, [batch])
        array = spooled_array((2, 3), [np.ones((2, 3), np.float32)])

        assert list(tmp_path.iterdir()) == []
    assert (made.num_rows, array.tolist()) == (3, [[1, 1, 1], [1, 1, 1]])


def test_what_was_released_can_be_read_again(large, tmp_path):
    """It is in the file."""
    batches = [pa.record_batch({"text": [f"{part} {row}" for row in range(50)]}) for part in "abc"]
    with spooling(tmp_path / "work"):
        made = spooled_table(batches[0].schema, iter(batches))
        before = made.to_pylist()
        release()

        assert made.to_pylist() == before == pa.Table.from_batches(batches).to_pylist()
    assert list(tmp_path.iterdir()) == []


def test_categories_with_lists_of_their_own_stay_in_memory(large, tmp_path):
    """An Arrow file has one list for all batches."""
    batches = [
        pa.record_batch({"label": pa.array(names).dictionary_encode()})
        for names in (["a", "b"], ["c", "a"])
    ]
    with spooling(tmp_path / "work"):
        made = spooled_table(batches[0].schema, batches)

    assert made["label"].to_pylist() == ["a", "b", "c", "a"]


def test_outside_of_an_import_nothing_is_spooled(large):
    """A reader that is called by itself works in memory."""
    batch = pa.record_batch({"n": [1]})

    assert spooled_table(batch.schema, [batch]).num_rows == 1
    assert not isinstance(spooled_array((1, 1), [np.ones((1, 1), np.float32)]), np.memmap)


def test_the_slices_of_an_array_are_all_its_rows(tmp_path):
    """In order, each once, mapped or not; wide rows come one at a time."""
    array = np.arange(10_000_000, dtype=np.float32).reshape(-1, 1_000)
    np.save(tmp_path / "a.npy", array)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    for one in (array, mapped):
        slices = list(row_slices(one))
        assert len(slices) == 2
        assert np.concatenate([np.arange(len(one))[rows] for rows in slices]).tolist() == list(
            range(len(one))
        )
    total = sum(float(mapped[rows].sum(dtype=np.float64)) for rows in row_slices(mapped))

    assert total == float(array.sum(dtype=np.float64))
    assert list(row_slices(np.empty((0, 3)))) == []


def test_a_damaged_page_is_told_whatever_the_size(large, table, tmp_path):
    """The batches are checked on their way into the file."""
    data = bytearray(table.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 200] = b"\xff" * 200
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(data)
    with pytest.raises(UserError, match="cannot be read as Parquet"):
        open_dataset(bad, Request(label="label"))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.parquet", "reviews.parquet"]
