"""Inner products of two blocks of rows: the one file of this folder that multiplies with torch.

numpy would do, but its threads go on spinning after each product and take the cores from the
compiled loops of `index.tiles`: all pairs of 50,000 x 128 took 5.5 s with numpy and 3.3 s with
torch, whose threads are the loops' own (benchmarks/results/products.csv).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import numpy as np


def multiply(rows: np.ndarray, others: np.ndarray, out: np.ndarray) -> None:
    """out (r, c) = rows (r, d) @ others (c, d).T, float32."""
    import torch  # 3 s to import, so only where a graph is built

    torch.mm(torch.from_numpy(rows), torch.from_numpy(others).T, out=torch.from_numpy(out))


@contextmanager
def multiplying_threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """A pool of threads each of which multiplies alone, so that they share work out in large parts.

    A product by all threads at once waits for the slowest of them, and so do the loops after it.
    """
    import torch

    usual, ready = torch.get_num_threads(), Barrier(count + 1)

    def alone() -> None:
        torch.get_num_threads()  # the first question of a thread sets the usual number
        torch.set_num_threads(1)
        ready.wait()

    with ThreadPoolExecutor(count, thread_name_prefix="multiply", initializer=alone) as pool:
        for _ in range(count):
            pool.submit(int)  # a pool starts its threads when there is something to do
        ready.wait()
        # Each thread keeps its own number, but threads to come start with the last one set.
        torch.set_num_threads(usual)
        yield pool
