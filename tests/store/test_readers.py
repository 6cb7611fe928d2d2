"""Reading as a whole: roles by name or by choice, labels, content hashes, previews."""

import json
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.errors import UserError
from store.readers import Request, preview, read
from store.readers.naming import all_by_word, find_by_name, plain


@pytest.fixture
def write(tmp_path):
    """A function that writes a Parquet file from columns and returns its path."""

    def write_table(name="data.parquet", **columns):
        path = tmp_path / name
        pq.write_table(pa.table(columns), path)
        return path

    return write_table


def by_role(guesses):
    """Guesses by their role."""
    return {guess.role: guess for guess in guesses}


def test_columns_are_found_by_their_names(write):
    """id, label, text and truth need no option when they are called so; each choice is told."""
    path = write(
        id=["a", "b"], label=["x", "y"], text=["one", "two"], true_label=["x", "x"], other=[1, 2]
    )
    dataset, guesses = read(path)

    assert (
        dataset.roles.id, dataset.roles.label, dataset.roles.text, dataset.roles.truth
    ) == ("id", "label", "text", "true_label")  # fmt: skip
    assert dataset.truth.tolist() == [0, 0]
    assert dataset.name == "data"
    roles = ["id", "label", "text", "image", "truth", "trusted", "embeddings", "pred_probs"]
    assert [guess.role for guess in guesses] == roles
    assert by_role(guesses)["label"].because == "it goes by the name of label"


def test_a_named_column_wins_over_one_found_by_name(write):
    """--label takes any fitting column, and the guess says that the user chose it."""
    path = write(label=["x", "y"], stars=[10, 2])
    dataset, guesses = read(path, Request(label="stars"))

    assert dataset.classes == ("2", "10")
    assert by_role(guesses)["label"].because == "you named it"
    assert by_role(guesses)["label"].candidates == ("label", "stars")


def test_an_empty_choice_means_none(write):
    """--id "" counts rows although there is a column called id."""
    dataset, _ = read(write(id=["a", "a"], label=["x", "y"]), Request(id=""))

    assert dataset.roles.id is None
    assert dataset.ids([0, 1]) == ["0", "1"]


def test_of_two_columns_with_such_a_name_the_other_is_told(write):
    """A second possible column is named in the reason and among the candidates."""
    _, guesses = read(write(label=["x", "y"], category=["p", "q"]))

    guess = by_role(guesses)["label"]
    assert guess.choice == "label"
    assert "it could also be category" in guess.because
    assert guess.candidates == ("label", "category")


def test_two_equally_good_columns_are_left_to_the_user(write):
    """Neither sentence_a nor sentence_b is taken for the text."""
    dataset, guesses = read(write(label=["x", "y"], sentence_a=["p", "q"], sentence_b=["r", "s"]))

    assert dataset.roles.text is None
    assert by_role(guesses)["text"].because == "it could be sentence_a, sentence_b: name one"


def test_a_prediction_is_not_taken_for_the_given_label():
    """Words that turn the meaning of a name exclude it."""
    assert all_by_word("label", ["predicted_label", "cause_given", "label_score"]) == [
        "cause_given"
    ]
    assert all_by_word("text", ["label_text", "Review Text", "textId"]) == ["Review Text"]


@pytest.mark.parametrize("name", ["Given Label", "givenLabel", "given-label", "GIVEN_LABEL"])
def test_spelling_of_names_does_not_matter(name):
    """Spaces, hyphens and capitals are one."""
    assert plain(name).replace("_", "") == "givenlabel"
    assert find_by_name("label", ["x", "given label"]) == "given label"


def test_a_missing_label_column_lists_the_columns(write):
    """Nothing is taken for the label without a name; the error says what there is and --label."""
    with pytest.raises(UserError, match=r"Name one with --label\. The columns are: a, b\."):
        read(write(a=["x", "y"], b=[1, 2]))


def test_an_unknown_label_column_lists_the_columns(write):
    """A wrong --label is named together with the columns there are."""
    with pytest.raises(UserError, match=r"no column 'lable' to use as label.*has: label, b"):
        read(write(label=["x", "y"], b=[1, 2]), Request(label="lable"))


