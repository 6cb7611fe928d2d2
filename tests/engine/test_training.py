"""Cross-validated heads: out of fold, calibrated, reproducible, and honest about what they lack."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from engine.training import train_heads
from store.errors import Cancelled
from tests.blobs import blobs


def noise(n: int, d: int = 8) -> np.ndarray:
    """Vectors that say nothing about any label."""
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


def overlapping(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Four clouds that overlap: nobody can be right about all of them."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 4
    return (np.eye(8)[labels] * 2 + rng.normal(size=(n, 8))).astype(np.float32), labels


def test_heads_predict_as_well_as_scikit_learns_logistic_regression():
    """Out of fold: as many right, and probabilities that cost no more in log loss."""
    vectors, labels = overlapping()
    model, folds = LogisticRegression(C=10), StratifiedKFold(5, shuffle=True, random_state=0)
    expected = cross_val_predict(model, vectors, labels, cv=folds, method="predict_proba")

    pred_probs = train_heads(vectors, labels, 4, device="cpu").pred_probs

    assert (pred_probs.argmax(1) == labels).mean() > (expected.argmax(1) == labels).mean() - 0.02
    assert log_loss(labels, pred_probs) < log_loss(labels, expected) + 0.02
    np.testing.assert_allclose(pred_probs.sum(axis=1), 1, atol=1e-5)


def test_probabilities_mean_what_they_say():
    """Of the answers given at .8 about .8 are right, and so on: calibration error below .05."""
    vectors, labels = overlapping(2_000)
    pred_probs = train_heads(vectors, labels, 4, device="cpu").pred_probs
    confidence, right = pred_probs.max(axis=1), pred_probs.argmax(axis=1) == labels

    bins = np.digitize(confidence, np.linspace(0, 1, 11))
    gaps = [abs(confidence[bins == one].mean() - right[bins == one].mean()) for one in set(bins)]
    shares = [(bins == one).mean() for one in set(bins)]

    assert np.dot(gaps, shares) < 0.05


def test_a_head_never_learns_from_the_row_it_judges():
    """On pure noise with more dimensions than rows, memory would be perfect; honesty is chance."""
    labels = np.arange(100) % 2
    history = train_heads(noise(100, 300), labels, 2, device="cpu")

    assert history.correct[:, -1].mean() > 0.9
    assert 0.3 < (history.pred_probs.argmax(axis=1) == labels).mean() < 0.7


def test_dynamics_are_those_of_training():
    """On certain labels error falls, the given label's probability and the margin grow."""
    history = train_heads(*_parts(blobs()), 3, device="cpu")

    for name, direction in (("el2n", -1), ("given_probs", 1), ("margins", 1), ("correct", 1)):
        values = np.asarray(getattr(history, name), dtype=np.float64)
        assert values.shape == (300, len(history.held_out_error))
        assert np.isfinite(values).all()
        assert direction * (values[:, -1].mean() - values[:, 0].mean()) >= 0, name
    assert history.el2n[:, -1].mean() < 0.1


def test_error_and_probability_fit_together_with_two_classes():
    """With two classes EL2N = sqrt(2) (1 - p) and the margin is the logit of p, always."""
    labels = np.arange(60) % 2
    history = train_heads(noise(60), labels, 2, folds=2, device="cpu")
    given = history.given_probs.astype(np.float64)

    # folds = 2: one head trains on each row, so means over heads hide nothing. float16 rounds.
    np.testing.assert_allclose(history.el2n, np.sqrt(2) * (1 - given), atol=2e-3)
    np.testing.assert_allclose(history.margins, np.log(given / (1 - given)), rtol=3e-2, atol=1e-2)
    np.testing.assert_array_equal(history.correct, history.margins > 0)


def test_the_same_seed_gives_the_same_history():
    """To the last bit; another seed gives another division and other values."""
    vectors, labels = overlapping(100)
    first, second = (train_heads(vectors, labels, 4, device="cpu") for _ in range(2))
    other = train_heads(vectors, labels, 4, seed=1, device="cpu")

    for name, values in vars(first).items():
        np.testing.assert_array_equal(values, getattr(second, name))
    assert (first.pred_probs != other.pred_probs).any()


