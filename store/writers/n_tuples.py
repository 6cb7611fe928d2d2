"""n-tuples: one line per query and positive, with all negatives beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.writers.training_rows import groups, write_rows
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """anchor, positive, negative_1 …; and weights, a list. A query that lacks a negative is not
    written: every line has the same columns."""
    short = sum(len(one.negatives) < one.wanted for one in groups(copy))
    return {**write_rows(copy, _rows(copy), path), "queries_with_too_few_negatives": short}


def _rows(copy: CleanCopy) -> Iterator[dict[str, Any]]:
    for one in groups(copy):
        if len(one.negatives) < one.wanted:
            continue
        negatives = {f"negative_{at}": text for at, text in enumerate(one.negatives, 1)}
        for positive in one.positives:
            row = {"anchor": one.anchor, "positive": positive, **negatives}
            yield row if one.weights is None else {**row, "weights": list(one.weights)}


WRITER = Writer(
    "n-tuples", "Training n-tuples", ".n-tuples.jsonl", write, needs="pairs", mines=True
)
