"""Embeddings on their way to the heads."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.feeding import Feed
from store.progress import silent

CPU = torch.device("cpu")


def fed(embeddings: np.ndarray) -> np.ndarray:
    """All rows as the heads get them."""
    feed = Feed(embeddings.astype(np.float32), CPU, floats_per_row=60)
    feed.measure(silent)
    return feed.rows(np.arange(len(embeddings))).numpy()


def prepared(embeddings: np.ndarray) -> np.ndarray:
    """The same in the plainest way, in double precision."""
    units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    centred = units - units.mean(axis=0)
    return centred / np.sqrt((centred**2).sum(axis=1).mean())


@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e20])
def test_rows_are_made_unit_length_centred_and_of_one_size(scale: float):
    """Whatever the encoder's own scale is: squares neither overflow nor vanish."""
    embeddings = np.random.default_rng(0).normal(size=(50, 6)) + 2

    np.testing.assert_allclose(fed(embeddings * scale), prepared(embeddings), atol=1e-4)


def test_rows_of_zeros_and_a_single_row_are_no_division_by_zero():
    """They have no direction; they are simply where they are."""
    assert np.isfinite(fed(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))).all()
    assert fed(np.array([[3.0, 4.0]])).tolist() == [[0, 0]]


def test_blocks_do_not_show(monkeypatch):
    """One row at a time or all at once: the same mean and size."""
    embeddings = np.random.default_rng(0).normal(size=(50, 6))
    whole = fed(embeddings)
    monkeypatch.setattr("engine.feeding.BLOCK_BYTES", 1)

    np.testing.assert_allclose(fed(embeddings), whole, atol=1e-6)


def test_wide_outputs_make_short_blocks():
    """A thousand classes times five folds: the buffers stay within the limit."""
    embeddings = np.zeros((4, 768), dtype=np.float32)

    feed = Feed(embeddings, CPU, floats_per_row=30_000)

    assert feed.step * 4 * (2 * 768 + 30_000) <= 16 * 2**20
    blocks = list(feed.row_blocks(np.arange(10_000), multiple_of=64))
    assert all(len(block) % 64 == 0 for block in blocks[:-1])
    np.testing.assert_array_equal(np.concatenate(blocks), np.arange(10_000))


def test_a_file_is_read_not_changed(tmp_path: Path):
    """Memory-mapped for reading: what is prepared is a copy."""
    stored = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    np.save(tmp_path / "embeddings.npy", stored)
    mapped = np.load(tmp_path / "embeddings.npy", mmap_mode="r")

    fed(mapped)

    np.testing.assert_array_equal(mapped, stored)
