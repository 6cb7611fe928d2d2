"""The command `open`: what there is to review, and the server that shows it."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypedDict, Unpack

import click

from engine.data_options import data_options, workspace_of
from engine.log_option import log_environment, log_for, log_option
from store.errors import UserError
from store.first_glance import seems_kept

HERE = "127.0.0.1"
APP = Path(__file__).resolve().parent.parent / "app.py"
Prepare = Callable[[], dict[str, str] | None]
"""Says what the server's environment needs, or None: it is not as it seemed."""


class Place(TypedDict):
    """Where the server listens, and whether a browser is opened there."""

    address: str
    port: int
    show_browser: bool


class Door(Protocol):
    """A server in this process, whose visitors already load the screens while it prepares.

    It ends with the server, or at once where it is not for this case: then it answers False.
    """

    def __call__(self, prepare: Prepare, **place: Unpack[Place]) -> bool: ...


@click.command("open", epilog="Example:  second-look open reviews.csv --label stars")
@data_options
@log_option
@click.option("--port", type=click.IntRange(1, 65_535), help="Default: the first free from 8501.")
@click.option(
    "--address",
    metavar="IP",
    help="Address to listen on (default: 127.0.0.1). Any other needs a login: see docs/data.md.",
)
@click.option("--reviewer", help="Your name in the log (default: your user name).")
@click.option("--no-browser", is_flag=True, help="Start the server without opening a browser.")
@click.pass_obj
def open_command(
    door: Door | None,
    port: int | None,
    address: str | None,
    reviewer: str | None,
    no_browser: bool,
    **choices: Any,
) -> None:
    """Read DATA and review it in the browser.

    DATA is a table (CSV, TSV, Parquet, Arrow, JSON, JSONL, NPZ, an export of Label Studio) or a
    folder: pictures with one sub-folder per class, Parquet parts, a dataset saved by `datasets`, or
    a retrieval set (BEIR, TREC, three tables; a table of pairs is one as well).
    """
    address = address or os.environ.get("STREAMLIT_SERVER_ADDRESS") or HERE
    port = port or int(os.environ.get("STREAMLIT_SERVER_PORT", 0)) or None
    named = {} if reviewer is None else {"SECOND_LOOK_REVIEWER": reviewer}
    folder = workspace_of(choices)
    is_soon_there = choices["example"] or seems_kept(choices["data"], folder)
    if is_soon_there and door is not None:
        place = Place(address=address, port=port or first_free_port(), show_browser=not no_browser)

        def prepare() -> dict[str, str] | None:
            from engine.named_data import is_kept_as_named

            if not is_kept_as_named(choices):
                return None
            environment = _told(choices)
            _say_where(place)
            return environment | named

        if door(prepare, **place):
            return
    environment = _told(choices)
    # After the reading, which may take minutes, and others open servers meanwhile.
    place = Place(address=address, port=port or first_free_port(), show_browser=not no_browser)
    _say_where(place)
    serve(environment | named, **place)


def _told(choices: dict[str, Any]) -> dict[str, str]:
    """Open DATA, say what was found, and answer what tells the server of it."""
    from engine.named_data import opened

    with opened(choices, keep=True) as project:
        folder = project.workspace.folder
        click.echo(f"{len(project.dataset):,} {project.dataset.unit}s, workspace {folder}")
        for guess in project.guesses:
            click.echo(f"  {guess.role}: {guess.choice or '–'} ({guess.because})")
        log = log_for(folder, project.dataset, choices)
        if log.path is None:
            click.echo(f"{len(log.decisions()):,} decisions so far in {log.place}")
    return log_environment(choices["log_named"]) | {"SECOND_LOOK_WORKSPACES": str(folder.resolve())}


def _say_where(place: Place) -> None:
    host = f"[{place['address']}]" if ":" in place["address"] else place["address"]
    click.echo(f"Second Look is at http://{host}:{place['port']}  (Ctrl-C ends it)")


def serve(environment: dict[str, str], *, address: str, port: int, show_browser: bool) -> None:
    """Replace this process by the server, so that ending one ends the other.

    The server itself refuses an address that other machines can call, unless it has a login.
    """
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    command += ["--server.address", address, "--browser.gatherUsageStats", "false"]
    command += ["--server.headless", "false" if show_browser else "true"]
    command += ["--server.showEmailPrompt", "false", "--server.port", str(port)]
    sys.stdout.flush()
    os.execve(sys.executable, command, os.environ | environment)


def first_free_port(start: int = 8501) -> int:
    """The first port from `start` on that nobody listens on."""
    for port in range(start, 65_536):
        with socket.socket() as probe:
            # Without it, a port whose last connection has just closed counts as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HERE, port))
            except OSError:
                continue
            return port
    raise UserError(f"No port from {start} on is free on this machine. Name one with --port.")
