"""The published regression table: 1,797 digits with 20 % wrong labels, symmetric and by one class.

AUROC and average precision of scikit-learn and cleanlab runs; deterministic rows to .001, heads
trained here to what another optimiser may differ by.
"""

import numpy as np
import pytest

from engine.evaluate import auroc, average_precision
from engine.queueing import default_queue
from engine.run import run
from engine.scorers import all_scorers
from tests.digits import Noisy, noisy_digits

SCORERS = all_scorers()


@pytest.fixture(scope="module")
def digits() -> dict[str, Noisy]:
    """Both kinds of noise."""
    return noisy_digits()


@pytest.mark.parametrize(
    ("name", "kind", "area", "precision"),
    [
        ("self_confidence", "symmetric", 0.9972, 0.9904),
        ("self_confidence", "asymmetric", 0.9640, 0.8332),
        ("normalized_margin", "symmetric", 0.9974, 0.9914),
        ("normalized_margin", "asymmetric", 0.9778, 0.9213),
        ("neighbour_vote", "symmetric", 0.9977, 0.9911),
        ("neighbour_vote", "asymmetric", 0.9927, 0.9480),
    ],
)
def test_deterministic_rows_of_the_table(digits, name, kind, area, precision):
    """The same inputs, so the same numbers; .002 is what LogisticRegression's stopping moves."""
    score = run(SCORERS[name], digits[kind].given, device="cpu")

    assert auroc(score.suspicion, digits[kind].wrong) == pytest.approx(area, abs=2e-3)
    found = average_precision(score.suspicion, digits[kind].wrong)
    assert found == pytest.approx(precision, abs=2e-3)


@pytest.mark.parametrize(
    ("name", "kind", "area", "precision"),
    [
        ("self_confidence", "symmetric", 0.9972, 0.9904),
        ("self_confidence", "asymmetric", 0.9640, 0.8332),
        ("normalized_margin", "symmetric", 0.9974, 0.9914),
        ("normalized_margin", "asymmetric", 0.9778, 0.9213),
        ("el2n", "symmetric", 0.9939, 0.9797),
        ("el2n", "asymmetric", 0.9718, 0.9122),
    ],
)
def test_our_own_heads_are_as_good_as_those_of_the_table(digits, name, kind, area, precision):
    """Within .01 of AUROC and .02 of average precision, or better."""
    score = run(SCORERS[name], digits[kind].trained, device="cpu")

    assert auroc(score.suspicion, digits[kind].wrong) > area - 0.01
    assert average_precision(score.suspicion, digits[kind].wrong) > precision - 0.02


@pytest.mark.parametrize(("kind", "floor"), [("symmetric", 0.99), ("asymmetric", 0.93)])
def test_the_default_queue_is_better_than_self_confidence_alone(digits, kind, floor):
    """Neighbours and model together find what one of them misses."""
    evidence, wrong = digits[kind].trained, digits[kind].wrong
    scores = [run(SCORERS["joined_evidence"], evidence, device="cpu")]
    queue = default_queue(scores, evidence)
    joined = np.empty(1797)
    joined[queue.rows] = queue.values
    alone = run(SCORERS["self_confidence"], evidence, device="cpu").suspicion

    assert average_precision(joined, wrong) > floor
    assert average_precision(joined, wrong) > average_precision(alone, wrong)
