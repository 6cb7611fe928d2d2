"""New judgements: those that were given, and those of the reviewers, with who, when and what."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from store.standing import SETTLED, grades_of
from store.verdicts import UNDECIDED
from store.writers.writer import CleanCopy, Facts

PROVENANCE = "provenance.jsonl"


def judged_rows(copy: CleanCopy) -> np.ndarray:
    """(m,) rows with a grade: judged ones, and those settled now. Nothing is made of a guess.

    A pair that nobody judged and nobody decided is not written, not even as 0.
    """
    pairs = copy.dataset.pairs
    assert pairs is not None
    settled = np.isin(copy.applied.actions, SETTLED)
    kept = np.zeros(len(copy.dataset), dtype=bool)
    kept[copy.rows] = True
    is_out = np.isin(copy.applied.actions, ("drop",))
    return np.flatnonzero(kept & (pairs.judged | settled) & ~is_out)


def lines(copy: CleanCopy, rows: np.ndarray) -> Iterator[tuple[str, str, int]]:
    """(query, passage, grade) of some rows."""
    pairs = copy.dataset.pairs
    assert pairs is not None
    grades = grades_of(copy.dataset, copy.applied)
    for row in rows.tolist():
        query = pairs.queries.id_of(pairs.query[row])
        yield query, pairs.passages.id_of(pairs.passage[row]), int(grades[row])


def write_provenance(copy: CleanCopy, path: Path) -> Facts:
    """One line per pair that somebody decided, also where it is not among the judgements."""
    pairs = copy.dataset.pairs
    assert pairs is not None
    given = np.array([int(name) for name in copy.dataset.classes])[copy.dataset.labels]
    rows = np.flatnonzero(copy.applied.actions != UNDECIDED)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row, found in zip(rows.tolist(), lines(copy, rows), strict=True):
            verdict = copy.applied.verdicts[copy.dataset.id_of(row)]
            told = {
                "query": found[0],
                "passage": found[1],
                "given": int(given[row]) if pairs.judged[row] else None,
                "action": verdict.action,
                "grade": found[2] if verdict.action in SETTLED else None,
                "reviewer": ", ".join(verdict.reviewers),
                "at": verdict.at.isoformat(timespec="microseconds"),
                "note": verdict.note,
                "decision_id": verdict.decision_id,
            }
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return {"decided": len(rows)}
