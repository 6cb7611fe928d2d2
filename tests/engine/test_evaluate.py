"""Rankings, agreement and found errors, against scikit-learn, scipy and numbers by hand."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from engine.contract import Score
from engine.evaluate import (
    agreement,
    auroc,
    average_precision,
    found_errors,
    precision_at,
    wilson_interval,
)
from engine.scorers import all_scorers
from store.dataset import Roles
from store.verdicts import Applied
from tests.blobs import dataset_of

SCORERS = all_scorers()


def score_of(name: str, values: list[float] | np.ndarray) -> Score:
    """A score of a real scorer with made-up values."""
    return Score(SCORERS[name], {}, np.asarray(values, dtype=np.float32))


@pytest.mark.parametrize("levels", [3, 20, 10**6])
@pytest.mark.parametrize("seed", range(5))
def test_precision_and_auroc_are_scikit_learns(levels: int, seed: int):
    """With many ties, some ties, none; with negative values."""
    rng = np.random.default_rng(seed)
    guilty = rng.random(300) < 0.2
    suspicion = rng.integers(-levels, levels, 300) + guilty * levels / 2

    expected = average_precision_score(guilty, suspicion), roc_auc_score(guilty, suspicion)

    np.testing.assert_allclose(expected[0], average_precision(suspicion, guilty))
    np.testing.assert_allclose(expected[1], auroc(suspicion, guilty))


def test_rows_that_were_not_scored_come_last():
    """One of two guilty rows is nan: it is found last, after the innocent ones."""
    guilty, suspicion = np.array([True, False, False, True]), np.array([9, 5, 1, np.nan])

    assert average_precision(suspicion, guilty) == (1 + 2 / 4) / 2
    assert auroc(suspicion, guilty) == 0.5
    assert auroc(np.full(4, np.nan), guilty) == 0.5


def test_without_both_kinds_of_rows_there_is_no_number():
    """Nothing to find, or nothing else."""
    assert np.isnan(average_precision(np.arange(3), np.zeros(3, bool)))
    assert np.isnan(auroc(np.arange(3), np.zeros(3, bool)))
    assert np.isnan(auroc(np.arange(3), np.ones(3, bool)))


def test_precision_at_a_budget():
    """Rows 2 and 0 are looked at first; one of them is guilty."""
    guilty, rows = np.array([True, False, False]), np.array([2, 0, 1])

    assert precision_at(rows, guilty, 2) == 0.5
    assert precision_at(rows, guilty, 100) == 1 / 3
    assert np.isnan(precision_at(rows, guilty, 0))


def test_wilsons_interval():
    """8 of 10: 0.490 to 0.943 (Newcombe 1998's method 3); none of 10 reaches 0.278; no row: all."""
    np.testing.assert_allclose(wilson_interval(8, 10), (0.4902, 0.9433), atol=1e-4)
    np.testing.assert_allclose(wilson_interval(0, 10), (0.0, 0.2775), atol=1e-4)
    np.testing.assert_allclose(wilson_interval(10, 10), (0.7225, 1.0), atol=1e-4)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_agreement_is_spearmans_of_suspicion():
    """Against scipy, with ties; one score is low where it suspects, the other high."""
    rng = np.random.default_rng(0)
    low, high = rng.integers(0, 20, 200) / 20, rng.integers(0, 30, 200) / 30

    same = agreement(score_of("self_confidence", low), score_of("el2n", high), first=50)

    np.testing.assert_allclose(spearmanr(-low, high).statistic, same.rank_correlation)
    assert same.first == 50
    assert same.rows == 200


def test_a_score_agrees_with_itself_and_its_opposite_disagrees():
    """Correlation 1 and all of the first rows; -1 and none of them."""
    values = np.arange(40) / 40
    score = score_of("self_confidence", values)

    assert pytest.approx(
        (
            agreement(score, score, first=10).rank_correlation,
            agreement(score, score, first=10).overlap,
        )
    ) == (1.0, 10)
    opposite = agreement(score, score_of("el2n", values), first=10)
    assert pytest.approx((opposite.rank_correlation, opposite.overlap)) == (-1.0, 0)


def test_only_rows_that_both_scored_are_compared():
    """Two rows are left, in the same order; with one row, or all alike, there is no order."""
    same = agreement(
        score_of("self_confidence", [0.1, 0.2, np.nan]), score_of("neighbour_vote", [0.3, 0.4, 0.0])
    )
    flat = agreement(score_of("self_confidence", [0.5, 0.5]), score_of("el2n", [0.1, 0.2]))

    assert same.rows == 2
    assert pytest.approx(same.rank_correlation) == 1.0
    assert np.isnan(flat.rank_correlation)


def test_found_errors_are_wrong_labels_that_were_settled():
    """Rows 0, 1, 2, 5 are wrong. Relabelled or dropped is found; kept, or row 3, is not."""
    dataset = dataset_of(np.eye(6), [0, 0, 0, 1, -1, 1])
    truth = pa.array(["class-1", "class-1", "class-1", "class-1", "class-1", "class-0"])
    known = replace(
        dataset,
        table=dataset.table.append_column("truth", truth),
        roles=Roles(label="label", truth="truth"),
    )
    actions = np.array(["relabel", "drop", "keep", "relabel", "relabel", "undecided"])
    applied = cast(Applied, SimpleNamespace(actions=actions))

    assert found_errors(known, applied) == (2, 4)
    assert found_errors(dataset, applied) == (0, 0)
