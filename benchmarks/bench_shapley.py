"""How long do exact KNN-Shapley values take, against cleanlab's truncated ones and plain numpy?

    python -m benchmarks.bench_shapley [--repeat 3] [--only 5000 10000 30000]

Unit vectors of 384 dimensions in 100 clusters, ten classes, a tenth of the labels wrong, k = 10.
Ours and numpy's are the exact values of every rank; cleanlab's stop after the k nearest, with its
own search. Numpy is asked up to 5,000 rows, where its values are compared with ours. Medians of
--repeat runs, and of the processor seconds they took on all cores, go to results/shapley.csv.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch

from benchmarks.index_rows import clustered
from benchmarks.record import append
from engine.evaluate import average_precision
from engine.kernels.shapley import knn_shapley_values

D, K = 384, 10
SIZES = (5_000, 10_000, 30_000)
Row = dict[str, object]


def by_numpy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The paper's recursion as it stands: one stable argsort per evaluation row."""
    n = len(x)
    ranks = np.arange(1, n - 1)
    values = np.zeros(n)
    for row in range(n):
        order = np.argsort(-(x @ x[row]), kind="stable")
        order = order[order != row]
        match = (y[order] == y[row]).astype(np.float64)
        shares = np.empty(n - 1)
        shares[-1] = match[-1] * min(K, n - 1) / (K * (n - 1))
        steps = (match[:-1] - match[1:]) / K * np.minimum(K, ranks) / ranks
        shares[:-1] = shares[-1] + steps[::-1].cumsum()[::-1]
        values[order] += shares
    return values / n


def by_cleanlab(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """data_shapley_knn, in [0, 1] around .5."""
    from cleanlab.data_valuation import data_shapley_knn

    return data_shapley_knn(y, features=x, k=K)


def by_us(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What the scorer computes."""
    return knn_shapley_values(torch.from_numpy(x), torch.from_numpy(y), K).numpy()


def timed(work: Callable[[], np.ndarray], repeat: int) -> tuple[np.ndarray, float, float]:
    """The values, median wall seconds and median processor seconds."""
    walls, busy = [], []
    for _ in range(repeat):
        began, at_work = time.perf_counter(), time.process_time()
        values = work()
        walls.append(time.perf_counter() - began)
        busy.append(time.process_time() - at_work)
    return values, statistics.median(walls), statistics.median(busy)


def measure(n: int, repeat: int) -> Iterator[Row]:
    """One row per way that is asked at this size."""
    rows = clustered(n, D, 100)
    x = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    rng = np.random.default_rng(0)
    # The centres come first out of the generator of `clustered`, then the clusters.
    again = np.random.default_rng(0)
    again.normal(size=(100, D))
    true = again.integers(0, 100, n) % 10
    wrong = rng.random(n) < 0.1
    y = np.where(wrong, (true + rng.integers(1, 10, n)) % 10, true)
    ways = {"second look, exact": by_us, "cleanlab, truncated": by_cleanlab}
    if n <= 5_000:
        ways["numpy, exact"] = by_numpy
    by_us(x[:500], y[:500])  # compiles
    first: np.ndarray | None = None
    for who, way in ways.items():
        values, wall, busy = timed(lambda way=way: way(x, y), repeat)
        first = values if first is None else first
        line: Row = {
            "data": f"clustered {n:,} x {D}", "who": who, "k": K, "runs": repeat,
            "seconds": round(wall, 2), "processor_seconds": round(busy, 2),
            "average_precision": round(average_precision(-values, wrong), 4),
            "largest_difference": f"{np.abs(values - first).max():.1e}" if "exact" in who else "",
        }  # fmt: skip
        print("  ".join(f"{value}" for value in line.values() if value != ""), flush=True)
        yield line


def main() -> None:
    """Measure what was asked for, print as it comes, append all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="+", type=int, default=SIZES)
    options = parser.parse_args()
    for n in options.only:
        lines = list(measure(n, options.repeat))
        append("shapley", lines, packages=("torch", "numba", "numpy", "cleanlab"))


if __name__ == "__main__":
    main()
