"""Why a pair is in the queue, in words that can be checked by hand."""

import numpy as np
import pytest

from engine.explain import reasons
from engine.inputs import Evidence
from tests.retrieval_sets import made_retrieval


@pytest.fixture(scope="module")
def dataset():
    """Four queries, 40 passages."""
    return made_retrieval(4, 40).dataset()


def test_the_nearest_known_positive_is_named(dataset):
    """By the cosine of the passages; never the pair itself."""
    pairs = dataset.pairs
    vectors = pairs.passages.embeddings
    for row in range(0, len(dataset), 7):
        known = [int(one) for one in pairs.positives(int(pairs.query[row])) if one != row]
        alike = [float(vectors[pairs.passage[row]] @ vectors[pairs.passage[one]]) for one in known]
        said = " ".join(reasons(row, (), Evidence(dataset)))

        if not known:
            assert "known to be relevant" not in said
            continue
        nearest = pairs.passages.id_of(int(pairs.passage[known[int(np.argmax(alike))]]))
        assert f"{max(alike):.2f} like {nearest}, which is known" in said


def test_a_share_of_rare_words_is_said_where_there_is_one(dataset):
    """None of them, or a query without any, is no reason."""
    shared = dataset.pairs.shared_concepts
    for row in range(len(dataset)):
        said = [one for one in reasons(row, (), Evidence(dataset)) if "rare words" in one]

        assert said == (
            [f"has {shared[row]:.0%} of the query's rare words"] if shared[row] > 0 else []
        )


def test_a_pair_of_which_nothing_is_known_says_so():
    """A single query and passage, judged, with nothing in common with another."""
    dataset = made_retrieval(1, 2, shown=0.0).dataset()
    pairs = dataset.pairs
    alone = int(pairs.positives(0)[0])

    said = reasons(alone, (), Evidence(dataset))
    assert said
    assert not any("known to be relevant" in one for one in said)
