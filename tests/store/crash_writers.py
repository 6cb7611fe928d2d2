"""Eight processes that write to one log, and a hand that kills them at random moments.

    python -m tests.store.crash_writers WHERE --kills 200 --seed 0

Every tenth time all eight die at once, as when a machine goes down; else one does. Each is followed
by another. Printed at the end: one JSON object with what was acknowledged. WHERE is a file or an
address; the address may stand in the variable CRASH_LOG instead, where no list of processes has it.
"""

import argparse
import itertools
import json
import os
import random
import resource
import signal
import tempfile
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from store.decision import Decision
from store.decisions import DecisionLog
from store.errors import UserError

WRITERS = 8
LONGEST_LIFE = 0.25
"""Seconds between two kills at most: long enough to have written, short enough to be writing."""


def batch(name: str, turn: int) -> list[Decision]:
    """One decision, or several, or one about many rows: transactions of one page and of many."""
    sizes = [[1], [3, 1, 2], [1], [300]][turn % 4]
    return [
        Decision(
            decision_id=f"{name}-{turn}-{place}",
            action="drop",
            ids=tuple(f"row-{row}" for row in range(size)),
            contents=("0" * 32,) * size,
            given=("cat",) * size,
            reviewer=name,
            at=datetime.now(UTC),
        )
        for place, size in enumerate(sizes)
    ]


def write(where: str, name: str, out: int) -> None:
    """Append for ever; each id goes out once append has returned. What is refused is sent again."""
    log = DecisionLog(where)
    for turn in itertools.count():
        sent = batch(name, turn)
        while True:
            try:
                saved = log.append(sent)
                break
            except UserError:
                time.sleep(0.01)
        os.write(out, "".join(f"{each}\n" for each in saved).encode())


class Writer:
    """A process that writes, and the pipe that its acknowledgements come through."""

    def __init__(self, where: str, name: str) -> None:
        self.pipe, out = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                write(where, name, out)
            finally:
                os._exit(1)
        os.close(out)

    def kill(self) -> None:
        """SIGKILL, whatever it is doing."""
        os.kill(self.process, signal.SIGKILL)

    def acknowledged(self) -> list[str]:
        """What it had called saved when it was killed."""
        _, status = os.waitpid(self.process, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL, f"a writer ended by itself: {status}"
        with os.fdopen(self.pipe) as pipe:
            return pipe.read().split()


def warm_up() -> None:
    """What a process does once, so that those that are forked from this one write at once."""
    with tempfile.TemporaryDirectory() as folder:
        DecisionLog(Path(folder) / "decisions.db").append(batch("nobody", 0))
    if find_spec("psycopg"):
        import psycopg  # noqa: F401


def storm(where: str, kills: int, seed: int) -> list[str]:
    """All ids that were acknowledged by writers of which so many were killed."""
    chance, names = random.Random(seed), map("w{}".format, itertools.count())
    writers = [Writer(where, next(names)) for _ in range(WRITERS)]
    saved: list[str] = []
    turn = killed = 0
    while killed < kills:
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        turn += 1
        dying = list(range(WRITERS)) if turn % 10 == 0 else [chance.randrange(WRITERS)]
        for place in dying:
            writers[place].kill()
        for place in dying:
            saved += writers[place].acknowledged()
            writers[place] = Writer(where, next(names))
        killed += len(dying)
    for writer in writers:
        writer.kill()
    for writer in writers:
        saved += writer.acknowledged()
    return saved


def main() -> None:
    """Let them write, kill them, print what was acknowledged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("where", nargs="?", default=os.environ.get("CRASH_LOG"))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--largest-file", type=int, metavar="BYTES", help="a quota, soon used up")
    options = parser.parse_args()
    warm_up()
    if options.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.largest_file, resource.RLIM_INFINITY))
    print(json.dumps(storm(options.where, options.kills, options.seed)))


if __name__ == "__main__":
    main()
