"""Three tables: passages, queries and judgements, each with named columns; runs beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError
from store.naming import name_of
from store.progress import Progress
from store.readers.folder import files_in
from store.readers.request import Guess, Request
from store.readers.retrieval.columns import column, columns_of, grades_of, read_columns, words_of
from store.readers.retrieval.judging import Lines, judgements_of
from store.readers.retrieval.layouts import Found, Layout
from store.readers.retrieval.naming import PACKED, column_of, ending_of, part_of, set_of
from store.readers.retrieval.runs import RunLines, runs_of, with_runs
from store.readers.retrieval.sides import ID, Line, Side, texts_of, titled, with_vectors
from store.readers.retrieval.sizes import lines_in
from store.retrieval import Retrieval, Run, Texts

ENDINGS = (".parquet", ".csv", ".tsv", ".jsonl")
HEADED = (".csv", ".tsv")


@dataclass(frozen=True)
class _Set:
    """The files of one retrieval set. name: what they have in common, often nothing."""

    name: str
    passages: Path
    queries: Path
    judgements: Path
    runs: Path | None

    def all(self) -> tuple[Path, ...]:
        """Every file of it."""
        found = (self.passages, self.queries, self.judgements, self.runs)
        return tuple(file for file in found if file is not None)


def recognises(path: Path) -> bool:
    """A folder with such tables, or one set's table of judgements in a folder of several."""
    if path.is_dir():
        return bool(_sets(path))
    return path.is_file() and part_of(path.name) == "judgements" and _of_file(path) is not None


def preview(path: Path, request: Request) -> Found:
    """How many there are."""
    one = _one(path)
    counts = {
        part: lines_in(file, less=int(ending_of(file.name) in HEADED))
        for part, file in (
            ("queries", one.queries),
            ("passages", one.passages),
            ("judgements", one.judgements),
        )
    }
    notes = _grade_note(one, request)
    return Found(counts | {"runs": None if one.runs else 0}, notes)


def load(path: Path, request: Request, progress: Progress) -> tuple[Retrieval, tuple[Guess, ...]]:
    """The set. Raises UserError for what has to be mended."""
    one, home = _one(path), path if path.is_dir() else path.parent
    notes = _grade_note(one, request)
    named: dict[Side, Path] = {"passages": one.passages, "queries": one.queries}
    sides: dict[Side, Texts] = {}
    for side, file in named.items():
        texts, told = texts_of(_lines(file, side, progress), file.name, side, word="row")
        beside = (f"{file.name.split('.')[0]}.npy",)
        sides[side] = with_vectors(texts, side, home, request, beside)
        notes += told
    queries, passages = sides["queries"], sides["passages"]
    table = read_columns(one.judgements, progress)
    grade = column(table, "grade", one.judgements, named=request.label)
    lines = _pair_lines(table, one.judgements)
    judgements, told = judgements_of(
        lines, grades_of(table[grade], one.judgements), queries, passages
    )
    runs, more = _runs(one.runs, queries, passages, progress)
    name = one.name or name_of(path)
    retrieval, last = with_runs(
        Retrieval(name, queries, passages, judgements, runs),
        path if path.is_dir() else None,
        request,
        progress,
    )
    return retrieval, notes + told + more + last


def files(path: Path) -> tuple[Path, ...]:
    """The other tables of a set that is named by its judgements."""
    one = None if path.is_dir() else _of_file(path)
    return () if one is None else one.all()


def _lines(file: Path, side: Side, progress: Progress) -> Iterator[Line]:
    table = read_columns(file, progress)
    names = table.column_names
    ids = words_of(table[column(table, ID[side], file)], file)
    text, title = column_of("text", names), column_of("title", names)
    if text is None and title is None:
        column(table, "text", file)
    for start in range(0, len(ids), 16_384):
        part = slice(start, start + 16_384)
        texts = [
            words_of(table[name][part], file).to_pylist() if name else [""] * len(ids[part])
            for name in (title, text)
        ]
        for at, (id_, *words) in enumerate(zip(ids[part].to_pylist(), *texts, strict=True)):
            if not id_:
                raise UserError(
                    f"row {start + at} of {file.name} has no {ID[side]}. Every row needs one."
                )
            yield start + at, id_, titled(*words)


def _pair_lines(table: pa.Table, file: Path) -> Lines:
    query, passage = (
        words_of(table[column(table, part, file)], file) for part in ("query id", "passage id")
    )
    return Lines(file.name, query, passage, np.arange(len(table)), word="row")


def _runs(
    file: Path | None, queries: Texts, passages: Texts, progress: Progress
) -> tuple[tuple[Run, ...], tuple[Guess, ...]]:
    if file is None:
        return (), ()
    table = read_columns(file, progress)
    names, n = table.column_names, len(table)
    rank, score = column_of("rank", names), column_of("score", names)
    if rank is None and score is None:
        column(table, "rank", file)
    system = column_of("system", names)
    try:
        found = RunLines(
            _pair_lines(table, file),
            np.zeros(n, np.int64) if rank is None else _numbers(table[rank]).astype(np.int64),
            np.full(n, np.nan) if score is None else _numbers(table[score]),
            pa.array([file.stem] * n) if system is None else words_of(table[system], file),
        )
    except (pa.ArrowException, ValueError) as problem:
        raise UserError(
            f"a rank or score in {file.name} is no number ({problem}). Write numbers; high scores "
            "are in front."
        ) from problem
    runs, notes = runs_of(found, file.name, queries, passages, by_tag=True)
    return tuple(runs), tuple(notes)


def _numbers(values: pa.ChunkedArray) -> np.ndarray:
    array: np.ndarray = pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False)
    return array


def _grade_note(one: _Set, request: Request) -> tuple[Guess, ...]:
    names = columns_of(one.judgements)
    chosen = request.label or column_of("grade", names)
    why = "you named it" if request.label else "it goes by the name of a grade"
    return (Guess("label", chosen, why, tuple(names)),)


def _one(path: Path) -> _Set:
    if path.is_file():
        found = _of_file(path)
        assert found is not None
        return found
    sets = _sets(path)
    if len(sets) > 1:
        raise UserError(
            f"{path} holds {len(sets)} retrieval sets: {', '.join(one.name for one in sets)}. "
            f"Open one of them by its judgements, as in {sets[0].judgements}."
        )
    return sets[0]


def _of_file(path: Path) -> _Set | None:
    return next((one for one in _sets(path.parent) if one.judgements == path), None)


def _sets(folder: Path) -> list[_Set]:
    """Every set whose three tables are there, by name. Judgements have named columns."""
    parts: dict[str, dict[str, list[Path]]] = {}
    # By ending first: a folder of pictures may hold a million names.
    for name in (one for one in files_in(folder) if ending_of(one) in ENDINGS):
        part = part_of(name)
        if part is not None and not name.lower().endswith(PACKED):
            parts.setdefault(set_of(name), {}).setdefault(part, []).append(folder / name)
    sets = []
    for name, files in sorted(parts.items()):
        if not {"passages", "queries", "judgements"} <= files.keys():
            continue
        if any(len(files[part]) > 1 for part in ("passages", "queries", "judgements")):
            continue
        judgements = files["judgements"][0]
        names = columns_of(judgements)
        if all(column_of(part, names) for part in ("query id", "passage id")):
            runs = files.get("runs", [None])[0]
            sets.append(_Set(name, files["passages"][0], files["queries"][0], judgements, runs))
    return sets


LAYOUT = Layout(
    "three tables (*docs, *queries and *qrels as .parquet, .csv or .jsonl)",
    recognises,
    preview,
    load,
    files=files,
)
