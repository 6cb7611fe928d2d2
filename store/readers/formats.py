"""The formats data can come in: each module of this folder that has a FORMAT or a FOLDER is one."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from store.progress import Progress
from store.readers.arrays import ArraySource
from store.readers.request import Guess, Request


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


def _modules() -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [importlib.import_module(f"store.readers.{name}") for name in names]
