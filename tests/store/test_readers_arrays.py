"""Arrays: .npz as the table, .npy and .npz beside it, embeddings, pred_probs, pictures."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.errors import UserError
from store.readers import Request, preview, read


@pytest.fixture
def table(tmp_path):
    """The path of a table of three rows."""
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"id": ["a", "b", "c"], "label": ["x", "y", "x"]}), path)
    return path


@pytest.fixture
def archive(tmp_path):
    """A function that writes an .npz and returns its path."""

    def write(**arrays):
        path = tmp_path / "data.npz"
        np.savez_compressed(path, **arrays)
        return path

    return write


VECTORS = np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)
PROBS = np.array([[0.75, 0.25], [0.5, 0.5], [0.0, 1.0]], dtype=np.float32)


def by_role(guesses):
    """Guesses by their role."""
    return {guess.role: guess for guess in guesses}


def test_an_archive_is_a_table_with_arrays(archive):
    """1-D arrays are columns, class names replace numbers, others are left out and told."""
    path = archive(
        given=np.array([2, 0, 1], np.uint16),
        pred=np.array([0, 0, 0]),
        pyx=np.eye(3, dtype=np.float32),
        class_names=np.array(["ant", "bee", "cow"]),
        checked=np.array([1, 2]),
        version=np.array(3),
    )
    dataset, guesses = read(path)

    assert dataset.table.column_names == ["given", "pred"]
    assert dataset.table["given"].to_pylist() == ["cow", "ant", "bee"]
    assert dataset.classes == ("ant", "bee", "cow")
    assert dataset.pred_probs.tolist() == np.eye(3).tolist()
    left_out = {guess.choice: guess.because for guess in guesses if guess.role == "left out"}
    assert left_out == {
        "checked": "its shape is (2,), but there are 3 rows",
        "version": "its shape is (), but there are 3 rows",
    }
    assert preview(path).arrays == ("pyx",)


def test_probabilities_follow_their_classes(archive):
    """Class names out of order take the columns of pred_probs with them."""
    dataset, _ = read(
        archive(label=np.array([0, 1, 1]), pyx=PROBS, classes=np.array(["zebra", "ant"]))
    )

    assert dataset.classes == ("ant", "zebra")
    assert dataset.labels.tolist() == [1, 0, 0]
    assert dataset.pred_probs.tolist() == PROBS[:, ::-1].tolist()


def test_a_class_without_a_row_is_a_class(archive):
    """pred_probs have a column for it, and a reviewer may choose it; -1 is unlabelled."""
    dataset, _ = read(archive(label=np.array([2, -1, 0]), class_names=np.array(["a", "b", "c"])))

    assert dataset.classes == ("a", "b", "c")
    assert dataset.labels.tolist() == [2, -1, 0]
    assert dataset.table["label"].to_pylist() == ["c", None, "a"]


def test_a_number_without_a_class_name_is_told(archive):
    """Three classes need three names."""
    with pytest.raises(UserError, match=r"'label' goes from 0 to 2, but there are 2 class names"):
        read(archive(label=np.array([0, 1, 2]), class_names=np.array(["a", "b"])))


def test_the_labels_decide_about_the_length(archive):
    """Not the majority of the arrays: they are what is reviewed."""
    dataset, _ = read(
        archive(verdicts=np.array([0, 1]), p=np.zeros(5), q=np.zeros(5)), Request(label="verdicts")
    )

    assert len(dataset) == 2


def test_python_objects_are_never_opened(archive, table, tmp_path):
    """They could run code: left out and told, and an error where they are named."""
    texts = np.array(["one", None], dtype=object)
    path = archive(label=np.array([0, 1]), text=texts)
    dataset, guesses = read(path)

    assert dataset.roles.text is None
    assert "can run code" in by_role(guesses)["left out"].because
    with pytest.raises(UserError, match=r"'text' of data.npz cannot be used as text.*run code"):
        read(path, Request(text="text"))
    np.save(tmp_path / "vectors.npy", np.array([VECTORS, None], dtype=object), allow_pickle=True)
    with pytest.raises(UserError, match="can run code"):
        read(table, Request(embeddings="vectors.npy"))


def test_bytes_are_read_as_text(archive):
    """Fixed-width bytes are UTF-8, or an error."""
    dataset, _ = read(archive(label=np.array(["käse".encode(), b"b"])))

    assert dataset.classes == ("b", "käse")
    with pytest.raises(UserError, match="not UTF-8"):
        read(archive(label=np.array([b"\xff\xfe", b"b"])))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.bool_])
def test_embeddings_of_any_number_type_become_float32(table, tmp_path, dtype):
    """A .npy file beside the table is named by its name alone."""
    np.save(tmp_path / "vectors.npy", VECTORS.astype(dtype))
    dataset, guesses = read(table, Request(embeddings="vectors.npy"))

    assert dataset.embeddings.dtype == np.float32
    assert dataset.embeddings.tolist() == VECTORS.tolist()
    assert by_role(guesses)["embeddings"].because == "you named it"


def test_an_array_in_an_archive_is_named_after_a_colon(table, tmp_path):
    """Or found by its name, or because it is the only one that fits; else the arrays are listed."""
    np.savez(tmp_path / "many.npz", a=VECTORS, b=VECTORS * 2, other=np.zeros(7))
    np.savez(tmp_path / "named.npz", emb=VECTORS, more=VECTORS * 2)
    np.savez(tmp_path / "one.npz", a=VECTORS, other=np.zeros(7))

    def embeddings(named):
        return read(table, Request(embeddings=named))[0].embeddings.tolist()

    assert embeddings("many.npz:b") == (VECTORS * 2).tolist()
    assert embeddings("named.npz") == VECTORS.tolist()
    assert embeddings(str(tmp_path / "one.npz")) == VECTORS.tolist()
    with pytest.raises(UserError, match=r"a \(3, 2\), b \(3, 2\).*several could be embeddings"):
        embeddings("many.npz")
    with pytest.raises(UserError, match=r"no array 'c'; it holds a \(3, 2\)"):
        embeddings("many.npz:c")


def test_what_is_neither_column_nor_file_is_told(table):
    """The sentence says all three ways to name an array."""
    with pytest.raises(UserError, match=r"neither a column or array of data.parquet.*--pred-probs"):
        read(table, Request(pred_probs="probs.npy"))


@pytest.mark.parametrize("name", ["data.embeddings.npy", "embeddings.npy"])
def test_embeddings_beside_the_table_are_found(table, tmp_path, name):
    """By the table's name or by their own, and it is told which file."""
    np.save(tmp_path / name, VECTORS)
    dataset, guesses = read(table)

    assert dataset.embeddings.tolist() == VECTORS.tolist()
    assert by_role(guesses)["embeddings"].choice == str(tmp_path / name)
    assert by_role(guesses)["embeddings"].because == "it lies beside the table"
    assert read(table, Request(embeddings=""))[0].embeddings is None


