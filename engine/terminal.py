"""Progress for a person at a terminal: one line, rewritten, with a rate and the time left."""

import sys
import time
from typing import TextIO


class TerminalProgress:
    """Writes "neighbour graph  43 %  1,200/s  0:12 left" to a stream, at most five times a second.

    A stream that is no terminal (a log file) gets one line per finished stage instead.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._stage = ""
        self._began = 0.0
        self._shown = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """See `store.progress.Progress`."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._shown = stage, now, 0.0
        finished = total > 0 and done >= total
        if not self._stream.isatty():
            if finished:
                self._stream.write(f"{stage}: {total:,} in {now - self._began:.1f} s\n")
            return
        if finished or now - self._shown >= 0.2:
            self._shown = now
            # \033[K erases what a longer line left behind.
            self._stream.write(f"\r{describe(stage, done, total, now - self._began)}\033[K")
            self._stream.write("\n" if finished else "")
            self._stream.flush()


def describe(stage: str, done: int, total: int, seconds: float) -> str:
    """One line about work under way.

    >>> describe("neighbour graph", 500, 2000, 2.0)
    'neighbour graph  25 %  250/s  0:06 left'
    >>> describe("map layout", 0, 0, 3.0)
    'map layout …'
    """
    if total <= 0:
        return f"{stage} …"
    parts = [stage, f"{100 * done // total} %"]
    if done and seconds > 0:
        left = round((total - done) * seconds / done)
        parts += [f"{done / seconds:,.0f}/s", f"{left // 60}:{left % 60:02} left"]
    return "  ".join(parts)
