"""Embeddings on their way to the heads: in blocks, made unit length, centred, of one usual size."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from store.progress import Progress

BLOCK_BYTES = 16 * 2**20
"""About what a processor's cache holds: with 128 MiB an epoch takes half as long again."""
BLOCK_ROWS = 8_192
"""No more rows than this at once, so that whoever wants to cancel is asked often."""


class Feed:
    """Blocks of prepared embeddings; only one of them is in memory at a time.

    Unit length, because directions carry the meaning of most embeddings; centred, because they
    often share a large common part; divided by one number for all dimensions, so that the
    learning rate fits every encoder. Not each dimension by its own: that blows up the noise of
    PCA's and SVD's last components (digits: average precision .970 against .986).
    """

    def __init__(
        self, embeddings: np.ndarray, device: torch.device, *, floats_per_row: int
    ) -> None:
        d = embeddings.shape[1]
        self.embeddings, self.device = embeddings, device
        # Two copies of the inputs live at once, beside what the heads hold for a row.
        bytes_per_row = 4 * (2 * d + floats_per_row)
        self.step = max(1, min(BLOCK_ROWS, BLOCK_BYTES // bytes_per_row))
        self.mean = torch.zeros(d, device=device)
        self.size = 1.0

    def measure(self, progress: Progress, stage: str = "reading embeddings") -> None:
        """One pass over all rows for their mean and usual distance from it."""
        n, d = self.embeddings.shape
        total, squared = torch.zeros(d, dtype=torch.float64, device=self.device), 0.0
        for rows in self.row_blocks(np.arange(n)):
            progress(stage, int(rows[0]), n)
            units = self._units(rows)
            total += units.sum(dim=0, dtype=torch.float64)
            squared += float(units.square().sum(dtype=torch.float64))
        progress(stage, n, n)
        mean = total / n
        size = max(squared / n - float(mean.square().sum()), 0.0) ** 0.5
        self.mean = mean.to(torch.float32)
        self.size = size if size > 1e-6 else 1.0

    def rows(self, rows: np.ndarray) -> Tensor:
        """(len(rows), d) prepared inputs."""
        return self._units(rows).sub_(self.mean).div_(self.size)

    def row_blocks(self, rows: np.ndarray, *, multiple_of: int = 1) -> Iterator[np.ndarray]:
        """Cut rows into blocks that fit, of whole batches but for the last one."""
        step = max(self.step // multiple_of, 1) * multiple_of
        for start in range(0, len(rows), step):
            yield rows[start : start + step]

    def _units(self, rows: np.ndarray) -> Tensor:
        # Picking rows by number copies them, so the division below stays off the user's array.
        block = np.asarray(self.embeddings[rows], dtype=np.float32)
        inputs = torch.from_numpy(block).to(self.device)
        # Divided twice: the square of a large float32 overflows, that of a number below 1 cannot.
        inputs /= inputs.abs().amax(dim=1, keepdim=True).clamp_(min=1e-30)
        return inputs.div_(inputs.norm(dim=1, keepdim=True).clamp_(min=1e-12))
