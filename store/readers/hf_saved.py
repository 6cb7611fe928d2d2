"""A folder written by `save_to_disk` of Hugging Face's `datasets`: Arrow streams and two JSONs."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from store.errors import UserError
from store.progress import Progress
from store.readers.arrow_ipc import read_arrow
from store.readers.features import Features, features_of, listed, understood
from store.readers.folder import files_in
from store.readers.formats import FolderFormat, Raw
from store.readers.request import Request
from store.readers.splits import ask_for_one

STATE, INFO, SPLITS_FILE = "state.json", "dataset_info.json", "dataset_dict.json"
AGAIN = "Save it again with save_to_disk, or write a Parquet file with to_parquet."


def recognises(folder: Path) -> bool:
    """One of the files with which `datasets` describes what it saved."""
    there = set(files_in(folder))
    arrow = any(name.endswith(".arrow") for name in there)
    return SPLITS_FILE in there or (arrow and bool(there & {STATE, INFO}))


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read a saved dataset. Raises UserError for several splits and for what is missing of it."""
    if (path / SPLITS_FILE).is_file():
        names = _json(path / SPLITS_FILE).get("splits")
        names = [name for name in names if _is_name(name)] if isinstance(names, list) else []
        raise ask_for_one(path, names) if names else _broken(path, f"{SPLITS_FILE} names no split")
    parts = _parts(path)
    tables: list[pa.Table] = []
    for part in parts:
        table, _ = read_arrow(part, first_rows=first_rows, progress=progress)
        tables.append(table)
        if first_rows and len(table):
            break
    try:
        table = pa.concat_tables(tables)
    except pa.ArrowException as problem:
        raise _broken(path, f"its parts do not fit together: {problem}") from problem
    table, classes = understood(table, _features(path, table))
    return Raw(table, None if first_rows else len(table), column_classes=classes)


def _parts(path: Path) -> list[Path]:
    """The files of the dataset, in order, all of them there."""
    there = [name for name in files_in(path) if name.endswith(".arrow")]
    if not (path / STATE).is_file():
        raise UserError(
            f"{path.name} has {INFO} but no {STATE}, so nothing says which of its files belong "
            f"together: {', '.join(there[:8])}. Open one of these files."
        )
    state = _json(path / STATE)
    if state.get("_indices_files") or state.get("_indices_data_files"):
        raise _broken(path, "it was saved with a list of chosen rows (call flatten_indices first)")
    files = state.get("_data_files")
    files = files if isinstance(files, list) else []
    named = [str(file.get("filename")) for file in files if isinstance(file, dict)]
    if not named or not all(_is_name(name) for name in named):
        raise _broken(path, f"{STATE} names no files")
    missing = [name for name in named if name not in there]
    if missing:
        raise _broken(path, f"{', '.join(missing[:3])} is missing, which {STATE} names")
    return [path / name for name in named]


def _features(path: Path, table: pa.Table) -> Features:
    told = _json(path / INFO) if (path / INFO).is_file() else {}
    return listed(told.get("features")) or features_of(table.schema)


def _is_name(name: object) -> bool:
    """A plain name: what it points to lies in the folder itself."""
    return isinstance(name, str) and name not in ("", ".", "..") and Path(name).name == name


def _json(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise _broken(path.parent, f"{path.name} cannot be read: {problem}") from problem
    if not isinstance(told, dict):
        raise _broken(path.parent, f"{path.name} holds no object")
    return told


def _broken(path: Path, what: str) -> UserError:
    return UserError(f"{path.name} cannot be read as a dataset saved to disk: {what}. {AGAIN}")


FOLDER = FolderFormat("a dataset saved with save_to_disk", recognises, load)