@pytest.mark.parametrize(
    ("column", "classes", "labels"),
    [
        (pa.array(["b", None, "a", ""]), ("a", "b"), [1, -1, 0, -1]),
        (pa.array(["10", "9", "10", "-1"]), ("-1", "9", "10"), [2, 1, 2, 0]),
        (pa.array([10, 9, None, 9]), ("9", "10"), [1, 0, -1, 0]),
        (pa.array([True, False, None, True]), ("false", "true"), [1, 0, -1, 1]),
        (pa.array([1.0, 2.0, float("nan"), None]), ("1", "2"), [0, 1, -1, -1]),
        (pa.array(["b", "a", None, "b"]).dictionary_encode(), ("a", "b"), [1, 0, -1, 1]),
        (pa.array(["b", "a", "b", "b"], pa.large_string()), ("a", "b"), [1, 0, 1, 1]),
        (pa.array([3, 1, 3, 3], pa.uint16()), ("1", "3"), [1, 0, 1, 1]),
        (pa.array(["only", "only", "only", "only"]), ("only",), [0, 0, 0, 0]),
    ],
)
def test_labels_of_any_type_become_classes(write, column, classes, labels):
    """Numbers sort as numbers, words by alphabet; missing and empty labels are unlabelled."""
    dataset, _ = read(write(label=column))

    assert dataset.classes == classes
    assert dataset.labels.tolist() == labels
    assert dataset.labels.dtype == np.int64
    assert dataset.table["label"].type == column.type


@pytest.mark.parametrize(
    "column",
    [
        pa.array([None, None]),
        pa.array(["", "  "]),
        pa.array([None, float("nan")], pa.float64()),
        pa.array([None, None], pa.dictionary(pa.int8(), pa.string())),
    ],
)
def test_labels_that_are_all_empty_are_an_error(write, column):
    """There is nothing to review without a single label."""
    with pytest.raises(UserError, match=r"column 'label' is empty in all 2 rows.*--label"):
        read(write(label=column, text=["p", "q"]), Request(label="label"))


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pa.array([0.25, 0.5]), "double such as 0.25, which are no classes"),
        (pa.array([["a"], ["b", "c"]]), "one label per row was expected"),
        (pa.array([b"\x00", b"\x01"]), "which are no classes"),
        (pa.array([f"name {row}" for row in range(150)]), "another value in each of its 150"),
    ],
)
def test_what_cannot_be_classes_says_why(write, column, told):
    """Measurements, lists, bytes and names that are all different are not labels."""
    with pytest.raises(UserError, match=told):
        read(write(label=column), Request(label="label"))


def test_missing_ids_are_named_with_their_rows(write):
    """Null, empty and blank ids are all missing."""
    path = write(id=["a", None, "", " ", "e"], label=["x"] * 5)

    with pytest.raises(UserError, match=r"no id in 3 of 5 rows, first in rows 1, 2, 3 .*--id"):
        read(path)


def test_duplicate_ids_are_named_with_their_rows(write):
    """The first ids that come twice are named; --id "" is the way out."""
    path = write(id=[7, 8, 7, 8, 7], label=["x"] * 5)

    with pytest.raises(UserError, match=r"2 ids more than once: '7' in rows 0, 2, 4 .*'8' in rows"):
        read(path)


@pytest.mark.parametrize("column", [[b"a", b"b"], [["a"], ["b"]]])
def test_bytes_and_lists_are_no_ids(write, column):
    """An id is text or a number."""
    with pytest.raises(UserError, match="which cannot be ids"):
        read(write(key=column, label=["x", "y"]), Request(id="key"))


@pytest.mark.parametrize(
    "column",
    [
        [True, False, True, None, True],
        [1, 0, 1, None, 1],
        ["true", "false", "true", None, "True"],
        ["1", "0", "1", None, "1"],
    ],
)
def test_trusted_rows_are_those_of_a_column_of_yes_and_no(write, column):
    """Found by its name; the given label where it says yes, -1 elsewhere and without a label."""
    texts, labels = ["aa", "bb", "cc", "dd", "ee"], ["x", "y", None, "y", "y"]
    dataset, _ = read(write(label=labels, text=texts, trusted=column))

    assert dataset.roles.trusted == "trusted"
    assert dataset.trusted.tolist() == [0, -1, -1, -1, 1]


