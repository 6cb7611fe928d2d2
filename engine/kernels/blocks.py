"""Rows in blocks of bounded memory, and who is told how far a long computation is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Report = Callable[[int, int], None]


def _to_nobody(done: int, total: int) -> None:
    pass


# A context variable, not an argument: a scorer stays a function of its inputs and options.
_listener: ContextVar[Report] = ContextVar("listener", default=_to_nobody)


@contextmanager
def heard_by(report: Report) -> Iterator[None]:
    """Within this, every block of `row_blocks` is reported as (rows done, rows in all).

    `report` may raise to cancel.
    """
    token = _listener.set(report)
    try:
        yield
    finally:
        _listener.reset(token)


def row_blocks(n: int, *, columns: int, megabytes: int = 64) -> Iterator[slice]:
    """Slices over n rows so that a float32 table of one block by `columns` fits `megabytes`.

    >>> list(row_blocks(5, columns=2**17, megabytes=1))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    report = _listener.get()
    step = max(megabytes * 2**20 // (4 * max(columns, 1)), 1)
    for start in range(0, n, step):
        report(start, n)
        yield slice(start, min(start + step, n))
    report(n, n)


def steps(count: int) -> Iterator[int]:
    """The numbers from 0 to count - 1, each reported as (steps done, steps in all).

    >>> list(steps(3))
    [0, 1, 2]
    """
    report = _listener.get()
    for done in range(count):
        report(done, count)
        yield done
    report(count, count)
