"""Judgements from lines of a file: checked, and what had to be left out is told."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError
from store.readers.request import Guess
from store.retrieval import Judgements, Texts


@dataclass(frozen=True, eq=False)
class Lines:
    """l lines about pairs, as ids. number: (l,) int64 of the line, for whoever must mend it.

    word: what such a number counts, lines of a text file or rows of a table.
    """

    file: str
    query: pa.Array
    passage: pa.Array
    number: np.ndarray
    word: str = "line"

    def at(self, line: int) -> str:
        """Where a line is."""
        return f"{self.word} {self.number[line]} of {self.file}"


def graded_lines(file: str, found: Iterable[tuple[int, str, str, int]]) -> tuple[Lines, np.ndarray]:
    """(number, query, passage, grade) as columns, and (l,) int64 grades."""
    rows = list(found)
    lines = Lines(
        file,
        pa.array([row[1] for row in rows], pa.string()),
        pa.array([row[2] for row in rows], pa.string()),
        np.array([row[0] for row in rows], dtype=np.int64),
    )
    return lines, np.array([row[3] for row in rows], dtype=np.int64)


def whole(text: str, where: str) -> int:
    """A grade. Raises UserError for anything but a whole number.

    >>> whole("2", ""), whole("-2", ""), whole("1.0", "")
    (2, -2, 1)
    """
    try:
        grade = float(text)
        if grade == int(grade) and abs(grade) < 2**31:
            return int(grade)
    except (ValueError, OverflowError):
        pass
    raise UserError(
        f"the grade in {where} is {text!r}. A whole number was expected: 0 = not relevant, 1 or "
        "more = relevant."
    )


def judgements_of(
    lines: Lines, grade: np.ndarray, queries: Texts, passages: Texts
) -> tuple[Judgements, tuple[Guess, ...]]:
    """The judgements as positions, sorted by query and passage.

    Left out and told: those of passages that are not in the corpus, and repeated lines. A grade
    below 0 (TREC's spam) counts as 0. Raises UserError for a query that is not there, for a pair
    judged twice with different grades, and where nothing is left.
    """
    query, passage = positions(lines.query, queries), positions(lines.passage, passages)
    if (query < 0).any():
        first = int((query < 0).argmax())
        raise UserError(
            f"{lines.at(first)} judges the query {lines.query[first].as_py()!r}, which is not "
            f"among the {len(queries):,} queries ({int((query < 0).sum()):,} lines do). Add these "
            "queries, or leave their judgements out."
        )
    notes = []
    there = passage >= 0
    if not there.any():
        raise UserError(
            f"none of the {len(there):,} judgements in {lines.file} names a passage of the corpus "
            f"(the first is about {lines.passage[0].as_py() if len(there) else 'nothing'!r}). "
            "Bring the corpus that was judged."
        )
    if not there.all():
        why = f"of {len(there):,}: their passages are not in the corpus"
        notes.append(Guess("judgements left out", f"{int((~there).sum()):,}", why))
    below = int((grade[there] < 0).sum())
    if below:
        why = "a grade below 0 (spam, in TREC's files) counts as 0, not relevant"
        notes.append(Guess("grades below 0", f"{below:,}", why))
    rows = np.flatnonzero(there)
    key = query[rows] * len(passages) + passage[rows]
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    again = np.flatnonzero(key[1:] == key[:-1])
    if len(again):
        differ = again[np.maximum(grade[rows], 0)[again] != np.maximum(grade[rows], 0)[again + 1]]
        if len(differ):
            one, two = rows[differ[0]], rows[differ[0] + 1]
            raise UserError(
                f"{lines.at(one)} and {lines.at(two)} judge the same pair (query "
                f"{lines.query[one].as_py()!r}, passage {lines.passage[one].as_py()!r}) with the "
                f"grades {grade[one]} and {grade[two]}. Leave one of them out."
            )
        why = "these pairs were judged before, with the same grade"
        notes.append(Guess("repeated judgements", f"{len(again):,}", why))
        rows = np.delete(rows, again + 1)
    grades = np.maximum(grade[rows], 0).astype(np.int64)
    return Judgements(query[rows], passage[rows], grades), tuple(notes)


def positions(ids: pa.Array, side: Texts) -> np.ndarray:
    """(l,) int64 where each id stands on its side; -1 = nowhere."""
    found = pc.fill_null(pc.index_in(ids, value_set=side.ids), -1)
    return found.to_numpy(zero_copy_only=False).astype(np.int64)
