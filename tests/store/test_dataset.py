"""Dataset checks at the door, so that nobody after it has to."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from store.dataset import Roles, class_names_of
from store.errors import UserError


def test_ids_and_rows_are_each_others_inverse(make_dataset):
    """An id leads to its row and back; an unknown id leads to -1."""
    dataset = make_dataset(["a", "b", "a"], ids=["x", "007", "7"])

    assert dataset.ids([2, 0]) == ["7", "x"]
    assert dataset.rows_of(["007", "nobody", "x"]).tolist() == [1, -1, 0]


def test_row_numbers_are_ids_where_there_is_no_column(make_dataset):
    """Without an id column the position is the name."""
    dataset = make_dataset(["a", "b"])
    dataset = replace(dataset, roles=Roles(label="label", text="text"))

    assert dataset.ids([1]) == ["1"]
    assert dataset.rows_of(["1"]).tolist() == [1]


@pytest.mark.parametrize(
    ("embeddings", "sentence"),
    [
        (np.zeros((2, 4), np.float32), "2 rows but the table has 3"),
        (np.zeros((3, 0), np.float32), r"shape \(3, 0\)"),
        (np.zeros(3, np.float32), r"shape \(3,\)"),
        (np.array([[1, 2], [np.nan, 1], [3, 4]], np.float32), "row 1"),
        (np.array([[1, 2], [3, 1], [np.inf, 4]], np.float32), "row 2"),
        (np.ones((3, 4), np.float32), "same vector"),
    ],
)
def test_embeddings_that_describe_nothing_are_refused(make_dataset, embeddings, sentence):
    """Wrong length, no width, not finite, all alike: each has its sentence."""
    with pytest.raises(UserError, match=sentence):
        make_dataset(["a", "b", "a"], embeddings=embeddings)


@pytest.mark.parametrize(
    ("pred_probs", "sentence"),
    [
        ([[0.5, 0.5], [0.9, 0.3]], "row 1 sums to 1.2"),
        ([[0.5, 0.5], [1.5, -0.5]], "smallest value -0.5"),
        ([[0.5, 0.5], [np.nan, 1.0]], "row 1"),
        ([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], "3 columns but the labels have 2 classes"),
        ([[3.0, -2.0], [0.5, 0.5]], "softmax"),
    ],
)
def test_pred_probs_that_are_no_probabilities_are_refused(make_dataset, pred_probs, sentence):
    """Rows that do not sum to 1, negatives, NaN, another number of classes."""
    with pytest.raises(UserError, match=sentence):
        make_dataset(["a", "b"], pred_probs=np.array(pred_probs, np.float32))


def test_half_precision_probabilities_pass(make_dataset):
    """Rounding to float16 moves a sum by less than a thousandth."""
    probabilities = np.random.default_rng(0).dirichlet(np.ones(2), 2).astype(np.float16)

    assert make_dataset(["a", "b"], pred_probs=probabilities).pred_probs is not None


def test_an_unknown_column_is_named_with_the_columns_there_are(make_dataset):
    """The sentence lists what could have been meant."""
    with pytest.raises(UserError, match=r"no column 'labl' to use as label.*id, label, text"):
        replace(make_dataset(["a"]), roles=Roles(label="labl"))


def test_a_table_without_rows_is_refused(make_dataset):
    """Nothing to look at is a mistake, not a dataset."""
    with pytest.raises(UserError, match="no rows"):
        make_dataset([])


def test_arrays_cannot_be_changed(make_dataset):
    """A dataset is a value: writing into its labels fails."""
    with pytest.raises(ValueError, match="read-only"):
        make_dataset(["a"]).labels[0] = 1


@pytest.mark.parametrize("part", ["label", "text", "id", "embedding"])
def test_the_fingerprint_follows_every_part(make_dataset, part):
    """Changing a label, a content hash, an id or one number of an embedding changes it."""
    embeddings = np.eye(3, dtype=np.float32)
    before = make_dataset(["a", "b", "a"], embeddings=embeddings)
    if part == "label":
        after = make_dataset(["a", "b", "b"], embeddings=embeddings)
    elif part == "text":
        after = replace(before, content=before.content + np.uint8(1))
    elif part == "id":
        after = make_dataset(["a", "b", "a"], ids=["1", "2", "3"], embeddings=embeddings)
    else:
        after = make_dataset(["a", "b", "a"], embeddings=embeddings * np.float32(1.001))

    assert before.fingerprint == make_dataset(["a", "b", "a"], embeddings=embeddings).fingerprint
    assert before.fingerprint != after.fingerprint


def test_new_labels_reach_the_table(make_dataset):
    """The label column follows, keeps its place, and turns -1 into null."""
    dataset = make_dataset(["a", "b", "a"]).with_labels(np.array([1, 1, -1]))

    assert dataset.table.column_names == ["id", "label", "text"]
    assert dataset.table["label"].to_pylist() == ["b", "b", None]
    assert [dataset.given(row) for row in range(3)] == ["b", "b", None]


@pytest.mark.parametrize(
    ("column", "names"),
    [
        (pa.array([3, None, 10]), ["3", None, "10"]),
        (pa.array([1.0, float("nan"), 2.0]), ["1", None, "2"]),
        (pa.array([0.5, 1.0]), ["0.5", "1"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array(["a", "", "  ", None, " b"]), ["a", None, None, None, " b"]),
        (pa.array(["x", "y", None]).dictionary_encode(), ["x", "y", None]),
    ],
)
def test_labels_of_every_type_become_names(column, names):
    """Whole floats lose their point, empty text is no label."""
    assert class_names_of(column).to_pylist() == names


def test_few_ids_and_many_are_found_alike(make_dataset):
    """One by one or all at once: accents, other scripts, repeated and unknown ids."""
    ids = ["b", "a", "é", "z", "中", "", "A", "a", "\U0001f600", "￿", "10", "9"]
    dataset = make_dataset(["cat"] * len(ids), ids=ids)
    wanted = [*ids, "nobody", "zz"]
    expected = [ids.index(one) if one in ids else -1 for one in wanted]

    assert dataset.rows_of(wanted).tolist() == expected
    assert dataset.rows_of(wanted * 20).tolist() == expected * 20
