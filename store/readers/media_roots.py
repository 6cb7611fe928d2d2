"""Folders besides the dataset's own in which its pictures may lie: named by the user alone."""

from collections.abc import Sequence
from pathlib import Path

from store.errors import UserError


def roots_named(names: Sequence[str]) -> tuple[Path, ...]:
    """The folders by their full paths, each once, in the order of naming.

    Raises UserError for what is no folder, and for the root of the machine, which names nothing.
    """
    roots = []
    for name in names:
        root = Path(name).expanduser().absolute()
        if not root.is_dir():
            what = "a file" if root.is_file() else "not there"
            raise UserError(f"--media-root {name} is {what}. Name a folder with pictures in it.")
        if root.resolve() == Path(root.anchor):
            raise UserError(
                f"--media-root {name} is all of this machine. Name the folder with the pictures."
            )
        roots.append(root)
    return tuple(dict.fromkeys(roots))
