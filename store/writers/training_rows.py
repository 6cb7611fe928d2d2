"""Rows of training data as JSONL, with the columns that sentence-transformers reads."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.mined import NO_NEGATIVE
from store.writers.writer import CleanCopy, Facts


@dataclass(frozen=True)
class Group:
    """One query as texts: its positives, its negatives, the weight of each negative.

    weights: None where the user wants none. wanted: how many negatives were to be found.
    """

    anchor: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    weights: tuple[float, ...] | None
    wanted: int


def groups(copy: CleanCopy) -> Iterator[Group]:
    """Every query that has a positive, in the order of the data."""
    mined, pairs = copy.mined, copy.dataset.pairs
    assert mined is not None
    assert pairs is not None
    for at, query in enumerate(mined.query.tolist()):
        own = mined.positive[mined.starts[at] : mined.starts[at + 1]]
        there = mined.negative[at] != NO_NEGATIVE
        weights = None
        if mined.weight is not None:
            # Six digits: the shortest form of a float32 may differ between machines.
            weights = tuple(round(float(one), 6) for one in mined.weight[at][there])
        yield Group(
            pairs.queries.text_of(query),
            tuple(pairs.passages.text_of(one) for one in own),
            tuple(pairs.passages.text_of(one) for one in mined.negative[at][there]),
            weights,
            mined.negative.shape[1],
        )


def write_rows(copy: CleanCopy, rows: Iterable[dict[str, Any]], path: Path) -> Facts:
    """One object per line, its keys in their order; returns what was mined, for the manifest."""
    assert copy.mined is not None
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return {"rows_out": count, "mined": copy.mined.facts}