def test_more_seeds_are_a_mean_over_divisions():
    """Predictions stay probabilities, and two halves of the seeds agree better than single ones."""
    vectors, labels = overlapping(100)

    def spread(seeds: int) -> float:
        one, two = (
            train_heads(vectors, labels, 4, seeds=seeds, seed=seed, device="cpu").pred_probs
            for seed in (0, 100)
        )
        np.testing.assert_allclose(one.sum(axis=1), 1, atol=1e-5)
        return float(np.abs(one - two).mean())

    assert spread(8) < spread(1)


def test_unlabelled_rows_are_predicted_but_have_no_dynamics():
    """The mean of all heads, and no given label to be far from."""
    dataset = blobs(unlabelled=30)
    vectors, labels = _parts(dataset)
    truth = np.arange(30) % 3

    history = train_heads(vectors, labels, 3, device="cpu")

    assert (history.pred_probs[:30].argmax(axis=1) == truth).mean() > 0.9
    for name in ("el2n", "grand", "given_probs", "margins", "correct", "early_targets"):
        assert np.isnan(getattr(history, name)[:30]).all()


def test_a_class_of_one_is_unknown_to_the_head_that_judges_it():
    """nan for its own class, a probability for every other; 0 for that class beside it, sums 1."""
    vectors, labels = noise(31), np.array([0, 1] * 15 + [2])

    pred_probs = train_heads(vectors, labels, 3, device="cpu").pred_probs

    assert np.isnan(pred_probs[30, 2])
    np.testing.assert_allclose(pred_probs[30, :2].sum(), 1, atol=1e-5)
    np.testing.assert_allclose(pred_probs[:30].sum(axis=1), 1, atol=1e-5)
    assert (pred_probs[:30, 2] == 0).any()


def test_a_class_without_rows_has_probability_zero():
    """No head ever saw it, and no row claims it."""
    pred_probs = train_heads(noise(20), np.array([0, 2] * 10), 4, device="cpu").pred_probs

    assert (pred_probs[:, [1, 3]] == 0).all()
    np.testing.assert_allclose(pred_probs.sum(axis=1), 1, atol=1e-5)


def test_one_class_is_certain_and_has_no_margin():
    """Probability 1, error 0, no other class to be compared with."""
    history = train_heads(noise(20), np.zeros(20, dtype=np.int64), 1, device="cpu")

    assert (history.pred_probs == 1).all()
    assert (history.el2n == 0).all()
    assert np.isnan(history.margins).all()


@pytest.mark.parametrize("labels", [[0], [0, -1], [-1, -1]])
def test_with_less_than_two_labelled_rows_nothing_can_be_said(labels: list[int]):
    """No head can be trained without the row it judges."""
    history = train_heads(noise(len(labels)), np.array(labels), 2, device="cpu")

    assert np.isnan(history.pred_probs).all()
    for name in ("el2n", "grand", "given_probs", "margins", "correct", "early_targets"):
        assert getattr(history, name).shape[1] > 1
        assert np.isnan(getattr(history, name)).all()


def test_blocks_and_files_do_not_show(tmp_path: Path, monkeypatch):
    """Read from disk in blocks of a batch, the answer is the one from memory in one block."""
    vectors, labels = overlapping(256)
    np.save(tmp_path / "embeddings.npy", vectors)
    whole = train_heads(vectors, labels, 4, batch=32, device="cpu")
    monkeypatch.setattr("engine.feeding.BLOCK_ROWS", 32)

    blocks = train_heads(
        np.load(tmp_path / "embeddings.npy", mmap_mode="r"), labels, 4, batch=32, device="cpu"
    )

    np.testing.assert_allclose(whole.pred_probs, blocks.pred_probs, atol=1e-4)


def test_it_can_be_cancelled_at_any_block(monkeypatch):
    """Progress is told about every block, rises to its total, and may stop the work."""
    monkeypatch.setattr("engine.feeding.BLOCK_ROWS", 64)
    told: list[tuple[str, int, int]] = []
    train_heads(*overlapping(256), 4, device="cpu", progress=lambda *now: told.append(now))
    steps = [(done, total) for stage, done, total in told if stage == "training heads"]

    assert len(steps) > 5 * 8
    assert sorted(steps) == steps
    assert steps[-1][0] == steps[-1][1]

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "training heads" and done > total // 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        train_heads(*overlapping(256), 4, device="cpu", progress=stop)


def _parts(dataset):
    return dataset.embeddings, dataset.labels
