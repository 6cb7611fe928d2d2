"""Neural relation graph: the reference vectors, the guard, and centring."""

import numpy as np
import pytest
import torch

from engine.evaluate import auroc, average_precision
from engine.kernels.directions import directions
from engine.kernels.relation import relation_sums
from engine.run import run
from engine.scorers import all_scorers
from tests.digits import noisy_digits

SCORER = all_scorers()["neural_relation_graph"]
AROUND = torch.tensor([(1, 0), (0.9, 0.1), (0.8, 0.3), (0, 1), (0.1, 0.9), (0.6, 0.7)])
LABELS = torch.tensor([0, 0, 1, 1, 1, 0])
FIRST = torch.tensor([0.9, 0.8, 0.7, 0.1, 0.2, 0.5])
PRED_PROBS = torch.stack([FIRST, 1 - FIRST], dim=1)


@pytest.mark.parametrize(
    ("t", "refined", "expected"),
    [
        (1.0, False, [1.262892, 1.109545, -0.785680, 1.295228, 1.103893, -0.040118]),
        (1.0, True, [2.498847, 2.311573, -1.945680, 1.056464, 0.760087, 0.835829]),
        (4.0, False, [0.610085, 0.393721, -0.198877, 0.724151, 0.478098, 0.004797]),
        (4.0, True, [0.901774, 0.654677, -0.425207, 0.723745, 0.476351, 0.078388]),
    ],
)
def test_values_of_the_reference_code(t, refined, expected):
    """Sums over six rows, before and after the one suspect has changed sides."""
    sums = relation_sums(directions(AROUND), PRED_PROBS, LABELS, t, refined=refined)

    np.testing.assert_allclose(sums, expected, atol=2e-6)


def test_the_scorer_gives_the_mean_over_the_rows():
    """A sixth of the sums above; centring is what the scorer does unless told otherwise."""
    told = SCORER.function(AROUND, PRED_PROBS, LABELS, centred=False)
    by_hand = AROUND - AROUND.mean(dim=0)

    np.testing.assert_allclose(6 * told[2], -0.425207, atol=2e-6)
    np.testing.assert_allclose(
        SCORER.function(AROUND, PRED_PROBS, LABELS),
        SCORER.function(by_hand, PRED_PROBS, LABELS, centred=False),
        atol=1e-6,
    )


def test_too_many_suspects_are_left_as_they_are():
    """Two against two of three rows alike: with half the rows suspect nothing is turned."""
    same = torch.ones(5, 1)
    labels = torch.tensor([0, 0, 0, 1, 1])  # 2 of 5 below 0: .4 is still an exception
    once = relation_sums(same, same, labels, 4.0, refined=False)

    assert once.tolist() == [1, 1, 1, -1, -1]
    assert relation_sums(same, same, labels, 4.0).tolist() == [5, 5, 5, -5, -5]
    crowd = torch.tensor([0, 0, 0, 1, 2, 3])  # 3 of 6: no exception
    assert relation_sums(torch.ones(6, 1), torch.ones(6, 1), crowd, 4.0).tolist() == (
        relation_sums(torch.ones(6, 1), torch.ones(6, 1), crowd, 4.0, refined=False).tolist()
    )


def test_unlabelled_and_unpredicted_rows_are_not_scored_and_do_not_count():
    """The others have the values they have without them."""
    probs = PRED_PROBS.clone()
    probs[1] = torch.nan
    labels = LABELS.clone()
    labels[4] = -1
    kept = torch.tensor([0, 2, 3, 5])

    values = SCORER.function(AROUND, probs, labels, centred=False)

    assert values.isnan().nonzero().flatten().tolist() == [1, 4]
    alone = SCORER.function(AROUND[kept], probs[kept], labels[kept], centred=False)
    np.testing.assert_allclose(values[kept], alone, atol=1e-7)


@pytest.mark.parametrize(
    ("kind", "options", "area", "precision"),
    [
        ("symmetric", {"t": 4.0, "centred": False}, 0.9968, 0.9883),
        ("symmetric", {"t": 4.0, "centred": False, "refined": False}, 0.9964, 0.9872),
        ("asymmetric", {"t": 4.0, "centred": False}, 0.9860, 0.9588),
        ("asymmetric", {"t": 4.0, "centred": False, "refined": False}, 0.9791, 0.9264),
        ("symmetric", {"t": 1.0, "centred": False, "refined": False}, 0.9949, 0.9812),
        ("asymmetric", {"t": 1.0, "centred": False, "refined": False}, 0.9302, 0.7078),
        # More suspects than .4 of the rows: the guard leaves the refinement out.
        ("symmetric", {"t": 1.0, "centred": False}, 0.9949, 0.9812),
        ("asymmetric", {"t": 1.0, "centred": False}, 0.9302, 0.7078),
        ("symmetric", {"t": 2.0, "refined": False}, 0.9972, None),
        ("symmetric", {"t": 2.0}, 0.9976, None),
        ("symmetric", {"refined": False}, 0.9970, None),
        ("symmetric", {}, 0.9971, None),
        ("symmetric", {"t": 8.0}, 0.9788, None),
        ("asymmetric", {"t": 2.0}, 0.9976, None),
        ("asymmetric", {"refined": False}, 0.9942, None),
        ("asymmetric", {}, 0.9961, None),
        ("asymmetric", {"t": 8.0}, 0.9557, None),
    ],
)
def test_rows_of_the_published_table(kind, options, area, precision):
    """The digits, centred and not; .002 is what LogisticRegression's stopping moves."""
    digits = noisy_digits()[kind]

    found = run(SCORER, digits.given, device="cpu", **options).suspicion

    assert auroc(found, digits.wrong) == pytest.approx(area, abs=2e-3)
    if precision is not None:
        found_precision = average_precision(found, digits.wrong)
        assert found_precision == pytest.approx(precision, abs=2e-3)
