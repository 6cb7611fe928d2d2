"""CET: planted parameters, hidden positives, and the mirror image that cannot tell them apart."""

import numpy as np
import pytest
import torch
from scipy.special import expit

from engine.evaluate import auroc
from engine.kernels.coupled import NOT_RELEVANT, OPEN, RELEVANT, fit_coupled, missed_chance

PLANTED = (1.6, -2.2, 1.8, -1.0)


def planted(seed: int, rows: int = 40_000) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x_r, x_s with something in common; who is relevant, and which of them were looked at."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=rows)
    x_r, x_s = (0.7 * common + rng.normal(size=rows) for _ in range(2))
    relevant = rng.random(rows) < expit(PLANTED[0] * x_r + PLANTED[1])
    seen = rng.random(rows) < expit(PLANTED[2] * x_s + PLANTED[3])
    return x_r[:, None], x_s[:, None], relevant, relevant & seen


def nobody(rows: int) -> np.ndarray:
    """No pair is settled."""
    return np.full(rows, OPEN)


def mirror_image(x: np.ndarray, marked: np.ndarray, temperature: float) -> np.ndarray:
    """Two linear rankers of the same inputs, each weighing negatives by the other, as released."""
    rng = np.random.default_rng(0)
    inputs = torch.tensor(x, dtype=torch.float32)
    positives, others = (torch.tensor(np.flatnonzero(part)) for part in (marked, ~marked))
    weights = [torch.tensor(rng.normal(size=2) * 0.1, dtype=torch.float32) for _ in range(2)]
    for one in weights:
        one.requires_grad_()
    adam = torch.optim.Adam(weights, lr=0.05)
    generator = torch.Generator().manual_seed(0)
    for _ in range(200):
        draw = lambda rows: rows[torch.randint(len(rows), (2_000,), generator=generator)]  # noqa: E731
        good, bad = inputs[draw(positives)], inputs[draw(others)]
        loss = torch.zeros(())
        for own, other in (weights, weights[::-1]):
            share = 1 / (1 - torch.sigmoid((bad @ other).detach() / temperature))
            loss = loss + (share * torch.nn.functional.softplus(bad @ own - good @ own)).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
    return (inputs @ weights[0]).detach().numpy()


@pytest.mark.parametrize("seed", range(3))
def test_planted_parameters_come_back(seed):
    """(1.6, -2.2) of relevance and (1.8, -1.0) of selection, each within .1."""
    x_r, x_s, _, marked = planted(seed, rows=150_000)
    found = fit_coupled(x_r, x_s, marked, nobody(len(marked)))

    np.testing.assert_allclose([*found.relevance, *found.selection], PLANTED, atol=0.1)


def test_the_hidden_are_found_better_than_by_the_feature_and_by_the_mirror_image():
    """AUROC among unmarked pairs .86; x_r alone .84; two networks of the same inputs below .8."""
    x_r, x_s, relevant, marked = planted(0)
    found = fit_coupled(x_r, x_s, marked, nobody(len(marked)))
    chance = missed_chance(*found.chances(x_r, x_s))
    score = lambda values: auroc(values[~marked], relevant[~marked])  # noqa: E731
    both = np.column_stack([x_r, x_s])

    assert score(chance) == pytest.approx(0.869, abs=0.01)
    assert score(chance) > score(x_r[:, 0]) + 0.015
    assert max(score(mirror_image(both, marked, t)) for t in (2.0, 10.0)) < 0.8
    # Calibrated: the mean chance is the share that is hidden.
    assert chance[~marked].mean() == pytest.approx(relevant[~marked].mean(), abs=0.01)


@pytest.mark.parametrize(
    ("relevant", "seen", "chance"),
    [
        (0.5, 0.1, 0.4737),
        (0.5, 0.9, 0.0909),
        (0.9, 0.1, 0.8901),
        (0.9, 0.9, 0.4737),
        (0.1, 0.5, 0.0526),
    ],
)
def test_chance_of_a_missed_positive_at_the_spots_of_the_notes(relevant, seen, chance):
    """r (1 - s) / (1 - r s)."""
    assert missed_chance(np.array([relevant]), np.array([seen]))[0] == pytest.approx(
        chance, abs=1e-4
    )


def test_certainty_on_both_sides_stays_a_number():
    """r = s = 1 and unmarked cannot be; nothing is divided by 0."""
    ends = np.array([0.0, 1.0])

    assert np.isfinite(missed_chance(*np.meshgrid(ends, ends))).all()


def test_settled_pairs_teach_relevance_alone():
    """500 verdicts that deny what the marks say lower the chance where they were given."""
    x_r, x_s, _, marked = planted(0, rows=5_000)
    settled = nobody(len(marked))
    first = np.flatnonzero(~marked & (x_r[:, 0] > 1))[:500]
    before = fit_coupled(x_r, x_s, marked, settled).chances(x_r, x_s)[0]
    denied, confirmed = settled.copy(), settled.copy()
    denied[first], confirmed[first] = NOT_RELEVANT, RELEVANT
    lower, higher = (
        fit_coupled(x_r, x_s, marked, told).chances(x_r, x_s)[0][first].mean()
        for told in (denied, confirmed)
    )

    assert lower < before[first].mean() - 0.05
    assert higher > before[first].mean() + 0.05


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_all_or_nothing_marked_stays_finite(share):
    """No mark at all, and nothing but marks."""
    x_r, x_s, _, _ = planted(0, rows=200)
    found = fit_coupled(x_r, x_s, np.full(200, share > 0), nobody(200))

    assert np.isfinite([*found.relevance, *found.selection]).all()
