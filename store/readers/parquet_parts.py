"""A folder of Parquet files that are parts of one table, read in the order of their names."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from store.errors import UserError
from store.progress import Progress, silent
from store.readers.features import features_of, understood
from store.readers.folder import files_in
from store.readers.formats import FolderFormat, Raw
from store.readers.parquet import read_parquet
from store.readers.request import Request
from store.readers.splits import SPLITS

SPLIT = re.compile(rf"({'|'.join(SPLITS)})(?=[-_.])", re.IGNORECASE)
"""How the parts of one split begin: train-00000-of-00002.parquet."""


def recognises(folder: Path) -> bool:
    """There are Parquet files directly in it."""
    return bool(_parts(folder))


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read all parts. Raises UserError for parts of several splits or with other columns."""
    names = _parts(path)
    splits = {found[0].lower() for name in names if (found := SPLIT.match(name))}
    if len(splits) > 1:
        raise UserError(
            f"{path.name} holds parts of {' and '.join(sorted(splits))}, which are datasets of "
            "their own. Put the parts of one into a folder and open that, or open one file: "
            f"{', '.join(names[:3])}."
        )
    tables: list[pa.Table] = []
    for number, name in enumerate(names):
        progress("reading parts", number, len(names))
        table, _ = read_parquet(path / name, first_rows=first_rows, progress=silent)
        tables.append(_like(tables[0], table, names[0], name) if tables else table)
        if first_rows and len(table):
            break
    table = _joined(tables, path)
    table, classes = understood(table, features_of(table.schema))
    rows = sum(_rows(path / name) for name in names) if first_rows else len(table)
    return Raw(table, rows, column_classes=classes)


def _parts(folder: Path) -> list[str]:
    # Spark writes _metadata and _SUCCESS beside the parts.
    return [
        name
        for name in files_in(folder)
        if name.lower().endswith((".parquet", ".pq")) and not name.startswith("_")
    ]


def _like(first: pa.Table, table: pa.Table, first_name: str, name: str) -> pa.Table:
    """The columns of a part in the order of the first part's."""
    odd = sorted(set(first.column_names) ^ set(table.column_names))
    if odd or len(first.column_names) != len(table.column_names):
        raise UserError(
            f"{name} does not have the columns of {first_name}: they differ in {', '.join(odd)}. "
            "Parts of one table have the same columns; move a file that is none elsewhere."
        )
    return table.select(first.column_names)


def _joined(tables: list[pa.Table], path: Path) -> pa.Table:
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException as problem:
        raise UserError(
            f"The parts in {path.name} do not fit together ({problem}). Write them again with the "
            "same type in each column."
        ) from problem


def _rows(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise UserError(
            f"{path.name} cannot be read as Parquet ({problem}). A download may have been cut off; "
            "fetch or export it again."
        ) from problem


FOLDER = FolderFormat("a folder of Parquet parts", recognises, load)
