"""Where a log is that somebody names: a workspace, a file, a database or a patch."""

from pathlib import Path

from store.decision import Decision
from store.decisions import DecisionLog
from store.errors import UserError
from store.log_choice import place_of
from store.log_server import address, log_named, logs_at, with_log, without_password
from store.patches import decisions_in
from store.workspace import Workspace


def decisions_at(named: str) -> tuple[Decision, ...]:
    """The decisions of a log, which is only read. A workspace without one has none.

    named: a workspace, a file or the address of a server; or a patch, which stands for decisions.
    Raises UserError where there is nothing.
    """
    if "://" in named:
        return DecisionLog(_one_log(named)).decisions()
    path = Path(named).expanduser()
    if path.is_dir():
        workspace = Workspace(path)
        where = place_of(workspace)
        if not workspace.exists and where == workspace.log_path and not where.is_file():
            raise UserError(
                f"{path} is a folder without a log of decisions. Name a workspace "
                "(reviews.secondlook), the decisions.db in it, or the address of a server."
            )
        return DecisionLog(where).decisions()
    if not path.is_file():
        raise UserError(
            f"There is no log {path}. Name a workspace (reviews.secondlook), the decisions.db in "
            "it, a patch, or the address of a server."
        )
    with path.open("rb") as file:
        is_patch = file.read(1) in (b"{", b"")  # a log begins with "SQLite format 3"
    return decisions_in(path) if is_patch else DecisionLog(path).decisions()


def _one_log(named: str) -> str:
    """The address with the log that is meant: the only one there, where it names none."""
    if named.startswith("sqlite:") or log_named(address(named).query):
        return named
    names = logs_at(named)
    if len(names) != 1:
        known = f"There are {', '.join(names)}." if names else "There is none there."
        raise UserError(
            f"{without_password(named)} names a database and no log in it. {known} Put ?log=NAME "
            "at the end of the address."
        )
    return with_log(named, names[0])
