"""Append measurements to benchmarks/results/*.csv, with what is needed to read them later."""

import csv
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def machine() -> str:
    """Processor, cores and memory on one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"


def processor() -> str:
    """The processor's name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def commit() -> str:
    """Short hash of the checkout, with + when it holds uncommitted changes."""
    root = RESULTS.parent.parent
    run = lambda *words: subprocess.run(  # noqa: E731  # one line, used twice, here only
        ["git", *words], cwd=root, capture_output=True, text=True, check=False
    ).stdout.strip()
    changed = run("status", "--porcelain", "--", ".", ":!benchmarks/results")
    return run("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def append(question: str, rows: list[dict[str, object]], *, packages: tuple[str, ...]) -> Path:
    """Add rows to results/<question>.csv and return it.

    All rows of one question have the same columns; a new column needs a new question.
    """
    path = RESULTS / f"{question}.csv"
    about = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": commit(),
        "machine": machine(),
        "python": platform.python_version(),
        "versions": " ".join(f"{name}={version(name)}" for name in packages),
    }
    complete = [{**about, **row} for row in rows]
    is_new = not path.exists()
    if not is_new:
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        if header != list(complete[0]):
            raise ValueError(f"{path.name} has the columns {header}, not {list(complete[0])}")
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(complete[0]))
        if is_new:
            writer.writeheader()
        writer.writerows(complete)
    return path
