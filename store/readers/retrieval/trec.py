"""TREC's layout: qrels as "qid 0 docid grade", topics and a collection, runs beside them."""

from collections.abc import Iterator
from pathlib import Path

from store.errors import UserError
from store.naming import name_of
from store.progress import Progress
from store.readers.folder import files_in
from store.readers.request import Guess, Request
from store.readers.retrieval.elements import is_marked_up
from store.readers.retrieval.judging import graded_lines, judgements_of, whole
from store.readers.retrieval.layouts import Found, Layout
from store.readers.retrieval.lines import SHOWN, first_line, lines_of
from store.readers.retrieval.naming import ending_of, part_of
from store.readers.retrieval.runs import run_files, with_runs
from store.readers.retrieval.sides import side_of, with_vectors
from store.readers.retrieval.sizes import lines_in
from store.retrieval import Retrieval

ENDINGS = (".tsv", ".txt", ".jsonl", ".xml", ".sgml", ".sgm", ".trectext")
"""Of the queries and the collection."""


def recognises(path: Path) -> bool:
    """Judgements of four fields, and files called like queries and a collection."""
    if not path.is_dir():
        return False
    return bool(_files(path, "queries") and _files(path, "passages") and _qrels_in(path))


def preview(path: Path, request: Request) -> Found:
    """How many there are."""
    qrels, notes = _chosen(path, request)
    return Found(
        {
            "queries": _count(_one(path, "queries")),
            "passages": _count(_one(path, "passages")),
            "judgements": lines_in(qrels),
            "runs": len(run_files(path)),
        },
        notes,
    )


def load(path: Path, request: Request, progress: Progress) -> tuple[Retrieval, tuple[Guess, ...]]:
    """The set. Raises UserError for what has to be mended."""
    qrels, notes = _chosen(path, request)
    lines, grade = graded_lines(qrels.name, _qrels(qrels, progress))
    passages, told = side_of(_one(path, "passages"), "passages", progress)
    queries, more = side_of(_one(path, "queries"), "queries", progress)
    passages = with_vectors(passages, "passages", path, request)
    queries = with_vectors(queries, "queries", path, request)
    judgements, said = judgements_of(lines, grade, queries, passages)
    retrieval = Retrieval(name_of(path), queries, passages, judgements)
    retrieval, last = with_runs(retrieval, path, request, progress)
    return retrieval, notes + told + more + said + last


def _count(path: Path) -> int | None:
    """How many a file has; of marked-up ones it is not known before they are read."""
    return None if is_marked_up(path) else lines_in(path)


def _qrels(path: Path, progress: Progress) -> Iterator[tuple[int, str, str, int]]:
    """qid, iteration, docid, grade."""
    for at, line in lines_of(path, progress):
        parts = line.split()
        if len(parts) != 4:
            raise UserError(
                f"line {at} of {path.name} is not a judgement: {line[:SHOWN]}. Expected were "
                "query, 0, passage and grade, as in: q1 0 d7 2."
            )
        yield at, parts[0], parts[2], whole(parts[3], f"line {at} of {path.name}")


def is_qrels(path: Path) -> bool:
    """Its first line is four fields, the last one a whole number, and so is no header."""
    line = first_line(path)
    # Three fields with tabs between are BEIR's, whose ids may hold spaces.
    parts = line.split()
    return len(parts) == 4 and parts[3].lstrip("-").isdigit() and line.count("\t") != 2


def _chosen(path: Path, request: Request) -> tuple[Path, tuple[Guess, ...]]:
    found = {one.name: one for one in _qrels_in(path)}
    names = tuple(found)
    if request.split:
        fitting = [one for name, one in found.items() if request.split in (name, one.stem)]
        if not fitting:
            raise UserError(
                f"There is no file of judgements called {request.split!r} in {path}. It holds "
                f"{', '.join(names)}; name one of them with --split."
            )
        return fitting[0], (Guess("split", fitting[0].name, "you named it", names),)
    if len(found) > 1:
        raise UserError(
            f"{path} holds several files of judgements: {', '.join(names)}. Name one of them, as "
            f"in --split {names[0]}."
        )
    return found[names[0]], (Guess("split", names[0], "it is the only one", names),)


def _qrels_in(path: Path) -> list[Path]:
    inner = path / "qrels"
    places = [path / name for name in files_in(path) if part_of(name) == "judgements"]
    if inner.is_dir():
        places += [inner / name for name in files_in(inner)]
    return [place for place in places if is_qrels(place)]


def _files(path: Path, part: str) -> list[Path]:
    return [
        path / name
        for name in files_in(path)
        if ending_of(name) in ENDINGS and part_of(name) == part
    ]


def _one(path: Path, part: str) -> Path:
    found = _files(path, part)
    if len(found) != 1:
        raise UserError(
            f"{path} holds {len(found)} files of {part}: "
            f"{', '.join(one.name for one in found)}. Leave one of them in the folder."
        )
    return found[0]


LAYOUT = Layout(
    "a TREC folder (qrels of four fields; queries and collection as .tsv, .jsonl or marked up)",
    recognises,
    preview,
    load,
)
