"""A folder as data: the files below it by name, size and time, without opening any."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from store.errors import UserError


@dataclass(frozen=True, slots=True)
class File:
    """One file: its path below the folder with forward slashes, bytes, and time of change in ns."""

    name: str
    size: int
    changed: int


def files_below(folder: Path, *, within: str = "") -> Iterator[File]:
    """Every file below a folder, by name, folder by folder; nothing is opened.

    Passed over: names that begin with a dot, workspaces of Second Look, links to folders (which
    may go in circles), and what is no file (pipes, sockets).
    Raises UserError for a folder that may not be read.
    """
    for entry in _entries(folder):
        name = within + entry.name
        if entry.is_dir():
            if not entry.is_symlink() and not is_workspace(Path(entry.path)):
                yield from files_below(Path(entry.path), within=f"{name}/")
        elif entry.is_file() or entry.is_symlink():
            # A link that leads nowhere is listed: whoever opens it can say what is missing.
            found = entry.stat(follow_symlinks=entry.is_file())
            yield File(name, found.st_size, found.st_mtime_ns)


def folders_in(folder: Path) -> list[str]:
    """Names of the folders directly in a folder that may hold data, links among them."""
    return [
        entry.name
        for entry in _entries(folder)
        if entry.is_dir() and not is_workspace(Path(entry.path))
    ]


def files_in(folder: Path) -> list[str]:
    """Names of the files directly in a folder, without hidden ones."""
    return [entry.name for entry in _entries(folder) if entry.is_file()]


def stamp_of(folder: Path) -> list[int]:
    """How many files are below a folder, and a hash of their names, sizes and times of change.

    The same stamp means that nothing was added, removed or written since.
    """
    digest, count = blake2b(digest_size=7), 0  # 56 bits stay a whole number in any JSON
    for file in files_below(folder):
        digest.update(
            f"{file.name}\0{file.size}\0{file.changed}\n".encode(errors="surrogateescape")
        )
        count += 1
    return [count, int.from_bytes(digest.digest())]


def home_of(path: Path) -> Path:
    """The folder that paths in the data are relative to: a table's own, or the opened folder."""
    return path if path.is_dir() else path.parent


def is_workspace(folder: Path) -> bool:
    """Second Look keeps a dataset in this folder."""
    return (folder / "project.json").is_file()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            shown = [entry for entry in found if not entry.name.startswith(".")]
    except OSError as problem:
        raise UserError(
            f"{folder} cannot be read ({problem.strerror}). Give yourself permission to read it, "
            "or copy it to a folder of yours."
        ) from problem
    return sorted(shown, key=lambda entry: entry.name)