def test_a_column_that_vouches_for_nothing_is_as_good_as_none(write):
    """No row says yes: there are no trusted rows."""
    assert read(write(label=["x", "y"], trusted=[False, False]))[0].trusted is None


def test_a_column_of_something_else_cannot_be_trusted(write):
    """Named, it is refused with what it holds; unnamed, it is left alone."""
    path = write(label=["x", "y"], text=["aa", "bb"], trusted=["often", "never"])

    assert read(path)[0].roles.trusted is None
    with pytest.raises(UserError, match=r"'often'.*--trusted"):
        read(path, Request(trusted="trusted"))


def test_a_truth_without_a_shared_class_is_left_out_or_refused(write):
    """Found by name it is left out and told; named by the user it is an error."""
    path = write(label=["x", "y"], gold=["p", "q"])
    dataset, guesses = read(path)

    assert dataset.roles.truth is None
    assert "none of the classes x, y: left out" in by_role(guesses)["truth"].because
    with pytest.raises(UserError, match="cannot be the right answers"):
        read(path, Request(truth="gold"))


def test_content_is_the_hash_of_the_text(write):
    """Equal texts hash alike whatever their label; a missing text counts as an empty one."""
    path = write(label=["x", "y", "x"], text=["one", "one", None])
    dataset, _ = read(path)

    assert dataset.content[0].tobytes() == blake2b(b"one", digest_size=16).digest()
    assert dataset.content[1].tobytes() == dataset.content[0].tobytes()
    assert dataset.content[2].tobytes() == blake2b(b"", digest_size=16).digest()


def test_content_without_media_is_the_embedding_or_the_other_cells(write):
    """Without text and picture the vector stands for the row; without it, its other cells."""
    plain_rows, _ = read(write(id=["a", "b"], label=["x", "y"], size=[1, 1], when=[None, None]))
    vectors, _ = read(write(label=["x", "y"], embedding=[[1.0, 2.0], [1.0, 3.0]]))
    cells = json.dumps({"size": 1, "when": None}, sort_keys=True).encode()

    assert plain_rows.content[0].tobytes() == blake2b(cells, digest_size=16).digest()
    assert plain_rows.content[0].tobytes() == plain_rows.content[1].tobytes()
    row = np.array([1, 2], dtype=np.float32).tobytes()
    assert vectors.content[0].tobytes() == blake2b(row, digest_size=16).digest()


def test_a_column_that_is_no_text_cannot_be_the_text(write):
    """Lists and bytes are refused with their type."""
    with pytest.raises(UserError, match=r"column 'parts' holds list<.*--text"):
        read(write(label=["x", "y"], parts=[["a"], ["b"]]), Request(text="parts"))


def test_a_preview_shows_columns_and_never_demands_a_label(write):
    """The form can be filled for a table whose label has no telling name."""
    shown = preview(write(verdict=["x", "y"], text=["one", "two"]))

    assert shown.columns == {"verdict": "string", "text": "string"}
    assert shown.rows == 2
    assert by_role(shown.guesses)["label"].choice is None
    assert by_role(shown.guesses)["label"].candidates == ("verdict", "text")


def test_a_preview_agrees_with_reading(write):
    """Every role is guessed the same from the first rows and from all of them."""
    path = write(id=range(5000), label=["x", "y"] * 2500, text=["some words"] * 5000)

    assert preview(path).guesses == read(path)[1]
    assert preview(path).rows == 5000


def test_one_row_is_a_dataset(write):
    """n = 1 opens."""
    dataset, _ = read(write(label=["x"], text=["one"]))

    assert (len(dataset), dataset.classes) == (1, ("x",))


def test_two_sources_of_embeddings_are_one_too_many(write):
    """An encoder and ready embeddings contradict each other."""
    path = write(label=["x", "y"], emb=[[1.0], [2.0]])

    with pytest.raises(UserError, match="Leave one of them out"):
        read(path, Request(embeddings="emb", encoder="open_clip:a/b"))


def test_an_encoder_turns_the_search_for_embeddings_off(write):
    """Who names an encoder does not want the column that happens to be called embedding."""
    path = write(label=["x", "y"], embedding=[[1.0], [2.0]])
    dataset, guesses = read(path, Request(encoder="sentence-transformers:some"))

    assert dataset.embeddings is None
    assert "is to compute them" in by_role(guesses)["embeddings"].because
