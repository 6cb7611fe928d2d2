"""BEIR's layout: corpus.jsonl, queries.jsonl and a folder qrels with a .tsv per split."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from store.errors import UserError
from store.naming import name_of
from store.progress import Progress
from store.readers.request import Guess, Request
from store.readers.retrieval.judging import (
    Lines,
    graded_lines,
    judgements_of,
    positions,
    whole,
)
from store.readers.retrieval.layouts import Found, Layout
from store.readers.retrieval.lines import SHOWN, lines_of
from store.readers.retrieval.naming import COLUMNS, PACKED, ending_of
from store.readers.retrieval.runs import run_files, with_runs
from store.readers.retrieval.sides import side_of, with_vectors
from store.readers.retrieval.sizes import lines_in
from store.retrieval import Retrieval, Texts

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
FIRST = "test"
"""Of several splits the one that is opened unless another is named: the one people measure on."""


def recognises(path: Path) -> bool:
    """The two files and the folder are there."""
    has_both = all(_file(path, name) is not None for name in (CORPUS, QUERIES))
    return path.is_dir() and has_both and bool(_splits(path))


def preview(path: Path, request: Request) -> Found:
    """How many there are, and which split."""
    split, notes = _chosen(path, request)
    return Found(
        {
            "queries": lines_in(_there(path, QUERIES)),
            "passages": lines_in(_there(path, CORPUS)),
            "judgements": lines_in(_splits(path)[split], less=1),
            "runs": len(run_files(path)),
        },
        notes,
    )


def load(path: Path, request: Request, progress: Progress) -> tuple[Retrieval, tuple[Guess, ...]]:
    """The set with the judgements of one split. Raises UserError for what has to be mended."""
    split, notes = _chosen(path, request)
    qrels = _splits(path)[split]
    lines, grade = graded_lines(qrels.name, _qrels(qrels, progress))
    passages, told = side_of(_there(path, CORPUS), "passages", progress)
    queries, more = side_of(_there(path, QUERIES), "queries", progress)
    notes += told + more
    passages = with_vectors(passages, "passages", path, request)
    queries = with_vectors(queries, "queries", path, request)
    if len(_splits(path)) > 1:
        queries, said = _of_split(queries, lines, split)
        notes += said
    judgements, told = judgements_of(lines, grade, queries, passages)
    retrieval = Retrieval(name_of(path), queries, passages, judgements)
    retrieval, last = with_runs(retrieval, path, request, progress)
    return retrieval, notes + told + last


def _chosen(path: Path, request: Request) -> tuple[str, tuple[Guess, ...]]:
    splits = tuple(_splits(path))
    if request.split:
        if request.split not in splits:
            raise UserError(
                f"There is no split {request.split!r} in {path / QRELS}. It holds "
                f"{', '.join(splits)}; name one of them with --split."
            )
        return request.split, (Guess("split", request.split, "you named it", splits),)
    if len(splits) == 1:
        return splits[0], (Guess("split", splits[0], "it is the only one", splits),)
    if FIRST not in splits:
        raise UserError(
            f"{path / QRELS} holds the splits {', '.join(splits)}, and none is called {FIRST}. "
            f"Name one of them, as in --split {splits[0]}."
        )
    others = ", ".join(name for name in splits if name != FIRST)
    return FIRST, (Guess("split", FIRST, f"people measure on it; there is also {others}", splits),)


def _qrels(path: Path, progress: Progress) -> Iterator[tuple[int, str, str, int]]:
    """query-id <tab> corpus-id <tab> score, under a header or not."""
    for place, (at, line) in enumerate(lines_of(path, progress)):
        parts = [part.strip() for part in line.split("\t")]
        # Some sets come without the header, which is told by its last cell: it is no number.
        if place == 0 and parts[-1].lower() in COLUMNS["grade"]:
            continue
        if len(parts) != 3 or not all(parts):
            raise UserError(
                f"line {at} of {path.name} is not a judgement: {line[:SHOWN]}. Expected were "
                "query-id, corpus-id and score with tabs between them."
            )
        yield at, parts[0], parts[1], whole(parts[2], f"line {at} of {path.name}")


def _of_split(queries: Texts, lines: Lines, split: str) -> tuple[Texts, tuple[Guess, ...]]:
    """The queries that the split judges: those of other splits are another set's."""
    at = positions(lines.query, queries)
    rows = np.unique(at[at >= 0])
    if len(rows) == len(queries) or not len(rows):
        return queries, ()
    vectors = None if queries.embeddings is None else queries.embeddings[rows]
    taken = pa.array(rows)
    why = f"of {len(queries):,}: the split {split} does not judge the others"
    note = Guess("queries", f"{len(rows):,}", why)
    return Texts(queries.ids.take(taken), queries.texts.take(taken), vectors), (note,)


def _splits(path: Path) -> dict[str, Path]:
    """Name -> file, by name."""
    folder = path / QRELS
    if not folder.is_dir():
        return {}
    found = sorted(one for one in folder.iterdir() if ending_of(one.name) == ".tsv")
    return {
        one.name.removesuffix(PACKED).rsplit(".", 1)[0]: one
        for one in found
        if one.is_file() and not one.name.startswith(".")
    }


def _file(path: Path, name: str) -> Path | None:
    return next((one for one in (path / name, path / f"{name}{PACKED}") if one.is_file()), None)


def _there(path: Path, name: str) -> Path:
    found = _file(path, name)
    if found is None:
        raise UserError(f"{path} has lost its {name} while it was read. Open it again.")
    return found


LAYOUT = Layout(
    "a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv)", recognises, preview, load
)
