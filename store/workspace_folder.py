"""A place for a new workspace: checked before the work, and removed again if the work fails."""

import glob
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import UserError

OURS = (
    "project.json", "table.arrow", "labels.npy", "content.npy", "embeddings.npy",
    "pred_probs.npy", "images.npy", "cache", "log.json", "filters", "lists",
)  # fmt: skip


@contextmanager
def place_for(folder: Path) -> Iterator[None]:
    """Around the making of a workspace in this folder.

    Raises UserError at once, and not after minutes of reading, where the folder cannot be
    written or is full of something else. A new folder is removed again when the work inside
    fails or is cancelled; one with decisions in it never is.
    """
    _check_free(folder)
    _check_writable(folder)
    is_new = not folder.exists()
    try:
        yield
    except BaseException:
        if is_new and not (folder / "decisions.db").exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def draft_of(folder: Path) -> Iterator[Path]:
    """A new folder beside this one to write in and to rename; gone at the end, come what may.

    Who is killed cannot tidy up. What such a process left is removed here, by the next one.
    """
    here = f".{folder.name}.{socket.gethostname()}."
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{glob.escape(here)}*"):
        if not _is_running(left.name.removeprefix(here).split(".")[0]):
            shutil.rmtree(left, ignore_errors=True)
    draft = folder.with_name(f"{here}{os.getpid()}.{uuid.uuid4().hex[:8]}")
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError):  # not ours to judge: another's name, or another user's process
        return True
    return True


def _check_free(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(
            f"{folder} is a file, but a workspace is a folder. Name another with --workspace."
        )
    if not folder.is_dir() or not os.access(folder, os.R_OK):
        return
    # Drafts start with a dot; the log comes with files beside it (decisions.db-wal).
    others = [
        name
        for name in os.listdir(folder)
        if name not in OURS and not name.startswith((".", "decisions.db"))
    ]
    is_ours = any((folder / name).is_file() for name in ("project.json", "decisions.db"))
    if others and not is_ours:
        raise UserError(
            f"{folder} holds other things ({', '.join(sorted(others)[:3])}) and is no workspace "
            "of Second Look. Name a new or empty folder with --workspace."
        )


def _check_writable(folder: Path) -> None:
    there = folder
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK):
        raise UserError(
            f"{there} cannot be written: permission denied. Second Look keeps its own files in "
            f"{folder}; name a folder of yours with --workspace."
        )
