"""The vocabulary: what a scorer may ask for, and whether a dataset has it."""

from dataclasses import replace

import numpy as np

from engine.inputs import VOCABULARY, Evidence, missing_inputs
from engine.scorers import all_scorers
from tests.blobs import blobs, evidence_of


def test_evidence_of_a_whole_dataset_lacks_nothing():
    """Every word that scores of examples ask for can be fetched, with one row per example."""
    evidence = evidence_of(blobs(30))

    words = {
        word
        for scorer in all_scorers().values()
        if scorer.unit == "example"
        for word in scorer.inputs
    }

    assert missing_inputs(tuple(words), evidence) == ()
    assert {30} == {len(VOCABULARY[word].fetch(evidence)) for word in words}


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
