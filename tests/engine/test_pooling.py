"""Opinions joined into one: weights by what a source predicts, and what it does not know."""

import numpy as np
import pytest
import torch

from engine.pooling import fit_weights, join, neighbours_opinion
from index.graph import NeighbourGraph


def opinion(labels: np.ndarray, c: int, *, sharpness: float, seed: int) -> np.ndarray:
    """Probabilities that know the label as well as `sharpness` says, and are calibrated for it."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(len(labels), c)) + sharpness * np.eye(c)[labels]
    return (np.exp(sharpness * logits) / np.exp(sharpness * logits).sum(1, keepdims=True)).astype(
        np.float32
    )


@pytest.fixture
def labels() -> np.ndarray:
    return np.random.default_rng(9).integers(0, 4, size=3_000)


def test_a_source_weighs_what_it_predicts(labels):
    """Two calibrated sources with independent errors count once each; a blind one not at all."""
    sources = {
        "sharp": opinion(labels, 4, sharpness=2.0, seed=0),
        "dull": opinion(labels, 4, sharpness=0.7, seed=1),
        "blind": opinion(labels, 4, sharpness=0.0, seed=2),
        "false": opinion((labels + 1) % 4, 4, sharpness=1.0, seed=3),
    }

    weights = join(sources, labels).weights

    assert weights["sharp"] == pytest.approx(1.0, abs=0.1)
    assert weights["dull"] == pytest.approx(1.0, abs=0.2)
    assert weights["false"] == 0.0


def test_the_same_source_twice_counts_once(labels):
    """Copies share the weight: repeating an opinion does not make it stronger."""
    one = opinion(labels, 4, sharpness=1.5, seed=0)

    alone, twice = join({"a": one}, labels), join({"a": one, "b": one}, labels)

    assert sum(twice.weights.values()) == pytest.approx(alone.weights["a"], abs=1e-3)
    np.testing.assert_allclose(alone.probs, twice.probs, atol=1e-3)


def test_the_weights_are_those_of_torch(labels):
    """The same convex problem, solved by another optimiser without bounds."""
    sources = [opinion(labels, 4, sharpness=s, seed=s_) for s_, s in enumerate((1.0, 1.4))]
    logs = np.log(np.stack(sources).clip(1e-4, 1)).astype(np.float64)
    weights = torch.full((2,), 0.5, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        logits = torch.tensordot(weights, torch.tensor(logs), dims=1)
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
        loss.backward()
        return loss

    optimiser.step(closure)

    np.testing.assert_allclose(weights.detach().numpy(), fit_weights(logs, labels), atol=1e-3)


def test_what_one_source_does_not_know_the_others_decide(labels):
    """nan is no opinion: the row is as though the source were not there; all nan is an even row."""
    known, half = opinion(labels, 4, sharpness=2.0, seed=0), opinion(labels, 4, sharpness=1, seed=1)
    half[:10], known[0] = np.nan, np.nan

    joined = join({"known": known, "half": half}, labels)

    np.testing.assert_allclose(joined.probs[0], 0.25)
    assert (joined.probs[1:10].argmax(1) == known[1:10].argmax(1)).all()
    np.testing.assert_allclose(joined.probs.sum(1), 1, atol=1e-5)
    assert np.isfinite(joined.probs).all()


@pytest.mark.parametrize("labels", [np.full(5, -1), np.zeros(5, dtype=np.int64)])
def test_without_labels_or_with_one_class_there_is_nothing_to_weigh(labels):
    """Every source counts the same, and rows still sum to 1."""
    c = 1 if (labels == 0).all() else 3
    joined = join({"a": np.full((5, c), 1 / c), "b": np.full((5, c), 1 / c)}, labels)

    assert list(joined.weights.values()) == [0.5, 0.5]
    np.testing.assert_allclose(joined.probs, 1 / c, atol=1e-6)


def test_neighbours_speak_for_their_labels_and_a_little_for_the_whole():
    """Row 0 has neighbours 0, 0, 1 and one voter for the shares (5, 3) / 8; row 3 has nobody."""
    graph = NeighbourGraph(
        np.array([[1, 2, 3], [0, 2, 4], [0, 1, -1], [-1, -1, -1], [3, 5, -1], [4, -1, -1]]),
        np.where(np.arange(3) < 3, 1.0, 1.0) * np.ones((6, 3), np.float32),
        "cosine",
        1.0,
    )
    labels = np.array([0, 0, 0, 1, 1, -1])

    shares = neighbours_opinion(graph, labels, 2)

    overall = np.array([4, 3]) / 7
    np.testing.assert_allclose(shares[0], (np.array([2, 1]) + overall) / 4, rtol=1e-6)
    np.testing.assert_allclose(shares[3], overall, rtol=1e-6)
    np.testing.assert_allclose(shares[4], (np.array([0, 1]) + overall) / 2, rtol=1e-6)
