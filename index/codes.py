"""Rows in a few bytes each, held in memory in place of vectors that do not fit.

A row is what it differs by from its cell's centroid, cut into parts; one byte says which of 256
entries of a table stands for a part. With one number to a part these are int8 codes (even steps
between the extremes), with more of them product quantisation (Jégou, Douze, Schmid: Product
quantization for nearest neighbor search, IEEE TPAMI 2011). Codes only choose candidates.
"""

from dataclasses import dataclass

import faiss
import numba
import numpy as np

from index.graph import Metric
from index.vectors import Vectors, row_blocks

ENTRIES = 256
ROUNDS, FITTED = 4, 4_096
"""Rounds of k-means for the tables, and rows they are fitted to. Twice of both takes four times as
long and makes the error of two numbers to a byte an eighth smaller, of four a twentieth."""


@dataclass(frozen=True, eq=False)
class Codes:
    """What `Vectors.take` gives, nearly: from memory alone.

    codes: (n, parts) uint8; tables: (parts, 256, width) float32.
    homes: (n,) int32 the cell of every row; centroids: (m, d) float32.
    half: (n,) float32, ‖x‖²/2 of the rows as they are decoded, for either metric: the error of a
        difference shrinks with the difference, that of a product does not.
    """

    codes: np.ndarray
    tables: np.ndarray
    homes: np.ndarray
    centroids: np.ndarray
    half: np.ndarray
    metric: Metric

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def width(self) -> int:
        """d, numbers per row."""
        return self.centroids.shape[1]

    def take(self, rows: np.ndarray) -> np.ndarray:
        """(len(rows), d) float32, nearly those of `Vectors.take`."""
        return _decoded(self.codes, self.tables, self.homes, self.centroids, rows)


def encode(
    vectors: Vectors,
    among: np.ndarray,
    homes: np.ndarray,
    centroids: np.ndarray,
    *,
    per_byte: int,
    seed: int,
) -> Codes:
    """Codes of the rows `among` (in table order: the file is read once, from front to back).

    homes: (n,) int32 cells; per_byte: numbers to a byte, 1 = int8.
    Rows that are not among these have no code that means anything.
    """
    n, d = len(vectors), vectors.width
    rng = np.random.default_rng([seed, 2])
    sample = among[np.sort(rng.choice(len(among), min(len(among), FITTED), replace=False))]
    tables = _fit(vectors.take(sample) - centroids[homes[sample]], per_byte, seed)
    codes, half = np.zeros((n, len(tables)), np.uint8), np.zeros(n, np.float32)
    made = Codes(codes, tables, homes, centroids, half, vectors.metric)
    for block in row_blocks(len(among), floats_per_row=4 * d):
        rows = among[block]
        codes[rows] = _encoded(vectors.take(rows) - centroids[homes[rows]], tables)
        half[rows] = np.square(made.take(rows)).sum(axis=1) / 2
    return made


def _fit(residuals: np.ndarray, width: int, seed: int) -> np.ndarray:
    """(parts, 256, width) float32 tables for residuals (s, d)."""
    if width == 1:
        low, high = residuals.min(axis=0), residuals.max(axis=0)
        steps = np.linspace(0, 1, ENTRIES, dtype=np.float32)
        return (low[:, None] + (high - low)[:, None] * steps)[:, :, None]
    padded = _padded(residuals, width)
    # faiss refuses to fit 256 entries to fewer rows.
    padded = np.resize(padded, (max(len(padded), ENTRIES), padded.shape[1]))
    maker = _maker(padded.shape[1] // width, width)
    maker.cp.niter, maker.cp.seed, maker.cp.min_points_per_centroid = ROUNDS, seed, 1
    maker.train(padded)
    return faiss.vector_to_array(maker.centroids).reshape(-1, ENTRIES, width)


def _encoded(residuals: np.ndarray, tables: np.ndarray) -> np.ndarray:
    """(r, parts) uint8: of every part the nearest entry of its table."""
    parts, _, width = tables.shape
    if width == 1:
        low, step = tables[:, 0, 0], tables[:, 1, 0] - tables[:, 0, 0]
        places = np.divide(residuals - low, step, out=np.zeros_like(residuals), where=step > 0)
        return np.clip(np.rint(places), 0, ENTRIES - 1).astype(np.uint8)
    maker = _maker(parts, width)
    faiss.copy_array_to_vector(tables.ravel(), maker.centroids)
    return maker.compute_codes(_padded(residuals, width))


def _maker(parts: int, width: int) -> faiss.ProductQuantizer:
    return faiss.ProductQuantizer(parts * width, parts, 8)


def _padded(residuals: np.ndarray, width: int) -> np.ndarray:
    """The same with zeros behind, so that `width` divides the numbers of a row."""
    spare = -residuals.shape[1] % width
    return np.ascontiguousarray(np.pad(residuals, ((0, 0), (0, spare))), dtype=np.float32)


@numba.njit(parallel=True, nogil=True, cache=True)
def _decoded(
    codes: np.ndarray,
    tables: np.ndarray,
    homes: np.ndarray,
    centroids: np.ndarray,
    rows: np.ndarray,
) -> np.ndarray:
    """(len(rows), d) float32: centroid and entries added up."""
    d, width = centroids.shape[1], tables.shape[2]
    found = np.empty((len(rows), d), dtype=np.float32)
    for at in numba.prange(len(rows)):
        row = rows[at]
        home = homes[row]
        for part in range(codes.shape[1]):
            entry, first = tables[part, codes[row, part]], part * width
            for j in range(min(width, d - first)):
                found[at, first + j] = centroids[home, first + j] + entry[j]
    return found
