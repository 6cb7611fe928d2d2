"""Which library should multiply for the exact search on the CPU?

    python -m benchmarks.bench_products --data ../shared/data

The exact lists of CIFAR-10N train, 50,000 x 128, with the tiles' products by torch and by numpy, in
turns; medians go to results/products.csv.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from benchmarks.record import append
from index import exact
from index.products import multiply
from index.vectors import as_vectors


def by_numpy(rows: np.ndarray, others: np.ndarray, out: np.ndarray) -> None:
    """The same product by numpy's BLAS."""
    np.matmul(rows, others.T, out=out)


def silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def main() -> None:
    """Alternate between the two, print and append the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    path = options.data / "embeddings" / "cifar10_train_kmeans.npy"
    vectors = as_vectors(np.load(path).astype(np.float32), "cosine")
    ways = {"torch": multiply, "numpy": by_numpy}
    times: dict[str, list[float]] = {name: [] for name in ways}
    exact.exact_lists(as_vectors(vectors.embeddings[:4_000], "cosine"), 15, silent)  # compiles
    for _ in range(options.repeat):
        for name, way in ways.items():
            exact.multiply = way  # type: ignore[assignment]
            began = time.perf_counter()
            exact.exact_lists(vectors, 15, silent)
            times[name].append(time.perf_counter() - began)
    rows: list[dict[str, object]] = [
        {"data": "CIFAR-10N train 50,000 x 128", "products": name, "runs": options.repeat,
         "seconds": round(statistics.median(taken), 2)}
        for name, taken in times.items()
    ]  # fmt: skip
    print(rows)
    append("products", rows, packages=("torch", "numpy", "numba"))


if __name__ == "__main__":
    main()
