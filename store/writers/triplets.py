"""Triplets: one line per query, positive and negative."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.writers.training_rows import groups, write_rows
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """anchor, positive, negative; and weight, where suspected positives are weighted."""
    return write_rows(copy, _rows(copy), path)


def _rows(copy: CleanCopy) -> Iterator[dict[str, Any]]:
    for one in groups(copy):
        for positive in one.positives:
            for at, negative in enumerate(one.negatives):
                row = {"anchor": one.anchor, "positive": positive, "negative": negative}
                yield row if one.weights is None else {**row, "weight": one.weights[at]}


WRITER = Writer(
    "triplets", "Training triplets", ".triplets.jsonl", write, needs="pairs", mines=True
)
