"""What may be asked of the training run: another kind, weights, stopping, bounded memory."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training import train_heads

BY_EPOCH = ("el2n", "grand", "given_probs", "margins", "correct")


def overlapping(n: int = 300, *, rare: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two clouds that overlap; `rare` of all rows are of the second, or half of them."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 2 if rare == 0 else (np.arange(n) < rare).astype(np.int64)
    return (np.eye(4)[labels] + rng.normal(size=(n, 4)) * 0.7).astype(np.float32), labels


def test_class_weights_raise_the_rare_class():
    """30 of 600 rows: without weights hardly one is found, with weights most are."""
    vectors, labels = overlapping(600, rare=30)

    found = [
        (
            train_heads(
                vectors, labels, 2, kind="linear", class_weights=on, epochs=8, device="cpu"
            ).pred_probs.argmax(axis=1)[:30]
            == 1
        ).mean()
        for on in (False, True)
    ]

    assert found[0] < 0.4
    assert found[1] > 0.6


def test_training_stops_when_the_held_out_error_no_longer_falls():
    """On noise the first epochs are as good as any: it stops early, and keeps the best answer."""
    vectors = np.random.default_rng(0).normal(size=(200, 30)).astype(np.float32)
    labels = np.arange(200) % 2

    history = train_heads(vectors, labels, 2, patience=2, epochs=40, device="cpu")

    shown = history.held_out_error
    assert len(shown) < 40
    assert len(shown) - 1 - np.flatnonzero(shown == shown.min())[-1] == 2
    wrong = (history.pred_probs.argmax(axis=1) != labels).mean()
    assert wrong == pytest.approx(shown.min(), abs=1e-6)
    assert all(getattr(history, name).shape == (200, len(shown)) for name in BY_EPOCH)


def test_the_temperature_of_the_answer_is_written_down():
    """Memory of noise is far too sure of itself: the answers are made flatter."""
    vectors = np.random.default_rng(0).normal(size=(200, 30)).astype(np.float32)

    history = train_heads(vectors, np.arange(200) % 2, 2, epochs=8, device="cpu")

    assert history.temperature > 1.5


def test_early_targets_are_shares_of_the_heads_that_learn():
    """They sum to 1 and lean to the given label where labels are certain."""
    vectors, labels = overlapping()

    history = train_heads(vectors, labels, 2, epochs=5, device="cpu")

    np.testing.assert_allclose(history.early_targets.sum(axis=1), 1, atol=2e-3)
    assert (history.early_targets.argmax(axis=1) == labels).mean() > 0.7


def test_without_room_for_the_targets_there_are_none(monkeypatch):
    """The run is that without regularisation, and the table has no columns."""
    vectors, labels = overlapping()
    plain = train_heads(vectors, labels, 2, early_strength=0, epochs=3, device="cpu")
    monkeypatch.setattr("engine.early_learning.MOST_BYTES", 10)

    history = train_heads(vectors, labels, 2, epochs=3, device="cpu")

    assert history.early_targets.shape == (300, 0)
    np.testing.assert_array_equal(history.pred_probs, plain.pred_probs)


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_a_large_file_is_never_in_memory_as_a_whole(tmp_path: Path, kind):
    """300,000 x 64 in 77 MB: beside what the history keeps, numpy holds less than a third of it."""
    n, d = 300_000, 64
    stored = np.lib.format.open_memmap(
        tmp_path / "embeddings.npy", mode="w+", dtype=np.float32, shape=(n, d)
    )
    stored[:] = np.random.default_rng(0).normal(size=d).astype(np.float32)
    stored[::2, 0] += 3
    labels = np.arange(n) % 2
    mapped = np.load(tmp_path / "embeddings.npy", mmap_mode="r")

    tracemalloc.start()
    history = train_heads(
        mapped, labels, 2, kind=kind, hidden=4, folds=2, epochs=1, batch=4096, device="cpu"
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    kept = sum(array.nbytes for array in vars(history).values())
    assert (history.pred_probs.argmax(axis=1) == labels).mean() > 0.99
    # Two answers are held at once, and fold, labels and their order are numbers of 8 bytes.
    assert peak - kept - history.pred_probs.nbytes - 6 * labels.nbytes < stored.nbytes / 3


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU on this machine")
@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_cpu_and_gpu_agree(kind):
    """The same folds, batches and first weights: the same history but for rounding."""
    cpu, gpu = (
        train_heads(*overlapping(), 2, kind=kind, epochs=3, device=one) for one in ("cpu", "cuda")
    )

    np.testing.assert_allclose(cpu.pred_probs, gpu.pred_probs, atol=2e-2)
    for name in BY_EPOCH:
        np.testing.assert_allclose(getattr(cpu, name), getattr(gpu, name), rtol=2e-2, atol=2e-2)
