"""The example: what a newcomer sees is true, and the errors are found."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_digits

from engine.audit import Audit, audit
from engine.example import digits_example
from store.dataset import Dataset
from store.encoders import embed


@pytest.fixture(scope="module")
def example() -> Dataset:
    """The example as it is."""
    return digits_example()


@pytest.fixture(scope="module")
def audited(example: Dataset) -> Audit:
    """The example with its embeddings, weighed."""
    return audit(replace(example, embeddings=embed(example)[0]))


def test_ninety_labels_are_wrong_and_the_truth_is_scikit_learns(example: Dataset):
    """5 % of 1,797 rows; all others carry the label of the original."""
    wrong = example.labels != example.truth

    assert wrong.sum() == 90
    np.testing.assert_array_equal(load_digits().target, example.truth)
    assert tuple("0123456789") == example.classes
    assert example.ids([0, 1796]) == ["digit-0000", "digit-1796"]


def test_the_pictures_use_the_whole_scale(example: Dataset):
    """16 grey levels become 0 to 255; two different pictures have two different hashes."""
    assert example.images.shape == (1797, 8, 8)
    assert (example.images.min(), example.images.max()) == (0, 255)
    assert len({row.tobytes() for row in example.content}) == 1797


def test_the_example_is_always_the_same(example: Dataset):
    """Decisions made yesterday are about the same rows today."""
    assert example.fingerprint == digits_example().fingerprint


def test_the_default_queue_finds_the_planted_errors(example: Dataset, audited: Audit):
    """At least 80 of the 90 within the first 120 rows."""
    wrong = example.labels != example.truth

    assert wrong[audited.queue.rows[:120]].sum() >= 80


def test_the_right_label_is_suggested_for_nearly_all_of_them(example: Dataset, audited: Audit):
    """Accepting the suggestion is right for more than 80 of the 90."""
    wrong = example.labels != example.truth
    right = audited.queue.suggested == example.truth[audited.queue.rows]

    assert right[wrong[audited.queue.rows]].sum() > 80


def test_every_row_is_in_the_queue_once(audited: Audit):
    """Nothing is hidden."""
    assert list(range(1797)) == sorted(audited.queue.rows)
