"""The formats a table can come in: every module of this folder that has a FORMAT is one."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from store.errors import UserError
from store.readers.arrays import ArraySource
from store.readers.request import Guess, Request
from store.readers.signatures import known_as

HEAD = 65_536
"""Bytes looked at to tell what a file is: a Parquet or NumPy file says so in the first eight."""


@dataclass(frozen=True)
class Raw:
    """A file as it was read, before anything is taken for a label or an id.

    table: the columns; only the first rows where a preview was asked for.
    rows: how many the file has; None where a preview did not count them.
    arrays: what else it holds with one entry per row.
    left_out: name -> why it is neither a column nor an array of the dataset.
    class_names: names for labels 0, 1, ..., or None.
    """

    table: pa.Table
    rows: int | None
    notes: tuple[Guess, ...] = ()
    arrays: dict[str, ArraySource] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    class_names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Format:
    """One way a table is written down.

    recognises: does a file with these first bytes hold it?
    load: (path, request, first rows only) -> Raw; raises UserError where it is damaged.
    """

    title: str
    endings: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    load: Callable[[Path, Request, bool], Raw]


def all_formats() -> tuple[Format, ...]:
    """Every format of this folder, in the order of their files' names."""
    folder = Path(__file__).parent
    names = sorted(module.name for module in pkgutil.iter_modules([str(folder)]))
    modules = [importlib.import_module(f"store.readers.{name}") for name in names]
    return tuple(module.FORMAT for module in modules if hasattr(module, "FORMAT"))


def load(path: Path, request: Request, *, first_rows: bool = False) -> Raw:
    """Read a file with the format its content shows. Raises UserError when its ending disagrees."""
    raw = format_of(path).load(path, request, first_rows)
    names = raw.table.column_names
    if len(raw.table) == 0 or not names:
        raise UserError(
            f"{path.name} has no rows{' under its header' if names else ''} "
            f"({', '.join(names[:8]) or 'no columns'}). At least one example was expected; "
            "export it again."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(
            f"{path.name} has more than one column called {', '.join(map(repr, twice))}. "
            "Every column needs a name of its own; rename them in the file."
        )
    return raw


def format_of(path: Path) -> Format:
    """The format of a file. Raises UserError for none, an unknown one, or a misleading ending."""
    head = _first_bytes(path)
    formats = all_formats()
    known = ", ".join(ending for one in formats for ending in one.endings)
    by_content = next((one for one in formats if one.recognises(head)), None)
    by_ending = next((one for one in formats if path.suffix.lower() in one.endings), None)
    if by_content is None:
        expected = f"although it ends in {path.suffix}" if by_ending else f"expected was {known}"
        raise UserError(
            f"{path.name} is {known_as(head) or _unknown(head)}, {expected}. "
            "Export your table as CSV, Parquet or JSON Lines and open that file."
        )
    if by_ending is not None and by_ending is not by_content:
        raise UserError(
            f"{path.name} ends in {path.suffix} ({by_ending.title}) but holds {by_content.title}. "
            f"Rename it to {path.stem}{by_content.endings[0]}, or export it again."
        )
    return by_content


def _first_bytes(path: Path) -> bytes:
    if (path / "project.json").is_file():
        raise UserError(
            f"{path} is a workspace of Second Look. Open the table it was made from, "
            "and the workspace is used by itself."
        )
    if path.is_dir():
        raise UserError(f"{path} is a folder. Open a table in it: a .csv, .parquet or .jsonl file.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError as problem:
        raise UserError(f"There is no file {path}. Check the path and its spelling.") from problem
    except OSError as problem:
        raise UserError(
            f"{path} cannot be read ({problem.strerror}). Give yourself permission to read it, "
            "or copy it to a folder of yours."
        ) from problem
    if not head.strip():
        raise UserError(
            f"{path.name} is empty ({path.stat().st_size} bytes). "
            "A table with a header and at least one row was expected; export it again."
        )
    return head


def _unknown(head: bytes) -> str:
    return f"no table that is known here (it starts with the bytes {head[:4].hex(' ')})"
