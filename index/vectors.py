"""Embeddings as a metric sees them: blocks of rows, made ready one at a time, never all at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from index.graph import Metric


@dataclass(frozen=True, eq=False)
class Vectors:
    """n rows to be compared by inner products, with nothing of the size of the embeddings copied.

    embeddings: (n, d) float32, memory-mapped or not.
    lengths: (n,) float32 norms.
    half: (n,) float32, what a product lacks of a closeness: 0 for cosine, ‖x − centre‖²/2 for
        euclidean, so that product − half[i] − half[j] = −distance²/2.
    centre: (d,) float32, subtracted for euclidean: far from the origin products lose all digits.
    """

    embeddings: np.ndarray
    metric: Metric
    lengths: np.ndarray
    half: np.ndarray
    centre: np.ndarray

    def __len__(self) -> int:
        return len(self.embeddings)

    @property
    def width(self) -> int:
        """d, numbers per row."""
        return self.embeddings.shape[1]

    def take(self, rows: np.ndarray | slice) -> np.ndarray:
        """(len(rows), d) float32 of some rows: of length 1 (zeros stay) or centred."""
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        return _ready(self.embeddings, rows, self.lengths, self.centre, self.metric == "cosine")

    def strip(self, rows: slice) -> np.ndarray:
        """What `take` gives, by one thread alone: for work that is shared out in strips."""
        copies = self.embeddings[rows] - self.centre
        if self.metric == "cosine":
            lengths = self.lengths[rows]
            copies *= np.divide(1, lengths, where=lengths > 0, out=np.ones_like(lengths))[:, None]
        return copies

    def part(self, rows: np.ndarray) -> "Vectors":
        """Some rows as a value of their own: these are copied."""
        return Vectors(
            self.embeddings[rows], self.metric, self.lengths[rows], self.half[rows], self.centre
        )


def in_a_file(array: np.ndarray) -> bool:
    """The numbers are read from a memory-mapped file as they are, without a copy."""
    owner: object = array
    while isinstance(owner, np.ndarray) and not isinstance(owner, np.memmap):
        owner = owner.base
    return isinstance(owner, np.memmap) and array.dtype == np.float32 and array.flags.c_contiguous


def as_vectors(embeddings: np.ndarray, metric: Metric) -> Vectors:
    """Norms, centre and halves in two passes over blocks of rows."""
    # A memory-mapped file is an ndarray like any other once its subclass is taken off.
    embeddings = np.ascontiguousarray(embeddings, dtype=np.float32).view(np.ndarray)
    n, d = embeddings.shape
    lengths, half = row_lengths(embeddings, np.zeros(d, np.float32)), np.zeros(n, np.float32)
    centre = np.zeros(d, np.float32)
    if metric == "euclidean":
        centre = (embeddings.sum(axis=0, dtype=np.float64) / n).astype(np.float32)
        half = np.square(row_lengths(embeddings, centre)) / 2
    return Vectors(embeddings, metric, lengths, half, centre)


@numba.njit(parallel=True, nogil=True, cache=True)
def row_lengths(embeddings: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """(n,) float32 distances of the rows from a point, summed in double precision."""
    lengths = np.empty(len(embeddings), dtype=np.float32)
    for row in numba.prange(len(embeddings)):
        total = 0.0
        for j in range(embeddings.shape[1]):
            gap = embeddings[row, j] - centre[j]
            total += gap * gap
        lengths[row] = np.sqrt(total)
    return lengths


@numba.njit(parallel=True, nogil=True, cache=True)
def _ready(
    embeddings: np.ndarray, rows: np.ndarray, lengths: np.ndarray, centre: np.ndarray, cosine: bool
) -> np.ndarray:
    """(len(rows), d) float32 copies, of length 1 (zeros stay zeros) or centred."""
    copies = np.empty((len(rows), embeddings.shape[1]), dtype=np.float32)
    for at in numba.prange(len(rows)):
        row = rows[at]
        factor = np.float32(1)
        if cosine and lengths[row] > 0:
            factor = np.float32(1) / lengths[row]
        for j in range(embeddings.shape[1]):
            copies[at, j] = (embeddings[row, j] - centre[j]) * factor
    return copies


def row_blocks(n: int, *, floats_per_row: int, megabytes: int = 8) -> Iterator[slice]:
    """Cut n rows into slices whose float32 buffers stay within `megabytes`."""
    step = max(1, megabytes * 2**20 // (4 * max(1, floats_per_row)))
    for start in range(0, n, step):
        yield slice(start, min(n, start + step))
