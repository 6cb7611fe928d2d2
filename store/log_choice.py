"""Which log takes the decisions of a workspace: the file in it, or one on a server."""

import json
import os
from pathlib import Path

from store.array_files import write_text
from store.dataset import Dataset
from store.decisions import DecisionLog
from store.errors import UserError
from store.log_server import address, same_server, with_log, without_password
from store.workspace import Workspace, writing

HERE = "workspace"
"""What --log calls the decisions.db in the workspace."""
ENVIRONMENT = "SECOND_LOOK_LOG"
REMEMBERED = "log.json"
_BLOCK = 1_000


def log_of(
    workspace: Workspace, dataset: Dataset | None = None, *, named: str | None = None
) -> DecisionLog:
    """The log of a workspace, which stays with it from then on.

    named: "workspace", or the address of a server, in place of the one it has.
    dataset: is checked to be the one that the log on a server is about. Raises UserError where it
    is not, and where the address cannot be read.
    """
    name = None if dataset is None else dataset.name
    where = place_of(workspace, named=named, name=name)
    log = DecisionLog(where, workspace=workspace.folder)
    if isinstance(where, str) and dataset is not None:
        _check_about(log, dataset)
    if workspace.exists:
        _remember(workspace, where)
    return log


def place_of(
    workspace: Workspace, *, named: str | None = None, name: str | None = None
) -> Path | str:
    """The file or the address of the log, with the password if one is known.

    What is named; else what the workspace remembers; else its decisions.db, if there is one; else
    what SECOND_LOOK_LOG says. So nothing but a word of the user's parts a workspace from its log.
    name: of the log on a server that holds many; that of the dataset unless given.
    """
    usual = os.environ.get(ENVIRONMENT) or None
    remembered = remembered_in(workspace)
    if named is None and remembered is not None:
        # A password is not written down; one that was given in the environment is used.
        if usual and usual != HERE and same_server(usual, remembered):
            return with_log(usual, str(address(remembered).query["log"]), replace=True)
        return remembered
    if named is None and not workspace.log_path.exists():
        named = usual
    if named in (None, HERE):
        return workspace.log_path
    if name is None and workspace.exists:
        name = workspace.project()["name"]
    return with_log(str(named), name)


def shown(where: Path | str) -> str:
    """The file, or the address without its password."""
    return str(where) if isinstance(where, Path) else without_password(where)


def remembered_in(workspace: Workspace) -> str | None:
    """The address that a workspace keeps, without a password; None = its own decisions.db."""
    path = workspace.folder / REMEMBERED
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["log"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UserError(
            f"{path} cannot be read ({problem}), and it says where the decisions of this workspace "
            "are. Name their log with --log; the decisions themselves were not touched."
        ) from problem


def _remember(workspace: Workspace, where: Path | str) -> None:
    path = workspace.folder / REMEMBERED
    with writing(workspace.folder):
        if isinstance(where, Path):
            path.unlink(missing_ok=True)
        elif not path.exists() or remembered_in(workspace) != without_password(where):
            write_text(path, json.dumps({"log": without_password(where)}, ensure_ascii=False))


def _check_about(log: DecisionLog, dataset: Dataset) -> None:
    """Raise UserError where a log has decisions and none of them is about a row of the dataset."""
    decisions = log.decisions()
    for start in range(0, len(decisions), _BLOCK):
        block = decisions[start : start + _BLOCK]
        if (dataset.rows_of([id_ for each in block for id_ in each.ids]) >= 0).any():
            return
    if decisions:
        raise UserError(
            f"The {len(decisions):,} decisions in {without_password(str(log.where))} are about "
            f"other data: not one row of {dataset.name} is among them. Name a log of its own: put "
            "?log=NAME at the end of the address. If these are the same rows under new ids, open "
            "it so too and let `second-look replay` carry the decisions over."
        )
