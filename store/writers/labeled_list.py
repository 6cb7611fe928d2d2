"""Labelled lists: one line per query and positive, its negatives in a list with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.writers.training_rows import groups, write_rows
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """query, docs, labels (1 for the positive, 0 for the others); and weights, a list."""
    return write_rows(copy, _rows(copy), path)


def _rows(copy: CleanCopy) -> Iterator[dict[str, Any]]:
    for one in groups(copy):
        if not one.negatives:
            continue
        for positive in one.positives:
            row: dict[str, Any] = {
                "query": one.anchor,
                "docs": [positive, *one.negatives],
                "labels": [1] + [0] * len(one.negatives),
            }
            if one.weights is not None:
                row["weights"] = [1.0, *one.weights]
            yield row


WRITER = Writer(
    "labeled-list", "Training lists with labels", ".lists.jsonl", write, needs="pairs", mines=True
)
