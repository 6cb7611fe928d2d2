"""What is open in this process, shared by every browser tab and every route."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from pages.shared.jobs import Job
from pages.shared.project import Project
from store.errors import UserError
from store.progress import Progress
from store.workspace import Workspace

PATIENCE = 8.0
"""Seconds in which a browser that was started together with the server has its first screen."""


def _shelf() -> SimpleNamespace:
    """Kept outside every file, because hot reload replaces the modules of edited files."""
    fresh = SimpleNamespace(
        lock=threading.RLock(), projects={}, problems=[], reviewer=None, opening=None
    )
    return sys.modules.setdefault("second_look_shelf", fresh)  # type: ignore[arg-type,return-value]


def keep(workspace: Workspace, patience: float = 0.0) -> Project:
    """Open a workspace in this process, or find it open already; patience: see `Project`."""
    shelf = _shelf()
    with shelf.lock:
        facts = workspace.project()
        known = shelf.projects.get(facts["fingerprint"])
        if known is None or known.workspace.folder != workspace.folder:
            known = shelf.projects[facts["fingerprint"]] = Project(workspace, patience)
        return known


def opened() -> list[Project]:
    """Everything open, in the order of opening."""
    return list(_shelf().projects.values())


def find(fingerprint: str) -> Project | None:
    """The open project whose fingerprint begins like that."""
    if len(fingerprint) < 8:
        return None
    return next((one for one in opened() if one.fingerprint.startswith(fingerprint)), None)


def named(fingerprint: str) -> Project | None:
    """What an address means by its dataset: the open project of that name, else the first."""
    return find(fingerprint) or next(iter(opened()), None)


def open_from_environment() -> None:
    """Open what the launcher named; what cannot be opened is told on the first screen."""
    for folder in filter(None, os.environ.get("SECOND_LOOK_WORKSPACES", "").split(os.pathsep)):
        try:
            keep(Workspace(Path(folder)), PATIENCE)
        except UserError as problem:
            _shelf().problems.append(str(problem))


def problems() -> list[str]:
    """What could not be opened at the start."""
    return list(_shelf().problems)


def opening() -> Job[Workspace] | None:
    """The import that was begun from the screen, if any."""
    return _shelf().opening


def begin_opening(work: Callable[[Progress], Workspace]) -> None:
    """Import a dataset in the background; `opening` tells how far it is."""
    _shelf().opening = Job(work)


def end_opening() -> None:
    """Forget the import that has ended."""
    _shelf().opening = None


def last_reviewer() -> str | None:
    """The name last typed on this server: a reload of the page keeps it."""
    return _shelf().reviewer or os.environ.get("SECOND_LOOK_REVIEWER")


def remember_reviewer(name: str) -> None:
    """For the next reload."""
    _shelf().reviewer = name
