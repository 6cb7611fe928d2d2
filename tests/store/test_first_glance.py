"""At first glance: the file and every other that the workspace was made from is as it was."""

import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.first_glance import seems_kept
from store.opening import open_dataset


@pytest.fixture
def table(tmp_path):
    """The path of a table that was opened."""
    path = tmp_path / "reviews.parquet"
    texts = ["a cat purrs", "a ship sails", "the cat sleeps", "the ship sinks"]
    pq.write_table(pa.table({"id": list("abcd"), "label": list("xyxy"), "text": texts}), path)
    open_dataset(path)
    return path


def test_what_was_opened_seems_kept_until_it_changes(table):
    """Another time of change is enough; another file is not what was opened."""
    folder = table.with_name("reviews.secondlook")
    other = table.with_name("other.parquet")
    other.write_bytes(table.read_bytes())

    assert seems_kept(table, folder)
    assert not seems_kept(other, folder)
    os.utime(table, (1, 1))
    assert not seems_kept(table, folder)


def test_what_is_missing_or_damaged_is_not_kept(table):
    """Nobody is told of it here: opening does, and says what to do."""
    folder = table.with_name("reviews.secondlook")
    facts = json.loads((folder / "project.json").read_text(encoding="utf-8"))

    assert not seems_kept(table, table.with_name("nothing"))
    for damaged in ("", "[]", "{}", json.dumps(facts | {"files": None})):
        (folder / "project.json").write_text(damaged, encoding="utf-8")
        assert not seems_kept(table, folder)
    (folder / "project.json").write_text(json.dumps(facts), encoding="utf-8")
    assert seems_kept(table, folder)
    table.unlink()
    assert not seems_kept(table, folder)
