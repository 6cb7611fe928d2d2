"""The rows of the published digits table that read training dynamics: areas and precisions.

The table trains one network on all rows for a fixed time; ours trains five, each without a fold,
held back by early-learning regularisation and stopped early. So ours may be better, and is.
"""

import pytest

from engine.evaluate import auroc, average_precision
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
        ("aum", "symmetric", 0.9991, 0.9968),
        ("aum", "asymmetric", 0.9839, 0.9255),
        ("cartography_confidence", "symmetric", 0.9989, 0.9958),
        ("cartography_confidence", "asymmetric", 0.9782, 0.8988),
        ("forgetting", "symmetric", 0.9968, 0.9887),
        ("forgetting", "asymmetric", 0.9587, 0.8622),
        ("early_learning", "symmetric", 0.9991, 0.9968),
        ("early_learning", "asymmetric", 0.9981, 0.9908),
        ("grand", "symmetric", 0.9978, 0.9918),
        ("grand", "asymmetric", 0.9832, 0.9419),
    ],
)
def test_our_dynamics_find_what_those_of_the_table_find(digits, name, kind, area, precision):
    """Within .01 of the hidden-layer rows' area and .02 of their precision, or better."""
    score = run(SCORERS[name], digits[kind].trained, device="cpu")

    assert auroc(score.suspicion, digits[kind].wrong) > area - 0.01
    assert average_precision(score.suspicion, digits[kind].wrong) > precision - 0.02


@pytest.mark.parametrize(("kind", "most"), [("symmetric", 0.5), ("asymmetric", 0.7)])
def test_variability_does_not_find_wrong_labels(digits, kind, most):
    """Wrong labels stay low and vary less than right ones, or about as much (table: .03, .26)."""
    score = run(SCORERS["cartography_variability"], digits[kind].trained, device="cpu", first=1)

    assert auroc(score.suspicion, digits[kind].wrong) < most
