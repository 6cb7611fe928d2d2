"""The formats data can come in: each module of this folder that has a FORMAT or a FOLDER is one."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from store.errors import UserError
from store.progress import Progress, silent
from store.readers.arrays import ArraySource
from store.readers.folder import files_in, folders_in, is_workspace
from store.readers.plain import plain
from store.readers.request import Guess, Request
from store.readers.signatures import known_as

HEAD = 65_536
"""Bytes looked at to tell what a file is: a Parquet or NumPy file says so in the first eight."""
NAMED = 8
"""So many files or columns an error names."""


@dataclass(frozen=True)
class Raw:
    """A file or folder as it was read, before anything is taken for a label or an id.

    table: the columns; only the first rows where a preview was asked for.
    rows: how many there are; None where a preview did not count them.
    arrays: what else it holds with one entry per row.
    left_out: name -> why it is neither a column nor an array of the dataset.
    class_names: names for labels 0, 1, ... in whichever column plays the label, or None.
    column_classes: the same for columns whose names the file gives one by one.
    known: role -> the column that plays it by what the format is, whatever its name.
    """

    table: pa.Table
    rows: int | None
    notes: tuple[Guess, ...] = ()
    arrays: dict[str, ArraySource] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    class_names: tuple[str, ...] | None = None
    column_classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)


Load = Callable[[Path, Request, bool, Progress], Raw]
"""(path, request, first rows only, progress) -> Raw; raises UserError where the data is damaged."""


@dataclass(frozen=True)
class Format:
    """One way a table is written into a file.

    recognises: does a file with these first bytes hold it?
    """

    title: str
    endings: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    load: Load


@dataclass(frozen=True)
class FolderFormat:
    """One way a dataset is laid out in a folder.

    recognises: does this folder hold it? Told from names, quickly also in a folder of anything.
    """

    title: str
    recognises: Callable[[Path], bool]
    load: Load


def all_formats() -> tuple[Format, ...]:
    """Every format of a file, in the order of the modules' names."""
    return tuple(module.FORMAT for module in _modules() if hasattr(module, "FORMAT"))


def all_folder_formats() -> tuple[FolderFormat, ...]:
    """Every format of a folder, in the order of the modules' names."""
    return tuple(module.FOLDER for module in _modules() if hasattr(module, "FOLDER"))


def load(
    path: Path, request: Request, *, first_rows: bool = False, progress: Progress = silent
) -> Raw:
    """Read data with the format its content shows. Raises UserError when its ending disagrees."""
    raw = format_of(path).load(path, request, first_rows, progress)
    names = raw.table.column_names
    if len(raw.table) == 0 or not names:
        raise UserError(
            f"{path.name} has no rows{' under its header' if names else ''} "
            f"({', '.join(names[:NAMED]) or 'no columns'}). At least one example was expected; "
            "export it again."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(
            f"{path.name} has more than one column called {', '.join(map(repr, twice))}. "
            "Every column needs a name of its own; rename them in the file."
        )
    return replace(raw, table=plain(raw.table))


def format_of(path: Path) -> Format | FolderFormat:
    """The format of data. Raises UserError for none, an unknown one, or a misleading ending."""
    if path.is_dir():
        return _format_of_folder(path)
    head = _first_bytes(path)
    formats = all_formats()
    by_content = next((one for one in formats if one.recognises(head)), None)
    by_ending = [one for one in formats if path.suffix.lower() in one.endings]
    if by_content is None:
        endings = dict.fromkeys(ending for one in formats for ending in one.endings)
        expected = f"although it ends in {path.suffix}" if by_ending else "expected was "
        raise UserError(
            f"{path.name} is {known_as(head) or _unknown(head)}, {expected}"
            f"{'' if by_ending else ', '.join(endings)}. "
            "Export your table as CSV, Parquet or JSON Lines and open that file."
        )
    if by_ending and by_content not in by_ending:
        raise UserError(
            f"{path.name} ends in {path.suffix} ({by_ending[0].title}) but holds "
            f"{by_content.title}. Rename it to {path.stem}{by_content.endings[0]}, or export it "
            "again."
        )
    return by_content


def _format_of_folder(path: Path) -> FolderFormat:
    if is_workspace(path):
        raise UserError(
            f"{path} is a workspace of Second Look. Open the table it was made from, "
            "and the workspace is used by itself."
        )
    found = [one for one in all_folder_formats() if one.recognises(path)]
    if len(found) == 1:
        return found[0]
    files = files_in(path)
    endings = {ending for one in all_formats() for ending in one.endings}
    tables = [name for name in files if Path(name).suffix.lower() in endings]
    if found:
        raise UserError(
            f"{path} holds {' and '.join(one.title for one in found)}. Open the one that is meant: "
            f"{_some(tables)}, or a folder with one of them alone."
        )
    inner = [name for name in folders_in(path)[:50] if _is_data(path / name)]
    raise UserError(
        f"{path} is a folder. Open a table in it: {_some(tables) or 'a .csv or .parquet file'}; "
        f"or a folder that is {' or '.join(one.title for one in all_folder_formats())}"
        f"{f', such as {_some(inner)} in it' if inner else ''}. "
        f"It holds {_some([*files, *folders_in(path)]) or 'nothing'}."
    )


def _is_data(folder: Path) -> bool:
    try:
        return any(one.recognises(folder) for one in all_folder_formats())
    except UserError:  # it may not be read, which matters only to who opens it
        return False


def _first_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise UserError(
                f"{path} is neither a file nor a folder (a pipe or a device, perhaps). "
                "Save what comes out of it to a file and open that."
            )
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError as problem:
        raise UserError(f"There is no file {path}. Check the path and its spelling.") from problem
    except (OSError, ValueError) as problem:  # ValueError: a path with a zero byte
        told = getattr(problem, "strerror", None) or problem
        raise UserError(
            f"{path} cannot be read ({told}). Give yourself permission to read it, "
            "or copy it to a folder of yours."
        ) from problem
    if not head.strip():
        raise UserError(
            f"{path.name} is empty ({path.stat().st_size} bytes). "
            "A table with a header and at least one row was expected; export it again."
        )
    return head


def _modules() -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [importlib.import_module(f"store.readers.{name}") for name in names]


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _unknown(head: bytes) -> str:
    return f"no table that is known here (it starts with the bytes {head[:4].hex(' ')})"
