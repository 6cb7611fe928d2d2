"""Softmax regression on all folds at once, against scikit-learn on the same folds."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from engine.folds import Plan
from engine.regression import out_of_fold_probs
from store.errors import Cancelled


def overlapping(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Four clouds that overlap, in 8 dimensions."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 4
    return (np.eye(8)[labels] * 2 + rng.normal(size=(n, 8))).astype(np.float32), labels


def test_the_probabilities_are_scikit_learns():
    """The same folds, the same rows, the same C: the same optimum to .001."""
    vectors, labels = overlapping()
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    units -= units.mean(axis=0)
    units /= np.sqrt((units**2).sum(axis=1).mean())
    fold = Plan.make(labels, 4, folds=5, seeds=1, seed=0).fold[:, 0]
    # scikit-learn sums the loss over the rows and we take the mean, so C means the same in both.
    model = LogisticRegression(C=10, max_iter=5_000, tol=1e-8)
    expected = cross_val_predict(
        model, units, labels, cv=PredefinedSplit(fold), method="predict_proba"
    )

    ours = out_of_fold_probs(vectors, labels, 4, tolerance=1e-5, rounds=500, device="cpu")

    np.testing.assert_allclose(ours, expected, atol=1e-3)


def test_awkward_rows_are_answered_as_by_the_heads():
    """Unlabelled rows by all folds; a class of one is nan for its row; no labels, no answer."""
    vectors, labels = overlapping(61)
    labels[:10], labels[60] = -1, 4

    probs = out_of_fold_probs(vectors, labels, 5, device="cpu")

    assert np.isnan(probs[60, 4])
    assert np.isfinite(probs[:60]).all()
    np.testing.assert_allclose(probs[:60].sum(axis=1), 1, atol=1e-5)
    assert np.isnan(out_of_fold_probs(vectors, np.full(61, -1), 5, device="cpu")).all()


def test_one_class_and_equal_rows_leave_a_factor():
    """Nothing to tell apart and no spread: still probabilities."""
    ones = np.ones((20, 3), dtype=np.float32)

    assert (out_of_fold_probs(ones, np.zeros(20, dtype=np.int64), 1, device="cpu") == 1).all()
    two = out_of_fold_probs(ones, np.arange(20) % 2, 2, device="cpu")
    np.testing.assert_allclose(two, 0.5, atol=1e-3)


def test_reading_from_disk_again_and_again_gives_the_same(tmp_path: Path, monkeypatch):
    """Where prepared rows are not kept, the answer is the one from memory."""
    vectors, labels = overlapping(300)
    kept = out_of_fold_probs(vectors, labels, 4, device="cpu")
    np.save(tmp_path / "embeddings.npy", vectors)
    monkeypatch.setattr("engine.regression.KEPT_BYTES", 0)
    monkeypatch.setattr("engine.feeding.BLOCK_ROWS", 64)

    mapped = np.load(tmp_path / "embeddings.npy", mmap_mode="r")
    read = out_of_fold_probs(mapped, labels, 4, device="cpu")

    np.testing.assert_allclose(read, kept, atol=1e-4)


def test_it_can_be_cancelled():
    """Between any two rounds."""

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "out-of-fold probabilities" and done:
            raise Cancelled

    with pytest.raises(Cancelled):
        out_of_fold_probs(*overlapping(), 4, device="cpu", progress=stop)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU on this machine")
def test_cpu_and_gpu_agree():
    """To .001 in probability."""
    cpu, gpu = (out_of_fold_probs(*overlapping(), 4, device=one) for one in ("cpu", "cuda"))

    np.testing.assert_allclose(cpu, gpu, atol=1e-3)
