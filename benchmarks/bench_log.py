"""How long until a decision is durable, a bulk action written, a million decisions settled?

    python -m benchmarks.bench_log [--decisions 1000000] [--postgresql postgresql://…]

Single decisions one after the other through one open log, a bulk action over 100,000 rows, and the
verdicts in force after a million decisions of three reviewers (5 % of them undos, one a bulk
action). Without --postgresql a server of Debian's is started for it, if there is one. Seconds as a
clock says, and of the processor; rows go to results/log.csv.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.record import append
from store.decision import Decision
from store.decisions import DecisionLog
from store.settling import settle
from tests.postgresql import missing, server

REVIEWERS = ("ann", "bob", "carol")
ACTIONS = {"keep": 50, "relabel": 35, "drop": 8, "skip": 5, "flag": 2}
MORNING = datetime(2026, 1, 1, 8, tzinfo=UTC)


def decided(number: int, action: str, rows: range | list[int], reviewer: str) -> Decision:
    """A decision as a review makes it; the same for the same arguments."""
    return Decision(
        decision_id=f"{number:032x}",
        action=action,  # type: ignore[arg-type]
        ids=tuple(f"row-{row}" for row in rows),
        contents=tuple(f"{row:032x}" for row in rows),
        given=("cat",) * len(rows),
        reviewer=reviewer,
        at=MORNING + timedelta(seconds=number),
        label="dog" if action == "relabel" else None,
        because={"queue": "joined_evidence", "rank": number, "score": 0.5, "order": "learning"},
        seconds=2.0,
    )


def team(decisions: int, shared: float) -> list[Decision]:
    """Decisions of three reviewers in turn, each going through rows of their own and a share of
    common ones; one decision in twenty is an undo, and in the middle is a bulk action."""
    chance, log = random.Random(0), []
    last: dict[str, Decision] = {}
    names, weights = list(ACTIONS), list(ACTIONS.values())
    for number in range(decisions - 1):
        turn, reviewer = number // len(REVIEWERS), REVIEWERS[number % len(REVIEWERS)]
        if reviewer in last and chance.random() < 0.05:
            aim = last.pop(reviewer)
            log.append(
                Decision(
                    f"{number:032x}", "undo", aim.ids, aim.contents, aim.given, reviewer,
                    MORNING + timedelta(seconds=number), undoes=aim.decision_id,
                )
            )  # fmt: skip
            continue
        row = turn if chance.random() < shared else decisions + number
        last[reviewer] = decided(number, chance.choices(names, weights)[0], [row], reviewer)
        log.append(last[reviewer])
    log.insert(decisions // 2, decided(decisions, "drop", range(decisions // 10), "ann"))
    return log


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds as a clock says, and of this process's processor time, until the result is there."""
    began, worked = time.perf_counter(), time.process_time()
    result = work()  # to let go of a million verdicts takes time as well, which is nobody's wait
    took = time.perf_counter() - began, time.process_time() - worked
    del result
    return took


def measure_log(name: str, where: Path | str, singles: int) -> Iterator[dict[str, object]]:
    """Single decisions, and a bulk action written and read, in one log."""
    log = DecisionLog(where)
    log.append([decided(0, "keep", [0], "ann")])
    took = [
        timed(lambda each=each: log.append([each]))  # type: ignore[misc]
        for each in (decided(1 + turn, "keep", [turn], "ann") for turn in range(singles))
    ]
    clock = sorted(seconds for seconds, _ in took)
    yield row(name, "a single decision, median", singles, statistics.median(clock),
              statistics.median(worked for _, worked in took))  # fmt: skip
    yield row(name, "a single decision, 95th percentile", singles, clock[int(0.95 * singles)])
    yield row(name, "all of them one after the other", singles, sum(clock))
    bulk = decided(singles + 1, "drop", range(100_000), "ann")
    yield row(name, "a bulk action written", 100_000, *timed(lambda: log.append([bulk])))
    again = DecisionLog(where)
    yield row(name, "the log read by another process", singles + 2, *timed(again.decisions))


def measure_settle(name: str, log: list[Decision]) -> Iterator[dict[str, object]]:
    """The verdicts of a whole log, three times; the median."""
    runs = sorted(timed(lambda: settle(log)) for _ in range(3))
    yield row("memory", name, len(log), *runs[1])


def row(
    place: str, what: str, number: int, seconds: float, cpu: float = float("nan")
) -> dict[str, object]:
    """One line of the results, printed; with how busy the machine was."""
    facts: dict[str, object] = {"where": place, "what": what, "n": number}
    facts |= {"seconds": round(seconds, 5), "cpu_seconds": round(cpu, 5)}
    facts |= {"load": round(os.getloadavg()[0], 1)}
    print(facts)
    return facts


@contextmanager
def postgresql(named: str | None) -> Iterator[str | None]:
    """The address of a database: the one that was named, or of a server started for this."""
    if named is not None or missing():
        yield named
        return
    with server() as running:
        yield running.address()


def main() -> None:
    """Measure both, print and append."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=1_000_000)
    parser.add_argument("--singles", type=int, default=500)
    parser.add_argument("--postgresql", metavar="ADDRESS", help="a database that may be written to")
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(dir=".") as folder:  # /tmp may be memory, not a disk
        rows += measure_log("SQLite", Path(folder) / "decisions.db", options.singles)
    with postgresql(options.postgresql) as address:
        if address is not None:
            named = f"{address}?log=bench_{os.getpid()}"
            rows += measure_log("PostgreSQL", named, options.singles)
    for shared in (0.1, 1.0):
        words = f"settle, {shared:.0%} of the rows common to three reviewers"
        rows += measure_settle(words, team(options.decisions, shared))
    print(append("log", rows, packages=("sqlalchemy", "psycopg", "numpy")))


if __name__ == "__main__":
    main()
