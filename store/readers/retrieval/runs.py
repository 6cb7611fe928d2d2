"""What systems returned: run files in TREC's form, found in a folder or named by the user."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from store.errors import UserError
from store.progress import Progress
from store.readers.request import Guess, Request
from store.readers.retrieval.judging import Lines, positions
from store.readers.retrieval.lines import SHOWN, first_line, lines_of
from store.readers.retrieval.naming import ending_of, part_of
from store.retrieval import Retrieval, Run, Texts

ENDINGS = (".run", ".trec")
FIELDS = 6
"""qid Q0 docid rank score tag."""


@dataclass(frozen=True, eq=False)
class RunLines:
    """Lines of one file. rank: (l,) int64 as written; score: (l,) float64; tag: (l,) strings."""

    lines: Lines
    rank: np.ndarray
    score: np.ndarray
    tag: pa.Array


def with_runs(
    retrieval: Retrieval, folder: Path | None, request: Request, progress: Progress
) -> tuple[Retrieval, tuple[Guess, ...]]:
    """The same with the runs found in the folder and named, and the cross-encoder's scores."""
    named = [_named(one, folder) for one in request.runs]
    scorer = None if not request.cross_encoder else _named(request.cross_encoder, folder)
    found = [] if folder is None else [*run_files(folder), *named]
    files = list(dict.fromkeys(path.resolve() for path in found or named))
    sides = retrieval.queries, retrieval.passages
    notes: list[Guess] = []
    runs = list(retrieval.runs)
    for path in files:
        if scorer is None or path != scorer.resolve():
            made, told = runs_of(run_lines(path, progress), path.name, *sides)
            runs += made
            notes += told
    cross_encoder = retrieval.cross_encoder
    if scorer is not None:
        [cross_encoder, *more], told = runs_of(run_lines(scorer, progress), scorer.name, *sides)
        if more or not np.isfinite(cross_encoder.score).all():
            raise UserError(
                f"{scorer.name} is no file of cross-encoder scores: "
                f"{'it holds several runs' if more else 'a score is missing'}. One number per "
                "pair was expected, as in: q1 Q0 d7 1 0.93 model."
            )
        notes += told
    return (
        Retrieval(retrieval.name, *sides, retrieval.judgements, _apart(runs), cross_encoder),
        tuple(notes),
    )


def run_files(folder: Path) -> list[Path]:
    """Files of a folder that hold runs: all in runs/, *.run and *.trec, by name and first line."""
    inner = folder / "runs"
    found = sorted(inner.iterdir()) if inner.is_dir() else []
    found += sorted(path for path in folder.iterdir() if ending_of(path.name) in ENDINGS)
    return [
        path
        for path in found
        if path.is_file()
        and not path.name.startswith(".")
        and part_of(path.name) in (None, "runs")
        and (ending_of(path.name) == ".run" or len(first_line(path).split()) == FIELDS)
    ]


def run_lines(path: Path, progress: Progress) -> RunLines:
    """A file in TREC's form. Raises UserError for a line of anything else."""
    quick = _quick(path)
    return _line_by_line(path, progress) if quick is None else quick


def _quick(path: Path) -> RunLines | None:
    """A file that is the same on every line, a million of them in a second; None = it is not."""
    line = first_line(path)
    between = next((sign for sign in (" ", "\t") if len(line.split(sign)) == FIELDS), None)
    if between is None:
        return None
    kinds = dict.fromkeys(("query", "zero", "passage", "tag"), pa.string())
    kinds = {**kinds, "rank": pa.int64(), "score": pa.float64()}
    try:
        table = pcsv.read_csv(
            path,
            pcsv.ReadOptions(column_names=["query", "zero", "passage", "rank", "score", "tag"]),
            pcsv.ParseOptions(delimiter=between, quote_char=False, ignore_empty_lines=False),
            pcsv.ConvertOptions(column_types=kinds, null_values=[], strings_can_be_null=False),
        )
    except (pa.ArrowException, OSError, UnicodeError):
        return None  # a line of it is another: told with its number
    query, passage, tag = (
        pc.utf8_trim_whitespace(table[name].combine_chunks())
        for name in ("query", "passage", "tag")
    )
    if pc.any(pc.is_in(pa.array([""]), value_set=pa.concat_arrays([query, passage, tag]))).as_py():
        return None
    lines = Lines(path.name, query, passage, np.arange(1, len(table) + 1))
    rank, score = (table[name].to_numpy(zero_copy_only=False) for name in ("rank", "score"))
    return RunLines(lines, rank, score, tag)


