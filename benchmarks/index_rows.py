"""What the questions about the neighbour graph share: made vectors, times, memory, a line."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

K = 15
Row = dict[str, object]


def clustered(n: int, d: int, clusters: int, *, rank: int = 16, seed: int = 0) -> np.ndarray:
    """(n, d) float32: centres, around each a subspace of its own, and a little noise everywhere."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(clusters, d)).astype(np.float32)
    home = rng.integers(0, clusters, n)
    rows = np.empty((n, d), dtype=np.float32)
    for cluster in range(clusters):
        members = np.flatnonzero(home == cluster)
        basis = rng.normal(size=(rank, d)).astype(np.float32) / np.sqrt(rank)
        inside = 0.7 * rng.normal(size=(len(members), rank)).astype(np.float32) @ basis
        noise = 0.1 * rng.normal(size=(len(members), d)).astype(np.float32)
        rows[members] = centres[cluster] + inside + noise
    return rows


def median_seconds(work: Callable[[], object], repeat: int) -> float:
    """Median wall time."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def memory_mb(name: str) -> float:
    """VmRSS (now) or VmHWM (peak) of this process."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(name + ":")]
    return int(line.split()[1]) / 1024


def row(question: str, data: str, who: str, seconds: float, **more: object) -> Row:
    """One line of the results; what does not apply is empty."""
    line: Row = {"question": question, "data": data, "who": who, "seconds": round(seconds, 4)}
    line |= {"recall": "", "peak_extra_mb": "", "note": ""}
    line |= more
    print("  ".join(f"{value}" for value in line.values() if value != ""), flush=True)
    return line
