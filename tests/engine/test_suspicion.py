"""Who is suspected of being relevant: scores of pairs, and what an export makes of them."""

import numpy as np
import pytest

from engine.queueing import DEFAULTS
from engine.suspicion import miner_of, suspects, suspicion_of
from store.decision import decide
from store.errors import UserError
from store.training_options import TrainingOptions
from store.verdicts import apply_verdicts
from tests.retrieval_sets import made_retrieval


@pytest.fixture(scope="module")
def made():
    return made_retrieval(12, 120)


@pytest.fixture(scope="module")
def dataset(made):
    return made.dataset()


def mined(dataset, decisions=(), **options):
    """What an export would write."""
    return miner_of()(dataset, apply_verdicts(dataset, decisions), TrainingOptions(**options))


def shares(made, found):
    """Share of the negatives that are relevant in truth."""
    query = np.repeat(found.query, found.negative.shape[1])
    passage = found.negative.ravel()
    there = passage >= 0
    return made.relevant[query[there], passage[there]].mean()


def test_only_scores_of_missing_positives_are_offered():
    """The default queue's first; not the difficulty of a query, nor what is low when suspicious."""
    names = suspects()

    assert names[0] == DEFAULTS["pair"]
    assert "coupled_estimation" in names
    assert not {"adore_loss", "rank_consistency", "self_confidence"} & set(names)


def test_a_score_that_is_none_of_these_is_told(dataset):
    with pytest.raises(UserError, match=r"'adore_loss' is no score that says.*missing_positive"):
        suspicion_of(dataset, "adore_loss")


def test_leaving_suspects_out_leaves_fewer_missing_positives_among_the_negatives(made, dataset):
    """That is what it is for: the hidden positives are near the query, as hard negatives are."""
    options = {"suspected_by": "positive_margin", "suspected_above": -0.05}
    plain = mined(dataset)
    careful = mined(dataset, suspected="leave out", **options)

    assert shares(made, plain) > 0.2
    assert shares(made, careful) < shares(made, plain) / 2


def test_weights_are_lower_for_missing_positives(made, dataset):
    """On average; every weight lies between 0 and 1."""
    found = mined(dataset, suspected="weight", suspected_by="missing_positive")
    query = np.repeat(found.query, found.negative.shape[1]).reshape(found.negative.shape)
    relevant = made.relevant[query, found.negative]

    assert 0 <= found.weight.min() <= found.weight.max() <= 1
    assert found.weight[relevant].mean() < found.weight[~relevant].mean()


def test_a_score_that_learns_hears_the_verdicts(dataset, monkeypatch):
    """The labels in force where a person settled the pair, else none."""
    heard = []

    def listen(dataset, name, trusted, *rest, **more):
        heard.append(trusted)
        return np.zeros(len(dataset), dtype=np.float32)

    monkeypatch.setattr("engine.suspicion.suspicion_of", listen)
    row = int(np.flatnonzero(dataset.labels == 0)[3])
    options = {"suspected": "leave out", "suspected_by": "coupled_estimation"}
    mined(dataset, **options)
    said = [decide(dataset, [row], "relabel", label=dataset.classes[1], reviewer="ann")]
    mined(dataset, said, **options)

    assert heard[0] is None
    assert heard[1][row] == 1
    assert (np.delete(heard[1], row) == -1).all()
