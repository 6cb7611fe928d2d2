"""Strata, the places of blind cards, and that they are drawn with equal chances."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare

import store.pairs
from engine.audit import audit
from engine.plant import plant_label_errors
from engine.sampling import blind_places, draw_blind, expected_errors, lists_of, split, strata_of
from tests.blobs import blobs
from tests.retrieval_sets import made_retrieval


def test_the_list_names_as_many_rows_as_errors_are_expected():
    """0.9 + 0.8 + 0.2 + 0.1 = 2 errors: the two likeliest; unlabelled and unscored rows are not."""
    chances = np.array([0.2, 0.9, 0.99, np.nan, 0.8, 0.1])
    labelled = np.array([True, True, False, True, True, True])

    assert split(chances, labelled).tolist() == [1, 0, -1, 1, 0, 1]


def test_ties_are_named_in_table_order():
    """Four rows at a half are two errors: the first two."""
    assert split(np.full(4, 0.5), np.ones(4, bool)).tolist() == [0, 0, 1, 1]


def test_nothing_to_split():
    """No rows, none suspected, none known."""
    assert split(np.zeros(0), np.zeros(0, bool)).tolist() == []
    assert split(np.zeros(3), np.ones(3, bool)).tolist() == [1, 1, 1]
    assert split(np.full(2, np.nan), np.array([True, False])).tolist() == [1, -1]


def test_strata_and_lists_of_an_audit():
    """All lists are as long as the first stratum; unlabelled rows are in no stratum."""
    done = audit(blobs(120, unlabelled=7))

    strata = strata_of(done)

    named = expected_errors(done.scores["joined_evidence"].values)
    assert (strata[:7] == -1).all()
    assert (strata == 0).sum() == named
    assert set(lists_of(done)["joined_evidence"]) == set(np.flatnonzero(strata == 0))
    assert {len(rows) for rows in lists_of(done).values()} <= {named}


def test_pairs_that_may_be_missing_positives_are_counted(monkeypatch):
    """Not what was judged, not a twin of a positive, not what no ranking has in front."""
    monkeypatch.setattr(store.pairs, "FRONT", 20)
    dataset = made_retrieval().dataset()
    pairs = dataset.pairs

    strata = strata_of(audit(dataset))

    ranked = np.where(pairs.ranks > 0, pairs.ranks, 1_000).min(axis=1) <= 20
    expected = ranked & ~pairs.judged & (pairs.twin < 0)
    np.testing.assert_array_equal(strata >= 0, expected)
    assert 0 < expected.sum() < len(dataset) / 2


def test_a_list_is_the_beginning_of_its_ranking():
    """Of every scorer, with ties that the end of the list cuts through and rows without a score."""
    done = audit(plant_label_errors(blobs(120, unlabelled=7), share=0.1)[0])
    strata = strata_of(done)
    named = np.count_nonzero(strata == 0)
    rough = {
        name: replace(score, values=np.where(np.arange(120) % 9, score.values.round(1), np.nan))
        for name, score in done.scores.items()
        if name != "joined_evidence"
    }

    lists = lists_of(replace(done, scores=done.scores | rough))

    assert named > 0
    for name in lists.keys() & rough.keys():
        rows = rough[name].ranking()
        assert lists[name].tolist() == rows[strata[rows] >= 0][:named].tolist()


@pytest.mark.parametrize("every", [1, 7, 10])
def test_one_card_in_each_run_is_blind(every: int):
    """Wherever the run begins to be asked for, and always the same one."""
    places = blind_places(0, 50 * every, seed=4, every=every)

    assert (places.reshape(50, every).sum(axis=1) == 1).all()
    assert (blind_places(13, 20, seed=4, every=every) == places[13:33]).all()
    assert not blind_places(5, 0, seed=4, every=every).any()


def test_places_cannot_be_counted_out_and_can_be_turned_off():
    """Every place of a run is taken sometimes, another one for another seed; every=0 has none."""
    places = blind_places(0, 3_000, seed=0).reshape(300, 10)

    assert (places.sum(axis=0) > 10).all()
    assert (blind_places(0, 3_000, seed=1).reshape(300, 10) != places).any()
    assert not blind_places(0, 100, seed=0, every=0).any()


def test_rows_of_a_stratum_have_equal_chances():
    """Decided and unlabelled rows have none; strata as much as is undecided of them."""
    strata = np.array([0] * 4 + [1] * 8 + [-1] * 2, dtype=np.int8)
    undecided = np.array([False] * 2 + [True] * 2 + [True] * 8 + [True] * 2)
    rng = np.random.default_rng(0)

    drawn = np.bincount([draw_blind(strata, undecided, rng) for _ in range(3_000)], minlength=14)

    assert drawn[[0, 1, 12, 13]].sum() == 0
    expected = np.array([500] * 2 + [250] * 8)
    assert chisquare(drawn[2:12], expected).pvalue > 0.001


def test_when_all_is_decided_there_is_no_blind_card():
    """Unlabelled rows do not count."""
    strata = np.array([0, 1, -1], dtype=np.int8)
    rng = np.random.default_rng(0)

    assert draw_blind(strata, np.array([False, False, True]), rng) is None
    assert draw_blind(strata, np.array([False, True, True]), rng) == 1
    assert draw_blind(np.zeros(0, np.int8), np.zeros(0, bool), rng) is None
