"""One table of pairs as texts: a query, a passage, and how relevant one is for the other."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError
from store.naming import name_of
from store.progress import Progress, silent
from store.readers.naming import plain
from store.readers.request import Guess, Request
from store.readers.retrieval.columns import columns_of, grades_of, read_columns, words_of
from store.readers.retrieval.judging import Lines, judgements_of
from store.readers.retrieval.layouts import Found, Layout
from store.readers.retrieval.naming import ending_of
from store.readers.retrieval.runs import with_runs
from store.readers.retrieval.sizes import lines_in
from store.readers.sniffing import load as load_table
from store.readers.values import is_text
from store.retrieval import Retrieval, Texts

ENDINGS = (".csv", ".tsv", ".parquet", ".jsonl")
QUERY = ("query", "anchor", "question")
PASSAGE = ("passage", "document", "doc")
GRADE = ("relevance", "relevance_grade", "rel", "grade", "score", "label")
POSITIVE, NEGATIVE = "positive", "negative"
LOOSE = ("score", "label")
"""These stand for relevance beside a query; beside a question they may be its answer."""
DIGITS = 16
"""Of the hash in an id: two of a million texts share it with probability 3e-8."""


@dataclass(frozen=True)
class _Columns:
    """Which column is what. grade: None where the table is of queries and their positives."""

    query: str
    passage: str
    grade: str | None
    negative: str | None = None


def recognises(path: Path) -> bool:
    """Its columns say so clearly, and its first rows agree: texts, and whole numbers as grades."""
    if not path.is_file() or ending_of(path.name) not in ENDINGS or path.suffix == ".gz":
        return False
    found = _columns(columns_of(path))
    return found is not None and _fits(path, found)


def preview(path: Path, request: Request) -> Found:
    """How many rows there are; queries and passages are counted when it is opened."""
    rows = lines_in(path, less=int(ending_of(path.name) in (".csv", ".tsv")))
    return Found({"judgements": rows}, _told(path))


def load(path: Path, request: Request, progress: Progress) -> tuple[Retrieval, tuple[Guess, ...]]:
    """The set, equal texts as one query or passage. Raises UserError for what has to be mended.

    An id is a hash of the text, so that it stays when rows come and go.
    """
    table, found = read_columns(path, progress), _columns(columns_of(path))
    assert found is not None
    asked, told = (words_of(table[name], path) for name in (found.query, found.passage))
    grade = np.ones(len(table), dtype=np.int64)
    if found.grade is not None:
        grade = grades_of(table[found.grade], path)
    number = np.arange(len(table))
    if found.negative is not None:
        against = words_of(table[found.negative], path)
        asked, told = pa.concat_arrays([asked, asked]), pa.concat_arrays([told, against])
        grade = np.concatenate([grade, np.zeros(len(table), dtype=np.int64)])
        number = np.concatenate([number, number])
    _check_filled(path, number, asked, told)
    queries, passages = _side(asked), _side(told)
    lines = Lines(path.name, _named(asked, queries), _named(told, passages), number, word="row")
    judgements, notes = judgements_of(lines, grade, queries, passages)
    retrieval, more = with_runs(
        Retrieval(name_of(path), queries, passages, judgements), None, request, progress
    )
    return retrieval, _told(path) + notes + more


def _columns(names: list[str]) -> _Columns | None:
    """What is what, by names alone; None where it is not clear beyond doubt."""
    called = {plain(name): name for name in reversed(names)}
    query = next((name for name in QUERY if name in called), None)
    if query is None:
        return None
    positive = called.get(POSITIVE)
    passage = next((called[name] for name in PASSAGE if name in called), None)
    if positive is not None and passage is None:
        return _Columns(called[query], positive, None, called.get(NEGATIVE))
    grades = [name for name in GRADE if name in called]
    if passage is None or not grades or (query == "question" and grades[0] in LOOSE):
        return None
    return _Columns(called[query], passage, called[grades[0]])


def _fits(path: Path, found: _Columns) -> bool:
    try:
        table = load_table(path, Request(), first_rows=True, progress=silent).table
        texts = [found.query, found.passage] + ([found.negative] if found.negative else [])
        if not all(is_text(table[name]) for name in texts):
            return False
        if found.grade is not None:
            grades_of(table[found.grade], path)
    except UserError:
        return False
    return True


def _told(path: Path) -> tuple[Guess, ...]:
    found = _columns(columns_of(path))
    assert found is not None
    names = ", ".join(name for name in vars(found).values() if name)
    why = "its columns are called so; name its column of text with --text to open it as one table"
    return (Guess("pairs", names, why),)


def _side(texts: pa.Array) -> Texts:
    """Each different text once, in order of appearance."""
    distinct = pc.cast(texts.unique(), pa.large_string())
    ids = [blake2b(text.encode(), digest_size=16).hexdigest() for text in distinct.to_pylist()]
    return Texts(pa.array([id_[:DIGITS] for id_ in ids], pa.string()), distinct)


def _named(texts: pa.Array, side: Texts) -> pa.Array:
    at = pc.index_in(pc.cast(texts, pa.large_string()), value_set=side.texts)
    return side.ids.take(at)


def _check_filled(path: Path, number: np.ndarray, *columns: pa.Array) -> None:
    for texts in columns:
        empty = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(texts), ""), True)
        rows = number[empty.to_numpy(zero_copy_only=False)]
        if len(rows):
            raise UserError(
                f"row {rows[0]} of {path.name} has no query or no passage ({len(rows):,} rows "
                "do). Fill both, or leave such rows out."
            )


LAYOUT = Layout(
    "a table of pairs (query, passage and relevance as columns)",
    recognises,
    preview,
    load,
    is_folder=False,
)
