"""Pairs with a label: one line per query and passage, 1 = relevant, 0 = not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.writers.training_rows import groups, write_rows
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """query, passage, label; and weight, where suspected positives are weighted."""
    return write_rows(copy, _rows(copy), path)


def _rows(copy: CleanCopy) -> Iterator[dict[str, Any]]:
    for one in groups(copy):
        weights = one.weights or (1.0,) * len(one.negatives)
        told = [(positive, 1, 1.0) for positive in one.positives]
        told += [
            (negative, 0, weight) for negative, weight in zip(one.negatives, weights, strict=True)
        ]
        for passage, label, weight in told:
            row = {"query": one.anchor, "passage": passage, "label": label}
            yield row if one.weights is None else {**row, "weight": weight}


WRITER = Writer(
    "pairs", "Training pairs with labels", ".pairs.jsonl", write, needs="pairs", mines=True
)
