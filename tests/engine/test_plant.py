"""A planted error is tested for what it changes and for what it leaves alone."""

import numpy as np
import pytest

from engine.plant import Kind, plant_label_errors
from store.dataset import class_names_of
from store.errors import UserError
from tests.blobs import blobs, dataset_of

KINDS: tuple[Kind, ...] = ("uniform", "pair", "swap")
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@pytest.mark.parametrize("share", [0.0, 0.1, 0.333, 1.0])
def test_exactly_the_share_is_wrong_and_the_rest_is_left_alone(kind: Kind, share: float):
    """Every guilty row really has another label, every other row its own."""
    dataset = blobs(300)

    planted, guilty = plant_label_errors(dataset, share=share, kind=kind)

    assert round(share * 300) == guilty.sum()
    np.testing.assert_array_equal(guilty, planted.labels != dataset.labels)
    assert planted.embeddings is dataset.embeddings


@every_kind
def test_unlabelled_rows_stay_unlabelled(kind: Kind):
    """The share is one of the labelled rows."""
    planted, guilty = plant_label_errors(blobs(300, unlabelled=100), share=0.5, kind=kind)

    assert planted.labels[:100].tolist() == [-1] * 100
    assert guilty.sum() == 100
    assert not guilty[:100].any()


@every_kind
def test_the_same_seed_plants_the_same_errors(kind: Kind):
    """And another seed others."""
    one, two = (plant_label_errors(blobs(), share=0.2, kind=kind)[0].labels for _ in range(2))
    other = plant_label_errors(blobs(), share=0.2, kind=kind, seed=1)[0].labels

    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_the_table_follows_the_labels():
    """What is exported is what was planted."""
    planted, _ = plant_label_errors(blobs(60), share=0.5)
    names = class_names_of(planted.table["label"]).to_pylist()

    assert [planted.classes[label] for label in planted.labels] == names


def test_swapping_keeps_the_class_counts():
    """Labels change places, none is invented; also where classes are uneven."""
    dataset = dataset_of(np.eye(100), [0] * 60 + [1] * 30 + [2] * 10)

    planted, guilty = plant_label_errors(dataset, share=0.5, kind="swap")

    assert sorted(dataset.labels) == sorted(planted.labels)
    assert guilty.sum() == 50


def test_a_pair_error_is_the_next_class():
    """And the last class wraps around."""
    planted, _ = plant_label_errors(dataset_of(np.eye(3), [0, 1, 2]), share=1.0, kind="pair")

    assert planted.labels.tolist() == [1, 2, 0]


def test_uniform_errors_are_spread_over_all_other_classes():
    """Of 900 wrong labels of class 0 about a third goes to each of the three others."""
    dataset = dataset_of(np.ones((900, 1)) * np.arange(900)[:, None], [0] * 900, c=4)

    planted, _ = plant_label_errors(dataset, share=1.0)

    assert (np.abs(np.bincount(planted.labels, minlength=4) - [0, 300, 300, 300]) < 60).all()


@every_kind
def test_one_class_has_no_wrong_label_to_give(kind: Kind):
    """A sentence, not a wrong label that is right."""
    with pytest.raises(UserError, match="second"):
        plant_label_errors(dataset_of(np.eye(4), [0] * 4), share=0.5, kind=kind)


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_is_a_share(share: float):
    """Between none and all."""
    with pytest.raises(UserError, match="between 0 and 1"):
        plant_label_errors(blobs(), share=share)


@pytest.mark.parametrize(("labels", "share"), [([0] * 9 + [1], 0.5), ([0, 1], 0.5)])
def test_labels_that_cannot_swap_are_a_sentence(labels: list[int], share: float):
    """Nine to one cannot give five that change; one row cannot swap with itself."""
    with pytest.raises(UserError, match="cannot swap"):
        plant_label_errors(dataset_of(np.eye(len(labels)), labels), share=share, kind="swap")
