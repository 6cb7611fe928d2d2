"""Inner products of two blocks of rows: the one file of this folder that multiplies with torch.

numpy would do, but its threads go on spinning after each product and take the cores from the
compiled loops of `index.tiles`: 50,000 x 128 took 17.9 s with numpy and 5.2 s with torch, whose
threads are the loops' own (benchmarks/results/products.csv).
"""

import numpy as np


def multiply(rows: np.ndarray, others: np.ndarray, out: np.ndarray) -> None:
    """out (r, c) = rows (r, d) @ others (c, d).T, float32."""
    import torch  # 3 s to import, so only where a graph is built

    torch.mm(torch.from_numpy(rows), torch.from_numpy(others).T, out=torch.from_numpy(out))
