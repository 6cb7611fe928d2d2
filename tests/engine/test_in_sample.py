"""Probabilities of models that have seen the labels, and of models that have not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from engine.findings import findings_of, told
from engine.in_sample import Hindsight, hindsight_of
from engine.inputs import Evidence
from engine.plant import plant_label_errors
from tests.blobs import blobs, dataset_of, evidence_of


@cache
def digits(share: float = 0.05) -> Evidence:
    """1,797 digits, some labels of which are wrong."""
    bunch = load_digits()
    clean = dataset_of(bunch.data / 16, bunch.target)
    return evidence_of(plant_label_errors(clean, share=share, seed=0)[0] if share else clean)


def given(evidence: Evidence, probs: np.ndarray) -> Evidence:
    """The same with probabilities of the user's own."""
    dataset = replace(evidence.dataset, pred_probs=probs.astype(np.float32))
    return replace(evidence, dataset=dataset)


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2])
def test_a_forest_that_has_seen_the_labels_is_recognised(share):
    """Its votes for its own rows are for the given label nearly always, whatever that is."""
    evidence = digits(share)
    x, y = evidence.dataset.embeddings, evidence.dataset.labels
    forest = RandomForestClassifier(50, random_state=0).fit(x, y)

    found = hindsight_of(given(evidence, forest.predict_proba(x)))

    assert found.is_likely
    assert found.agreeing > 0.99
    assert found.sided > 0.9 * found.asked


@pytest.mark.parametrize("share", [0, 0.02, 0.05])
@pytest.mark.parametrize(
    "model", [RandomForestClassifier(50, random_state=0), KNeighborsClassifier(3)]
)
def test_the_same_models_out_of_fold_are_not(model, share):
    """Also where no label is wrong, and the better of them agrees with nearly all."""
    evidence = digits(share)
    x, y = evidence.dataset.embeddings, evidence.dataset.labels
    probs = cross_val_predict(model, x, y, cv=5, method="predict_proba")

    assert not hindsight_of(given(evidence, probs)).is_likely


def test_who_knows_the_truth_is_not_taken_for_one_who_knows_the_labels():
    """The right answer for every row disagrees with every wrong label."""
    evidence = digits()
    truth = np.eye(10)[load_digits().target]

    found = hindsight_of(given(evidence, truth))

    assert not found.is_likely
    assert found.agreeing == pytest.approx(0.95, abs=0.001)


def test_few_contradicted_rows_prove_nothing():
    """By heart, and no label is wrong: hardly a row that anything speaks against."""
    evidence = evidence_of(blobs())
    found = hindsight_of(given(evidence, np.eye(3)[evidence.dataset.labels]))

    assert (found.agreeing, found.is_likely) == (1.0, False)
    assert found.asked < 5


@pytest.mark.parametrize(
    ("agreeing", "asked", "sided", "likely"),
    [
        (1.0, 100, 96, True),
        (1.0, 100, 95, False),
        (0.99, 29, 29, True),
        (1.0, 28, 28, False),
        (0.989, 100, 100, False),
        (1.0, 100, 0, False),
        (1.0, 0, 0, False),
    ],
)
def test_the_rule(agreeing, asked, sided, likely):
    """The exact one-sided limit: .9 ** 29 = .047 and P(96 or more of 100 at .9) = .024."""
    assert Hindsight(agreeing, asked, sided).is_likely is likely


def test_nothing_is_said_without_probabilities_heads_or_neighbours():
    """Each of the three is needed, and labels."""
    evidence = given(evidence_of(blobs(60)), np.eye(3)[np.arange(60) % 3])

    assert hindsight_of(evidence) is not None
    assert hindsight_of(replace(evidence, history=None)) is None
    assert hindsight_of(replace(evidence, graph=None)) is None
    assert hindsight_of(evidence_of(blobs(60))) is None
    bare = dataset_of(np.eye(5), [-1] * 5, c=3)
    assert hindsight_of(given(evidence_of(bare), np.full((5, 3), 1 / 3))) is None


def test_unlabelled_rows_and_a_single_row_are_no_trouble():
    """Unlabelled rows neither agree nor are asked."""
    evidence = evidence_of(blobs(unlabelled=40))
    probs = np.eye(3)[np.maximum(evidence.dataset.labels, 0)]
    single = evidence_of(dataset_of(np.ones((1, 2)), [0], c=2))

    assert hindsight_of(given(evidence, probs)).agreeing == 1.0
    assert hindsight_of(given(single, np.array([[1.0, 0.0]]))) == Hindsight(1.0, 0, 0)


def test_the_data_page_tells_it_with_what_to_do():
    """First of all, and as a problem."""
    evidence = digits()
    seen = given(evidence, np.eye(10)[evidence.dataset.labels])
    [sentence, problem] = told(findings_of(seen))[0]

    assert problem
    assert "agree with 100.0% of the given labels" in sentence
    assert "cross-validation" in sentence
    assert not any("cross-validation" in one for one, _ in told(findings_of(evidence)))
