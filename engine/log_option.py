"""--log on the command line: where the decisions go, told when that changes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from store.dataset import Dataset
    from store.decisions import DecisionLog


def log_option(command: Callable[..., None]) -> Callable[..., None]:
    """--log ADDRESS."""
    return click.option(
        "--log",
        "log_named",
        metavar="ADDRESS",
        help="postgresql://… of a server that keeps the decisions (remembered without its "
        'password), or "workspace" for the file in it.',
    )(command)


def log_for(folder: Path, dataset: "Dataset", choices: dict[str, Any]) -> "DecisionLog":
    """The log of a workspace, or the one named now, with a word on what stays where it was."""
    from store.log_choice import log_of, place_of, shown
    from store.workspace import Workspace

    workspace, named = Workspace(folder), choices["log_named"]
    before = place_of(workspace)
    log = log_of(workspace, dataset, named=named)
    is_some = before.exists() if isinstance(before, Path) else True
    if is_some and shown(before) != shown(log.where):
        click.echo(
            f"The decisions made so far stay in {shown(before)}; from now on they go to "
            f"{shown(log.where)}. To bring them along: "
            f"second-look replay '{shown(before)}' DATA --apply",
            err=True,
        )
    return log


def log_environment(named: str | None) -> dict[str, str]:
    """What tells the server's process of --log: its password may stand in no list of processes."""
    return {} if named is None else {"SECOND_LOOK_LOG": named}