def test_arrays_beside_the_table_that_do_not_fit_are_left_out(table, tmp_path):
    """They may belong to another table; the guess says so."""
    np.save(tmp_path / "embeddings.npy", VECTORS[:2])
    np.save(tmp_path / "pred_probs.npy", np.full((3, 4), 0.25))
    dataset, guesses = read(table)

    assert dataset.embeddings is None
    assert dataset.pred_probs is None
    assert "has shape (2, 2): left out" in by_role(guesses)["embeddings"].because
    assert "shape (3, 4) for 2 classes: left out" in by_role(guesses)["pred_probs"].because


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (VECTORS[:2], r"vectors.npy has 2 rows but the table has 3"),
        (np.zeros((0, 2)), r"vectors.npy has 0 rows but the table has 3"),
        (np.zeros((3, 0)), r"shape \(3, 0\)"),
        (np.ones(3), r"shape \(3,\)"),
        (np.float32(1), r"has 0 rows"),
        (np.array([[1, 2], [np.nan, 0], [3, 4]]), r"NaN or infinity, first in row 1"),
        (np.array([[1, 2], [3, 0], [1e300, 4]]), r"NaN or infinity, first in row 2"),
        (np.ones((3, 4)), r"the same vector"),
        (np.array([["a", "b"]] * 3), r"holds <U1, but embeddings are numbers"),
        (np.ones((3, 2), dtype=complex), r"holds complex128, but embeddings are numbers"),
    ],
)
def test_embeddings_that_cannot_be_are_told(table, tmp_path, array, told):
    """Wrong length, no columns, NaN, overflow, zero variance, text: each has its sentence."""
    np.save(tmp_path / "vectors.npy", array)

    with pytest.raises(UserError, match=told):
        read(table, Request(embeddings="vectors.npy"))


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (PROBS * 2, "row 0 sums to 2 "),
        (PROBS - np.array([0.5, -0.5]), "smallest value -0.5"),
        (np.log(PROBS + 1), "If these are logits, apply a softmax"),
        (
            np.full((3, 3), 1 / 3),
            r"pred_probs have 3 columns but the labels have 2 classes \(x, y\)",
        ),
        (np.array([0.5, 0.5, 0.5]), r"shape \(3,\)"),
        (PROBS[:2], "has 2 rows but the table has 3"),
        (np.array([[np.nan, 1], [0, 1], [0, 1]]), "row 0 sums to nan"),
    ],
)
def test_probabilities_that_cannot_be_are_told(table, tmp_path, array, told):
    """Sums, signs, columns and rows are checked."""
    np.save(tmp_path / "probs.npy", array)

    with pytest.raises(UserError, match=told):
        read(table, Request(pred_probs="probs.npy"))


