"""A dataset of made pictures of any size, opened and audited once and kept."""

import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.audit import audit
from store.dataset import Dataset, Roles
from store.opening import open_in_memory
from store.workspace import Workspace

WIDTH = 32


def workspace(folder: Path, n: int) -> Path:
    """A dataset of n made pictures, opened and audited."""
    where = folder / f"{n}.secondlook"
    if not where.exists():
        began = time.monotonic()
        open_in_memory(made(n), where)
        print(f"{n:,} rows opened in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    space = Workspace(where)
    audit(space.load(), space)
    print(f"{n:,} rows audited in {time.monotonic() - began:.0f} s")
    return where


def made(n: int) -> Dataset:
    """Ten kinds of pictures with noise; the embedding is a projection of the pixels."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 10, n)
    kinds = rng.random((10, 8, 8), dtype=np.float32)
    images = np.empty((n, 8, 8), dtype=np.uint8)
    embeddings = np.empty((n, WIDTH), dtype=np.float32)
    turn = rng.normal(size=(64, WIDTH)).astype(np.float32)
    for start in range(0, n, 100_000):
        rows = slice(start, min(start + 100_000, n))
        kind = kinds[truth[rows]]
        pixels = np.clip(kind + rng.normal(scale=0.25, size=kind.shape), 0, 1)
        images[rows] = pixels * 255
        embeddings[rows] = pixels.reshape(len(pixels), 64).astype(np.float32) @ turn
    given = np.where(rng.random(n) < 0.1, (truth + rng.integers(1, 10, n)) % 10, truth)
    classes = tuple("0123456789")
    table = pa.table(
        {"id": pa.array([f"picture-{row:07}" for row in range(n)]),
         "label": pa.array(classes).take(pa.array(given)).cast(pa.string())}
    )  # fmt: skip
    content = np.zeros((n, 16), dtype=np.uint8)
    content[:, :8] = np.arange(n, dtype="<u8").view(np.uint8).reshape(n, 8)
    return Dataset(
        name=f"{n:,} pictures",
        table=table,
        roles=Roles(id="id", label="label"),
        classes=classes,
        labels=given.astype(np.int64),
        content=content,
        embeddings=embeddings,
        images=images,
    )
