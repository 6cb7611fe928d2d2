"""One side of a retrieval set, queries or passages, from lines of any file."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.array_checks import check_embeddings
from store.errors import UserError
from store.progress import Progress
from store.readers.arrays import arrays_in
from store.readers.request import NONE, Guess, Request
from store.readers.retrieval.elements import Side, elements_of, is_marked_up
from store.readers.retrieval.lines import SHOWN, lines_of, objects_of
from store.readers.retrieval.naming import COLUMNS, column_of, ending_of
from store.retrieval import Texts

Line = tuple[int, str, str]
"""Number in the file, id, text."""
BLOCK = 16_384
VECTORS: dict[Side, tuple[str, ...]] = {
    "passages": ("corpus.npy", "passages.npy", "docs.npy"),
    "queries": ("queries.npy",),
}
"""Files with one vector per line, the first that is there."""
ID: dict[Side, str] = {"passages": "passage id", "queries": "query id"}


def side_of(path: Path, side: Side, progress: Progress) -> tuple[Texts, tuple[Guess, ...]]:
    """The queries or passages of a file: objects (.jsonl), TREC's marked-up records, or tabs.

    Raises UserError for a line without an id or a text, and for an id that comes twice.
    """
    if ending_of(path.name) == ".jsonl":
        return texts_of(_from_objects(path, side, progress), path.name, side)
    lines = elements_of if is_marked_up(path) else _from_tabs
    return texts_of(lines(path, side, progress), path.name, side)


def texts_of(
    lines: Iterable[Line], file: str, side: Side, *, word: str = "line"
) -> tuple[Texts, tuple[Guess, ...]]:
    """Lines as one side; texts that say nothing are told. Raises UserError for an id seen twice.

    word: what the numbers of the lines count.
    """
    ids, texts, numbers = [], [], []
    for block in _blocks(lines):
        numbers.append(np.fromiter((line[0] for line in block), np.int64, len(block)))
        ids.append(pa.array([line[1] for line in block], pa.string()))
        texts.append(pa.array([line[2] for line in block], pa.large_string()))
    if not ids:
        raise UserError(f"{file} is empty. At least one {word} was expected; export it again.")
    names = pa.concat_arrays(ids)
    _check_once(names, np.concatenate(numbers), file, word)
    told = pa.concat_arrays(texts)
    mute = pc.sum(pc.equal(pc.utf8_trim_whitespace(told), "")).as_py() or 0
    notes: tuple[Guess, ...] = ()
    if mute:
        why = f"{mute:,} of {len(told):,} have no text: they stay, but no word finds them"
        notes = (Guess(f"empty {side}", f"{mute:,}", why),)
    return Texts(names, told), notes


def with_vectors(
    texts: Texts, side: Side, folder: Path, request: Request, files: tuple[str, ...] = ()
) -> Texts:
    """The same with the vectors that lie in the folder; none where an encoder was named.

    files: names to look for before the usual ones. Raises UserError where they do not fit.
    """
    if request.encoder or request.embeddings == NONE:
        return texts
    for name in (*files, *VECTORS[side]):
        path = folder / name
        if path.is_file():
            array = arrays_in(path).get("")
            if array is None or not array.numeric:
                raise UserError(
                    f"{path} holds no numbers. One vector per line of the {side} was expected; "
                    'save it with np.save, or say --embeddings "" to have vectors computed.'
                )
            vectors = array.load()
            if vectors.shape[:1] != (len(texts),):
                raise UserError(
                    f"{path} has {vectors.shape[:1] or 'no'} rows, but there are {len(texts):,} "
                    f"{side}. Row i must be the vector of line i; export both again, or say "
                    '--embeddings "" to have vectors computed.'
                )
            check_embeddings(vectors)
            return Texts(texts.ids, texts.texts, np.ascontiguousarray(vectors, dtype=np.float32))
    return texts


def titled(title: Any, text: Any) -> str:
    """The title in front of the text with a space between, as BEIR has it."""
    return f"{title or ''} {text or ''}".strip()


def _from_objects(path: Path, side: Side, progress: Progress) -> Iterator[Line]:
    keys: tuple[str, ...] = ()
    id_ = text = title = None
    for number, found in objects_of(path, progress):
        if tuple(found) != keys:  # most files say the same on every line
            keys = tuple(found)
            id_, text, title = (column_of(part, keys) for part in (ID[side], "text", "title"))
        if id_ is None or found[id_] in (None, "") or (text is None and title is None):
            lacks = f"no {ID[side]}" if id_ is None or found[id_] in (None, "") else "no text"
            raise UserError(
                f"line {number} of {path.name} has {lacks} (it has {', '.join(found) or 'nothing'})"
                f'. Expected was {{"_id": …, "text": …}}, or names such as '
                f"{', '.join(COLUMNS[ID[side]][1:4])}."
            )
        words = [found.get(name) if name else None for name in (title, text)]
        if any(not isinstance(word, str | int | float | None) for word in words):
            raise UserError(
                f"the text in line {number} of {path.name} is no text but "
                f"{str(words[1] if words[1] is not None else words[0])[:SHOWN]}. Write it as one "
                "string."
            )
        yield number, str(found[id_]), titled(*words)


def _from_tabs(path: Path, side: Side, progress: Progress) -> Iterator[Line]:
    for number, line in lines_of(path, progress):
        id_, tab, text = line.partition("\t")
        if not tab or not id_.strip():
            raise UserError(
                f"line {number} of {path.name} is not an id, a tab and a text: {line[:SHOWN]}. "
                f"Write the {side} like that, one per line, or as .jsonl."
            )
        # collection.tsv of some sets has a column of titles before the text.
        yield number, id_.strip(), " ".join(part for part in text.split("\t") if part)


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        block.append(line)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def _check_once(ids: pa.Array, numbers: np.ndarray, file: str, word: str) -> None:
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    seen: dict[str, int] = {}
    for number, id_ in zip(numbers.tolist(), ids.to_pylist(), strict=True):
        if id_ in seen:
            raise UserError(
                f"{file} names {id_!r} in {word} {seen[id_]} and again in {word} {number}. Every "
                "id has to be there once; leave one of the two out."
            )
        seen[id_] = number
