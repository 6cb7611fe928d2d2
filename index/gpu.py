"""The exact graph on a GPU: half-precision products choose candidates, full precision ranks."""

from collections.abc import Callable

import numpy as np

from index.vectors import Vectors

QUERY_ROWS, PANEL_ROWS = 4_096, 131_072
"""3 GB of products at a time, in half and in full precision."""
SPARE = 17
"""Candidates beyond k: bf16 orders products that differ by less than 1/256 either way."""


def gpu_available() -> bool:
    """A CUDA device is there."""
    import torch

    return bool(torch.cuda.is_available())


def gpu_lists(
    vectors: Vectors,
    k: int,
    progress: Callable[[str, int, int], None],
    *,
    device: str = "cuda",
) -> np.ndarray:
    """(n, k) int32 the k closest other rows of every row, exact up to the rounding of candidates.

    The vectors go to the device once in bf16 (and stay there), and block by block in float32 for
    the final ranking, ties by row as on the CPU. device "cpu" runs the same code, for tests.
    """
    import torch

    n = len(vectors)
    kind = torch.bfloat16 if device != "cpu" else torch.float32
    everyone = torch.empty((n, vectors.width), dtype=torch.float32, device=device)
    for start in range(0, n, PANEL_ROWS):
        block = vectors.take(slice(start, min(n, start + PANEL_ROWS)))
        everyone[start : start + len(block)] = torch.from_numpy(block).to(device)
    rounded = everyone.to(kind)
    half = torch.from_numpy(vectors.half).to(device)
    width = min(n, k + 1 + SPARE)
    lists = np.empty((n, k), dtype=np.int32)
    for top in range(0, n, QUERY_ROWS):
        progress("neighbour graph", top, n)
        bottom = min(n, top + QUERY_ROWS)
        own = torch.arange(top, bottom, device=device)
        best = torch.full((bottom - top, width), -torch.inf, device=device)
        who = torch.full((bottom - top, width), -1, dtype=torch.int64, device=device)
        for left in range(0, n, PANEL_ROWS):
            panel = rounded[left : left + PANEL_ROWS]
            close = (rounded[top:bottom] @ panel.T).float() - half[left : left + len(panel)]
            found = close.topk(min(width, len(panel)), dim=1)
            values = torch.cat([best, found.values], dim=1)
            places = torch.cat([who, found.indices + left], dim=1)
            best, order = values.topk(width, dim=1)
            who = places.gather(1, order)
        exact = torch.einsum("qd,qwd->qw", everyone[top:bottom], everyone[who]) - half[who]
        exact[who == own[:, None]] = -torch.inf
        # Sorting by row first and stably by closeness after it leaves ties in table order.
        by_row = who.argsort(dim=1)
        order = exact.gather(1, by_row).argsort(dim=1, descending=True, stable=True)
        lists[top:bottom] = who.gather(1, by_row).gather(1, order)[:, :k].int().cpu().numpy()
    return lists