def _line_by_line(path: Path, progress: Progress) -> RunLines:
    query, passage, tag, rank, score, number = [], [], [], [], [], []
    for at, line in lines_of(path, progress):
        parts = line.split()
        try:
            asked, _, found, place, value, system = parts
            rank.append(int(place))
            score.append(float(value))
        except ValueError as problem:
            raise UserError(
                f"line {at} of {path.name} is not a line of a run: {line[:SHOWN]}. Expected was "
                "query, Q0, passage, rank, score and name, as in: q1 Q0 d7 1 12.5 bm25."
            ) from problem
        query.append(asked)
        passage.append(found)
        tag.append(system)
        number.append(at)
    if not query:
        raise UserError(f"{path.name} is empty. At least one line of a run was expected.")
    lines = Lines(
        path.name,
        pa.array(query, pa.string()),
        pa.array(passage, pa.string()),
        np.array(number, dtype=np.int64),
    )
    return RunLines(
        lines, np.array(rank, dtype=np.int64), np.array(score, dtype=np.float64), pa.array(tag)
    )


def runs_of(
    found: RunLines, file: str, queries: Texts, passages: Texts, *, by_tag: bool = False
) -> tuple[list[Run], list[Guess]]:
    """The runs of one file, called like it, or by their tags where it holds several (or by_tag).

    Ranks are places from 1 by score, as TREC's own measures count them (ties, and lines without a
    score, by the rank written). Lines about queries and passages that are not there are left out
    and told; the others keep their places.
    """
    tags = found.tag.unique().to_pylist()
    whose = np.zeros(len(found.rank), dtype=np.int64)
    if len(tags) > 1:
        codes = found.tag.dictionary_encode().indices
        whose = codes.to_numpy(zero_copy_only=False).astype(np.int64)
    query, passage = positions(found.lines.query, queries), positions(found.lines.passage, passages)
    _check_pairs_once(found.lines, whose)
    asked = found.lines.query.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    value = np.where(np.isfinite(found.score), found.score, -np.inf)
    order = np.lexsort((found.rank, -value, asked, whose))
    groups = whose[order] * (int(asked.max()) + 1) + asked[order]
    _, starts, sizes = np.unique(groups, return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(starts[np.argsort(starts)], sizes[np.argsort(starts)])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = place + 1
    there = (query >= 0) & (passage >= 0)
    if not there.any():
        raise UserError(
            f"none of the {len(there):,} lines of {file} names both a query and a passage that "
            "are there. Bring a run over these queries and this corpus."
        )
    names = tags if by_tag or len(tags) > 1 else [_stem(file)]
    runs = []
    for number, name in enumerate(names):
        rows = np.flatnonzero(there & (whose == number))
        rows = rows[np.lexsort((rank[rows], query[rows]))]
        score = found.score[rows].astype(np.float64)
        runs.append(Run(str(name), query[rows], passage[rows], rank[rows], score))
    if there.all():
        return runs, []
    why = f"of {len(there):,} in {file}: their query or passage is not there"
    return runs, [Guess("run lines left out", f"{int((~there).sum()):,}", why)]


def _named(file: str, folder: Path | None) -> Path:
    places = [Path(file).expanduser(), *([] if folder is None else [folder / file])]
    for path in places:
        if path.is_file():
            return path
    raise UserError(f"There is no file {file}. Name a run with its path from here.")


def _stem(file: str) -> str:
    plain = file.removesuffix(".gz")
    return plain.rsplit(".", 1)[0] if ending_of(file) in (*ENDINGS, ".txt", ".tsv") else plain


def _apart(runs: list[Run]) -> tuple[Run, ...]:
    """The same, with a number behind a name that an earlier one has."""
    taken: set[str] = set()

    def free(name: str) -> Iterator[str]:
        yield name
        yield from (f"{name} ({number})" for number in range(2, len(runs) + 2))

    told = []
    for run in runs:
        name = next(one for one in free(run.name) if one not in taken)
        taken.add(name)
        told.append(Run(name, run.query, run.passage, run.rank, run.score))
    return tuple(told)


def _check_pairs_once(lines: Lines, whose: np.ndarray) -> None:
    asked = lines.query.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    passages = lines.passage.dictionary_encode()
    found = passages.indices.to_numpy(zero_copy_only=False)
    key = (whose * (int(asked.max()) + 1) + asked) * len(passages.dictionary) + found
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order][1:] == key[order][:-1])
    if len(again):
        one, two = order[again[0]], order[again[0] + 1]
        raise UserError(
            f"{lines.at(one)} and {lines.at(two)} name the passage "
            f"{lines.passage[one].as_py()!r} for the query {lines.query[one].as_py()!r} twice. A "
            "run names each once; leave one of the lines out."
        )
