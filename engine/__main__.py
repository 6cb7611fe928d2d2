"""The command line: the same verbs as the screens, without a browser."""

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from store.errors import UserError
from store.version import version

if TYPE_CHECKING:
    from engine.open_command import Door

PLACES = {
    "open": "engine.open_command",
    "score": "engine.queue_commands",
    "queue": "engine.queue_commands",
    "scorers": "engine.queue_commands",
    "export": "engine.export_command",
    "replay": "engine.log_commands",
    "agreement": "engine.agreement_commands",
    "adjudicate": "engine.agreement_commands",
    "runs": "engine.run_commands",
}
"""Where each command stands, under its name and _command."""


class Commands(click.Group):
    """Imports a command when it is named: what all of them need takes longer than to begin."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a person needs them."""
        return list(PLACES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """None = there is no such command."""
        if name not in PLACES:
            return None
        command: click.Command = getattr(import_module(PLACES[name]), f"{name}_command")
        return command


def main(arguments: list[str] | None = None, *, door: "Door | None" = None) -> None:
    """Run the command line, by default on sys.argv; exit code 0, 1 (UserError), 2 (usage).

    door: the server that `open` may use while it still looks at the data; see there.
    """
    try:
        command_line(arguments, prog_name="second-look", standalone_mode=False, obj=door)
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


@click.group(cls=Commands)
@click.version_option(version(), prog_name="second-look")
def command_line() -> None:
    """Find the rows of your dataset that are probably wrong, look, decide, export a clean copy."""


if __name__ == "__main__":
    main()
