"""How long work says how far it is: one callable, for the command line and the screen alike."""

from typing import Protocol


class Progress(Protocol):
    """Called by long work as it goes; may raise `Cancelled` to stop it.

    stage: what is being done, in words for a person ("neighbour graph").
    done, total: in any unit that grows evenly with time; total 0 = unknown.
    """

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def silent(stage: str, done: int, total: int) -> None:
    """The progress of work that nobody watches."""
