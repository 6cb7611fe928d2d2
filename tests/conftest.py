"""What tests of several folders build on: small datasets made on the spot."""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pytest

from store.dataset import Dataset, Roles
from tests.postgresql import PostgreSQL, server, skip_or_fail

MakeDataset = Callable[..., Dataset]


@pytest.fixture(scope="session")
def make_dataset() -> MakeDataset:
    """A function that makes a Dataset of texts from labels: make_dataset(["cat", "dog", None])."""

    def make(
        labels: list[str | None],
        *,
        ids: list[str] | None = None,
        texts: list[str] | None = None,
        embeddings: np.ndarray | None = None,
        pred_probs: np.ndarray | None = None,
        **columns: list[object],
    ) -> Dataset:
        n = len(labels)
        table = pa.table(
            {
                "id": ids or [f"row-{row}" for row in range(n)],
                "label": pa.array(labels, type=pa.string()),
                "text": texts or [f"text {row}" for row in range(n)],
                **columns,
            }
        )
        classes = tuple(sorted({label for label in labels if label is not None}))
        content = np.zeros((n, 16), dtype=np.uint8)
        content[:, :8] = np.arange(n, dtype="<u8").view(np.uint8).reshape(n, 8)
        return Dataset(
            name="made",
            table=table,
            roles=Roles(id="id", label="label", text="text"),
            classes=classes,
            labels=np.array(
                [-1 if x is None else classes.index(x) for x in labels], dtype=np.int64
            ),
            content=content,
            embeddings=embeddings,
            pred_probs=pred_probs,
        )

    return make


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server; a test without it is skipped, or fails where SECOND_LOOK_REQUIRE_POSTGRESQL=1."""
    skip_or_fail()
    with server() as running:
        yield running
