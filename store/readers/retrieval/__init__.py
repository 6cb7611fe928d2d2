"""From the user's files to a Retrieval: each layout in a file of its own, found by looking.

A new layout is one new file here with a LAYOUT in it (see layouts.py).
"""

from pathlib import Path

from store.errors import UserError
from store.progress import Progress, silent
from store.readers.request import Guess, Request
from store.readers.retrieval.layouts import Found, Layout, all_layouts
from store.retrieval import Retrieval

__all__ = ["Found", "is_retrieval", "other_files", "preview_retrieval", "read_retrieval"]

_NOTHING_NAMED = Request()


def is_retrieval(path: Path, request: Request = _NOTHING_NAMED) -> bool:
    """This file or folder holds queries, passages and judgements. Told quickly, by names.

    A file of which the user names the column of text is an ordinary table.
    """
    if request.text and path.is_file():
        return False
    return any(layout.recognises(path) for layout in all_layouts())


def preview_retrieval(path: Path, request: Request = _NOTHING_NAMED) -> Found:
    """What a form says of a retrieval set. Raises UserError as `read_retrieval` does."""
    return _layout_of(path).preview(path, request)


def other_files(path: Path) -> tuple[Path, ...]:
    """Files beside this one that the same set is made from; a folder stands for all in it."""
    if path.is_dir():
        return ()
    return tuple(file for one in all_layouts() if one.recognises(path) for file in one.files(path))


def read_retrieval(
    path: Path, request: Request = _NOTHING_NAMED, *, progress: Progress = silent
) -> tuple[Retrieval, tuple[Guess, ...]]:
    """The retrieval set in a file or folder, without computed embeddings, and how it was read.

    Raises UserError for everything in it that a user has to mend.
    """
    progress("reading", 0, 0)
    retrieval, notes = _layout_of(path).load(path, request, progress)
    return retrieval, notes


def _layout_of(path: Path) -> Layout:
    found = [layout for layout in all_layouts() if layout.recognises(path)]
    if len(found) != 1:
        titles = " and ".join(layout.title for layout in found) or "no retrieval set"
        raise UserError(
            f"{path} holds {titles}. Open a folder with one of them alone: "
            f"{', '.join(layout.title for layout in all_layouts())}."
        )
    return found[0]
