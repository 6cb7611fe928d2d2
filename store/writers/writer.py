"""The formats a clean copy can go into: every module of this folder that has a WRITER is one."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from store.cleaning import ExportOptions
from store.dataset import Dataset, Media
from store.errors import UserError
from store.mined import Mined
from store.verdicts import Applied

Facts = dict[str, Any]


@dataclass(frozen=True, eq=False)
class CleanCopy:
    """What a writer writes down.

    table: m rows, the user's own columns, with the labels in force.
    rows: (m,) int64 their row numbers in the dataset that they are from.
    applied: the verdicts on all n rows of that dataset.
    mined: of pairs, for training files alone: positives and negatives of each query.
    """

    name: str
    table: pa.Table
    rows: np.ndarray
    dataset: Dataset
    applied: Applied
    options: ExportOptions
    mined: Mined | None = None


@dataclass(frozen=True)
class Writer:
    """One format. The same clean copy gives the same bytes.

    name: as the command line knows it. ending: of the one file; "" = a folder.
    write: makes that file or folder, which is not there yet. Returns what the manifest says of it
        beside the rest. Raises UserError for what the format cannot hold.
    needs: what a row must be shown as, None = any example; "pairs": a row must be a pair, which
        no other format is for.
    mines: it writes training data, so negatives have to be found first.
    """

    name: str
    title: str
    ending: str
    write: Callable[[CleanCopy, Path], Facts]
    needs: Media | Literal["pairs"] | None = None
    mines: bool = False

    def fits(self, dataset: Dataset) -> bool:
        """Whether rows of this dataset can be written."""
        if dataset.unit == "pair" or self.needs == "pairs":
            return dataset.unit == "pair" and self.needs == "pairs"
        return self.needs in (None, dataset.media)


def all_writers() -> dict[str, Writer]:
    """Every writer of this folder by name, in alphabetical order."""
    folder = Path(__file__).parent
    names = [module.name for module in pkgutil.iter_modules([str(folder)])]
    modules = [importlib.import_module(f"store.writers.{name}") for name in names]
    found = [module.WRITER for module in modules if hasattr(module, "WRITER")]
    return {writer.name: writer for writer in sorted(found, key=lambda writer: writer.name)}


def writer_named(name: str) -> Writer:
    """The writer of this format. Raises UserError where there is none."""
    writers = all_writers()
    if name not in writers:
        raise UserError(
            f"There is no format {name!r} to export to. There are: {', '.join(writers)}."
        )
    return writers[name]
