"""A folder of pictures: one sub-folder per class, or a metadata.csv or .jsonl that says more."""

import posixpath
import re
from collections import defaultdict
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError
from store.progress import Progress
from store.readers.folder import files_below, files_in, folders_in
from store.readers.formats import FolderFormat, Raw
from store.readers.naming import find_by_name
from store.readers.request import Guess, Request
from store.readers.sniffing import load as load_file
from store.readers.splits import are_splits, ask_for_one
from store.readers.values import PICTURE_FILE, is_name

PATH, LABEL = "file_name", "label"
"""Columns; file_name is what Hugging Face's imagefolder calls it."""
METADATA = ("metadata.csv", "metadata.jsonl")
LOOKED_AT = 2_000
"""Files looked at to tell whether pictures are there: a home folder can hold millions."""
SHOWN = 5

_is_picture = re.compile(PICTURE_FILE).search


def recognises(folder: Path) -> bool:
    """There is a picture among the first files below it."""
    return any(_is_picture(file.name) for file in islice(files_below(folder), LOOKED_AT))


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """List the pictures, by names alone. Raises UserError where nothing says their classes."""
    pictures: list[str] = []
    others: list[str] = []
    for file in files_below(path):
        (pictures if _is_picture(file.name) else others).append(file.name)
        if (len(pictures) + len(others)) % 1000 == 0:
            progress("listing pictures", len(pictures), 0)
    _check_names(pictures)
    pictures.sort()
    described = [name for name in METADATA if name in files_in(path)]
    if len(described) > 1:
        raise UserError(
            f"{path.name} has both {' and '.join(described)}. Keep the one that describes the "
            "pictures."
        )
    if described:
        return _with_metadata(path, described[0], pictures, request, first_rows, progress)
    table = _by_folder(path, pictures, others)
    notes = [_left_out(others, "no pictures")] if others else []
    links = [name for name in folders_in(path) if (path / name).is_symlink()]
    notes += [_left_out(links, "links to folders, which are not followed")] if links else []
    known = {"id": PATH, "label": LABEL, "image": PATH}
    return Raw(table, len(table), tuple(notes), known=known)


def _by_folder(path: Path, pictures: list[str], others: list[str]) -> pa.Table:
    """One row per picture in the order of the paths; the class is the first folder on its way."""
    inner: dict[str, set[str]] = defaultdict(set)
    labels: list[str | None] = []
    for name in pictures:
        first, *rest = name.split("/")
        labels.append(first if rest else None)
        if rest:
            inner[first].add(rest[0] if len(rest) > 1 else "")
    if not inner:
        beside = ", ".join(str(path / name) for name in others if "/" not in name)[:300]
        table = f"; or open a table of them: {beside}" if beside else ""
        raise UserError(
            f"{path.name} holds {len(pictures):,} pictures, but nothing says their classes. Put "
            "the pictures of each class into a folder named after it, or add a metadata.csv with "
            f"the columns {PATH} and {LABEL}{table}."
        )
    if are_splits(list(inner)):
        raise ask_for_one(path, sorted(inner))
    deeper = {folder: names - {""} for folder, names in inner.items() if names - {""}}
    if len(inner) == 1 and len(deeper) == 1 and "" not in next(iter(inner.values())):
        only = next(iter(deeper))
        raise UserError(
            f"All pictures of {path.name} are in folders of its one folder {only} "
            f"({', '.join(sorted(deeper[only])[:SHOWN])}). Open {path / only} if these are the "
            "classes."
        )
    shared = _shared(list(deeper.values()))
    if shared:
        raise UserError(
            f"{path.name} holds {', '.join(sorted(deeper)[:SHOWN])}, each with folders of the same "
            f"names ({', '.join(sorted(shared)[:SHOWN])}), so either could be the classes. Open "
            f"one of them: {', '.join(str(path / name) for name in sorted(deeper)[:SHOWN])}."
        )
    return pa.table({PATH: pictures, LABEL: pa.array(labels, pa.string())})


def _with_metadata(
    path: Path, name: str, pictures: list[str], request: Request, first_rows: bool,
    progress: Progress,
) -> Raw:  # fmt: skip
    raw = load_file(path / name, request, first_rows=first_rows, progress=progress)
    if PATH not in raw.table.column_names or not is_name(raw.table[PATH]):
        raise UserError(
            f"{name} in {path.name} has no column {PATH} with the path of each picture below the "
            f"folder. It has: {', '.join(raw.table.column_names)}. Add or rename it."
        )
    paths = pc.cast(raw.table[PATH], pa.string())
    known = {"image": PATH}
    if find_by_name("id", raw.table.column_names) is None and not paths.null_count:
        known |= {"id": PATH} if pc.count_distinct(paths).as_py() == len(paths) else {}
    notes = list(raw.notes)
    if raw.rows == len(raw.table):
        named = {posixpath.normpath(one) for one in paths.to_pylist() if one}
        unnamed = [one for one in pictures if one not in named]
        notes += [_left_out(unnamed, f"pictures that {name} does not name")] if unnamed else []
    return Raw(raw.table, raw.rows, tuple(notes), known=known)


def _shared(groups: list[set[str]]) -> set[str]:
    """Names that are in more than one of the groups."""
    seen: set[str] = set()
    twice: set[str] = set()
    for group in groups:
        twice |= seen & group
        seen |= group
    return twice


def _check_names(pictures: list[str]) -> None:
    for name in pictures:
        try:
            name.encode()
        except UnicodeEncodeError as problem:
            raise UserError(
                f"The name of the file {name!r} is not UTF-8, so it cannot be an id. Rename it; "
                "it may come from an archive of another system."
            ) from problem


def _left_out(names: list[str], what: str) -> Guess:
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    return Guess("left out", shown, f"{len(names):,} {what}")


FOLDER = FolderFormat("a folder of pictures", recognises, load)
