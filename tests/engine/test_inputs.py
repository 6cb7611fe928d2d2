"""The vocabulary: what a scorer may ask for, and whether a dataset has it."""

from dataclasses import replace

import numpy as np

from engine.inputs import VOCABULARY, Evidence, missing_inputs
from tests.blobs import blobs, evidence_of


def test_evidence_of_a_whole_dataset_lacks_nothing():
    """Every word of the vocabulary can be fetched, with one row per example."""
    evidence = evidence_of(blobs(30))

    assert missing_inputs(tuple(VOCABULARY), evidence) == ()
    assert {30} == {len(word.fetch(evidence)) for word in VOCABULARY.values()}


def test_without_embeddings_only_labels_and_their_order_are_there():
    """Everything else is read off embeddings or given by the user."""
    bare = Evidence(replace(blobs(30), embeddings=None))

    assert set(VOCABULARY) - {"labels", "positions"} == set(missing_inputs(tuple(VOCABULARY), bare))


def test_the_users_own_probabilities_come_first():
    """pred_probs given with the data are used, not those of the heads."""
    evidence = evidence_of(blobs(30))
    own = np.full((30, 3), 1 / 3, dtype=np.float32)

    given = replace(evidence, dataset=replace(evidence.dataset, pred_probs=own))

    np.testing.assert_array_equal(own, given.pred_probs)