def test_half_precision_probabilities_are_accepted(table, tmp_path):
    """Their sums miss 1 by a rounding error."""
    thirds = np.array([[1 / 3, 2 / 3]] * 3).astype(np.float16)
    np.save(tmp_path / "pred_probs.npy", thirds)

    assert read(table)[0].pred_probs.shape == (3, 2)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04....", b"not an array"])
def test_a_damaged_array_file_is_told(table, tmp_path, content):
    """Empty, cut off, or something else under this name."""
    (tmp_path / "vectors.npy").write_bytes(content)

    with pytest.raises(UserError, match=r"vectors.npy cannot be read as a .npy or .npz file"):
        read(table, Request(embeddings="vectors.npy"))


def test_an_array_shorter_than_its_header_says_is_told(table, tmp_path):
    """A download that was cut off."""
    path = tmp_path / "vectors.npy"
    np.save(path, VECTORS)
    path.write_bytes(path.read_bytes()[:-4])

    with pytest.raises(UserError, match="cannot be read"):
        read(table, Request(embeddings="vectors.npy"))


@pytest.mark.parametrize(
    ("array", "shape", "value"),
    [
        (np.full((3, 4, 5), 7, np.uint8), (3, 4, 5), 7),
        (np.full((3, 4, 5, 3), 7, np.uint8), (3, 4, 5, 3), 7),
        (np.full((3, 4, 5, 1), 7, np.uint8), (3, 4, 5), 7),
        (np.full((3, 3, 4, 5), 7, np.uint8), (3, 4, 5, 3), 7),
        (np.full((3, 1, 4, 5), 7, np.uint8), (3, 4, 5), 7),
        (np.full((3, 4, 5), 200, np.int64), (3, 4, 5), 200),
        (np.full((3, 4, 5), 1.0), (3, 4, 5), 255),
        (np.full((3, 4, 5), True), (3, 4, 5), 255),
        (np.full((3, 4, 5), 16.4), (3, 4, 5), 16),
    ],
)
def test_pictures_of_any_usual_shape_and_type(table, tmp_path, array, shape, value):
    """Grey or colour, channels first or last, 0 to 255 or 0 to 1."""
    np.save(tmp_path / "pictures.npy", array)
    dataset, _ = read(table, Request(image="pictures.npy"))

    assert dataset.images.shape == shape
    assert dataset.images.dtype == np.uint8
    assert np.unique(dataset.images).tolist() == [value]
    assert dataset.media == "image"
    assert dataset.roles.image is None


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.zeros((2, 4, 5), np.uint8), "has 2 rows but the table has 3"),
        (np.zeros((3, 20), np.uint8), r"shape \(3, 20\); pictures have shape"),
        (np.zeros((3, 4, 5, 4), np.uint8), "leave out transparency"),
        (np.full((3, 4, 5), -1.0), "values from -1 to -1; pictures go from 0 to 255"),
        (np.full((3, 4, 5), np.nan), "values from nan"),
        (np.full((3, 4, 5), 300), "values from 300 to 300"),
        (np.zeros((3, 0, 5), np.uint8), "without pixels"),
    ],
)
def test_arrays_that_are_no_pictures_are_told(table, tmp_path, array, told):
    """Wrong length, shape or values."""
    np.save(tmp_path / "pictures.npy", array)

    with pytest.raises(UserError, match=told):
        read(table, Request(image="pictures.npy"))


def test_pictures_of_an_archive_are_found_by_name(archive):
    """images beside label, as many published sets have it."""
    dataset, guesses = read(archive(label=np.array([0, 1]), images=np.zeros((2, 3, 3), np.uint8)))

    assert dataset.media == "image"
    assert by_role(guesses)["image"].choice == "images"


def test_an_array_without_a_name_is_told(tmp_path):
    """A member called ".npy" cannot be asked for by its name."""
    path = tmp_path / "data.npz"
    np.savez(path, **{"label": np.array([0, 1]), "": np.array([1, 2])})

    with pytest.raises(UserError, match="an array in it has no name"):
        read(path)
