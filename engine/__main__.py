"""The command line: the same verbs as the screens, without a browser."""

import json
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.agreement_commands import adjudicate_command, agreement_command
from engine.export_command import export_command
from engine.log_commands import replay_command
from engine.log_option import log_environment, log_for, log_option
from engine.named_data import data_options, opened
from engine.run_commands import runs_command
from engine.terminal import TerminalProgress
from store.errors import UserError
from store.version import version

if TYPE_CHECKING:
    from engine.audit import Audit


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, by default on sys.argv; exit code 0, 1 (UserError), 2 (usage)."""
    try:
        command_line(arguments, prog_name="second-look", standalone_mode=False)
    except UserError as problem:
        click.echo(f"second-look: {problem}", err=True)
        sys.exit(1)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("second-look: cancelled; nothing half-written is left behind.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # `second-look queue … | head` closed the pipe: not an error, but Python would report one
        # again while it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group()
@click.version_option(version(), prog_name="second-look")
def command_line() -> None:
    """Find the rows of your dataset that are probably wrong, look, decide, export a clean copy."""


@command_line.command("open", epilog="Example:  second-look open reviews.csv --label stars")
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
def open_command(
    port: int | None, address: str | None, reviewer: str | None, no_browser: bool, **choices: Any
) -> None:
    """Read DATA and review it in the browser.

    DATA is a table (CSV, TSV, Parquet, Arrow, JSON, JSONL, NPZ, an export of Label Studio) or a
    folder: pictures with one sub-folder per class, Parquet parts, a dataset saved by `datasets`, or
    a retrieval set (BEIR, TREC, three tables; a table of pairs is one as well).
    """
    with opened(choices, keep=True) as project:
        rows = f"{len(project.dataset):,} {project.dataset.unit}s"
        click.echo(f"{rows}, workspace {project.workspace.folder}")
        for guess in project.guesses:
            click.echo(f"  {guess.role}: {guess.choice or '–'} ({guess.because})")
        log = log_for(project.workspace.folder, project.dataset, choices)
        if log.path is None:
            click.echo(f"{len(log.decisions()):,} decisions so far in {log.place}")
        serve(
            project.workspace.folder, port, reviewer, address=address,
            log_named=choices["log_named"], show_browser=not no_browser,
        )  # fmt: skip


@command_line.command(
    "score", epilog="Example:  second-look score reviews.csv --out scores.parquet"
)
@data_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write: .parquet or .csv.",
)
def score_command(out: Path, **choices: Any) -> None:
    """Write every score of every row of DATA, by id."""
    from engine.audit import audit
    from engine.report import score_table
    from store.tables import check_table_path, write_table

    check_table_path(out)
    with opened(choices) as project:
        found = audit(project.dataset, project.workspace, progress=TerminalProgress())
        _caution(found)
        table = score_table(project.dataset, found)
    write_table(table, out)
    click.echo(f"{out}: {len(table):,} rows, {', '.join(table.column_names)}", err=True)


@command_line.command("queue", epilog="Example:  second-look queue reviews.csv --limit 20")
@data_options
@log_option
@click.option("--scorer", metavar="NAME", help="One scorer's order instead of the joined evidence.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="OPTION=VALUE",
    help="An option of this scorer, such as k=5 or negative=CLASS; may be repeated.",
)
@click.option(
    "--where",
    metavar="SQL",
    help="Only rows for which this holds, as in: given = 'dog' AND self_confidence < 0.1; or "
    "@NAME, a filter saved on the page Explore.",
)
@click.option("--list", "named", metavar="NAME", help="Only rows of this named list.")
@click.option("--limit", type=click.IntRange(min=0), help="How many rows (default: all).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def queue_command(
    scorer: str | None,
    settings: tuple[str, ...],
    where: str | None,
    named: str | None,
    limit: int | None,
    as_json: bool,
    **choices: Any,
) -> None:
    """Print the rows of DATA, most suspicious first.

    A scorer that no audit waits for is run when it is named.
    """
    from engine.audit import audit, with_score
    from engine.report import queue_lines
    from engine.scorers import all_scorers
    from engine.settings import parse_settings
    from engine.where_option import rows_meant

    if scorer is not None and scorer not in all_scorers():
        raise UserError(f"There is no scorer {scorer!r}. There are: {', '.join(all_scorers())}.")
    if settings and scorer is None:
        raise UserError(f"--set {settings[0]} is an option of one scorer: name it with --scorer.")
    with opened(choices) as project:
        progress = TerminalProgress()
        options = {}
        if scorer is not None:
            options = parse_settings(all_scorers()[scorer], settings, project.dataset.classes)
        found = audit(project.dataset, project.workspace, progress=progress)
        _caution(found)
        if scorer is not None and (options or scorer not in found.scores):
            found = with_score(
                found, all_scorers()[scorer], project.workspace, progress=progress, **options
            )
        among = rows_meant(project, found, where, named, choices)
        for line in queue_lines(project.dataset, found, scorer=scorer, limit=limit, among=among):
            click.echo(json.dumps(line, ensure_ascii=False) if as_json else _columns(line))


@command_line.command("scorers", epilog="Example:  second-look scorers")
def scorers_command() -> None:
    """List every scorer: what it finds, what it needs, which end is suspicious."""
    from engine.scorers import all_scorers

    for scorer in all_scorers().values():
        click.echo(f"{scorer.name}  ({scorer.finds}; {scorer.review_first} first)")
        click.echo(f"    {scorer.summary}")
        click.echo(f"    needs {', '.join(scorer.inputs)}; {scorer.source}")
        options = ", ".join(f"{name}={value}" for name, value in scorer.options.items())
        click.echo(f"    options: {options or 'none'}; runs {scorer.runs}")


for command in (
    export_command,
    replay_command,
    agreement_command,
    adjudicate_command,
    runs_command,
):
    command_line.add_command(command)


def serve(
    workspace: Path,
    port: int | None,
    reviewer: str | None,
    *,
    address: str | None = None,
    log_named: str | None = None,
    show_browser: bool,
) -> None:
    """Replace this process by the server, so that ending one ends the other.

    The server itself refuses an address that other machines can call, unless it has a login.
    """
    address = address or os.environ.get("STREAMLIT_SERVER_ADDRESS") or "127.0.0.1"
    app = Path(__file__).resolve().parent.parent / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    command += ["--server.address", address, "--browser.gatherUsageStats", "false"]
    command += ["--server.headless", "false" if show_browser else "true"]
    command += ["--server.showEmailPrompt", "false"]
    port = port or int(os.environ.get("STREAMLIT_SERVER_PORT", 0)) or first_free_port()
    command += ["--server.port", str(port)]
    host = f"[{address}]" if ":" in address else address
    click.echo(f"Second Look is at http://{host}:{port}  (Ctrl-C ends it)")
    environment = os.environ | log_environment(log_named)
    environment |= {"SECOND_LOOK_WORKSPACES": str(workspace.resolve())}
    if reviewer:
        environment["SECOND_LOOK_REVIEWER"] = reviewer
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)


def first_free_port(start: int = 8501) -> int:
    """The first port from `start` on that nobody listens on."""
    for port in range(start, 65_536):
        with socket.socket() as probe:
            # Without it, a port whose last connection has just closed counts as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise UserError(f"No port from {start} on is free on this machine. Name one with --port.")


def _caution(found: "Audit") -> None:
    """What makes all that follows doubtful, beside the output and not in it."""
    from engine.in_sample import hindsight_of

    hindsight = hindsight_of(found.evidence)
    if hindsight is not None and hindsight.is_likely:
        click.echo(f"second-look: {hindsight.told()}", err=True)


def _columns(line: dict[str, Any]) -> str:
    score = "–" if line["score"] is None else f"{line['score']:.4f}"
    change = f"{line['given']} → {line['suggested']}"
    return f"{line['rank']:>6}  {line['id']}  {score}  {change}  {line['why']}"


if __name__ == "__main__":
    main()
