"""Rare types of Arrow: rewritten at the door, so that nothing behind it meets them."""

import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.errors import UserError
from store.opening import open_dataset
from store.readers import Request
from store.readers.plain import plain

WORDS = pa.array(["u", "v"]).dictionary_encode()
RARE = {
    "string view": pa.array(["p", "q"], pa.string_view()),
    "binary view": pa.array([b"p", b"q"], pa.binary_view()),
    "half float": pa.array(np.array([1, 2], np.float16)),
    "run ends": pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array(["q"])),
    "list view": pa.array([[1], [2]], pa.list_view(pa.int64())),
    "nested half floats": pa.array([[1.0], [2.0]], pa.list_(pa.float16())),
    "fixed half floats": pa.array([[1.0, 2.0], [2.0, 1.0]], pa.list_(pa.float16(), 2)),
    "nested categories": pa.ListArray.from_arrays([0, 1, 2], WORDS),
    "struct": pa.array([{"a": "x"}, None], pa.struct([("a", pa.string_view())])),
    "map": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
    "union": pa.UnionArray.from_sparse(
        pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]
    ),
    "decimal": pa.array([decimal.Decimal("1.5"), None]),
    "duration": pa.array([1, 2], pa.duration("s")),
    "nothing": pa.nulls(2),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(RARE))
@pytest.mark.parametrize("role", ["label", "id", "text", "image", "truth", "trusted", "none"])
def test_a_rare_type_in_any_role_is_a_sentence_or_a_dataset(tmp_path, kind, role):
    """Whatever a column is used for, its type is no traceback."""
    table = pa.table({"label": ["x", "y"], "text": ["one cat", "two dogs"], "z": RARE[kind]})
    path = tmp_path / "data.arrow"
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    request = Request() if role == "none" else Request(**{role: "z"})
    try:
        opened = open_dataset(path, request)
    except UserError:
        assert [found.name for found in tmp_path.iterdir()] == ["data.arrow"]
    else:
        assert opened.dataset.labels.shape == (2,)
        assert opened.dataset.table["text"].to_pylist() == ["one cat", "two dogs"]


@pytest.mark.parametrize("kind", sorted(RARE))
def test_the_values_stay(kind):
    """Only how they are written down changes."""
    table = pa.table({"z": RARE[kind]})

    assert plain(table).to_pylist() == table.to_pylist()


def test_common_types_are_not_touched():
    """A column of categories, times, lists of numbers: as they were."""
    table = pa.table({
        "a": pa.array(["x", "y"]).dictionary_encode(), "b": pa.array([[1.0], [2.0]]),
        "c": pa.array([1, 2], pa.timestamp("us")), "d": ["x", "y"],
    })  # fmt: skip

    assert plain(table).schema == table.schema


def categories(*names):
    """Rows of a column of categories."""
    texts = [f"a text of {name}" for name in names]
    return pa.table({"label": pa.array(names).dictionary_encode(), "text": texts})


def test_categories_of_every_batch_are_brought_together(tmp_path):
    """Each batch of a stream and each part of a folder may have a list of its own."""
    first, second = categories("b", "a"), categories("c", "b", "d")
    stream, folder = tmp_path / "data.arrow", tmp_path / "parts"
    with pa.ipc.new_stream(str(stream), first.schema) as writer:
        writer.write_table(first)
        writer.write_table(second)
    folder.mkdir()
    pq.write_table(first, folder / "0.parquet")
    pq.write_table(second, folder / "1.parquet")

    for path in (stream, folder):
        dataset = open_dataset(path).dataset
        assert dataset.classes == ("a", "b", "c", "d")
        assert dataset.table["label"].to_pylist() == ["b", "a", "c", "b", "d"]
