"""The layouts a retrieval set can come in: each module of this folder that has a LAYOUT is one."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from store.progress import Progress
from store.readers.request import Guess, Request
from store.retrieval import Retrieval

Load = Callable[[Path, Request, Progress], tuple[Retrieval, tuple[Guess, ...]]]
"""Raises UserError where the data is damaged."""


@dataclass(frozen=True)
class Found:
    """What a form says of a retrieval set. counts: part -> how many, None = not counted."""

    counts: dict[str, int | None]
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One way a retrieval set is laid out.

    recognises: does this file or folder hold it? Told quickly, also in a folder of anything.
    preview: what a form says of it, from names and line ends. Raises UserError as `load` does.
    is_folder: it is one, and not a file.
    files: beside the path itself, what a change in would change the set; of a folder all is.
    """

    title: str
    recognises: Callable[[Path], bool]
    preview: Callable[[Path, Request], Found]
    load: Load
    is_folder: bool = True
    files: Callable[[Path], tuple[Path, ...]] = lambda path: ()


def all_layouts() -> tuple[Layout, ...]:
    """Every layout, in the order of the modules' names."""
    folder = Path(__file__).parent
    names = sorted(module.name for module in pkgutil.iter_modules([str(folder)]))
    modules = [importlib.import_module(f"store.readers.retrieval.{name}") for name in names]
    return tuple(module.LAYOUT for module in modules if hasattr(module, "LAYOUT"))
