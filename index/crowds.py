"""Many exact copies of one row: settled beforehand, or one cell would cost as much as all."""

from dataclasses import dataclass

import numba
import numpy as np

from index.vectors import Vectors


@dataclass(frozen=True, eq=False)
class Crowds:
    """Rows that need no search, because more than k + 1 rows are the same.

    searched: (m,) int64 rows to search among: all but the spare copies.
    settled: (s,) int64 rows whose neighbours are known.
    neighbours: (s, k) int64, all of them at the distance `apart`: (s,) float32.
    """

    searched: np.ndarray
    settled: np.ndarray
    neighbours: np.ndarray
    apart: np.ndarray


def find_crowds(vectors: Vectors, k: int) -> Crowds:
    """Groups of more than k + 1 equal rows.

    Every member has k others at distance 0: the first in table order. The first k + 1 members stay
    to be found by everybody else. Rows of zeros have cosine distance 1 to every row, themselves
    included, so theirs are the first rows of the table.
    """
    n = len(vectors)
    hashes = row_hashes(vectors.embeddings)
    _, group, size = np.unique(hashes, return_inverse=True, return_counts=True)
    settled, neighbours, apart = [], [], []
    spare = np.zeros(n, dtype=bool)
    for big in np.flatnonzero(size > k + 1):
        members = np.flatnonzero(group == big)
        alike = (vectors.embeddings[members] == vectors.embeddings[members[0]]).all(axis=1)
        members = members[alike]  # another row with the same hash is no member
        if len(members) <= k + 1:
            continue
        is_zero = vectors.metric == "cosine" and vectors.lengths[members[0]] == 0
        pool = np.arange(k + 1) if is_zero else members[: k + 1]
        settled.append(members)
        neighbours.append(_others(pool, members, k))
        apart.append(np.full(len(members), 1.0 if is_zero else 0.0, dtype=np.float32))
        spare[members[k + 1 :]] = True
    if not settled:
        none = np.empty(0, dtype=np.int64)
        return Crowds(np.arange(n), none, np.empty((0, k), np.int64), np.empty(0, np.float32))
    return Crowds(
        np.flatnonzero(~spare),
        np.concatenate(settled),
        np.concatenate(neighbours),
        np.concatenate(apart),
    )


def _others(pool: np.ndarray, members: np.ndarray, k: int) -> np.ndarray:
    """(len(members), k): the first k of the pool that are not the member itself."""
    is_self = pool[None, :] == members[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    return np.broadcast_to(pool, is_self.shape)[~is_self].reshape(len(members), k)


@numba.njit(parallel=True, nogil=True, cache=True)
def row_hashes(embeddings: np.ndarray) -> np.ndarray:
    """(n,) uint64 FNV-1a over the numbers of each row; -0.0 counts as 0.0."""
    hashes = np.empty(len(embeddings), dtype=np.uint64)
    for row in numba.prange(len(embeddings)):
        code = np.uint64(14695981039346656037)
        for j in range(embeddings.shape[1]):
            number = np.float32(embeddings[row, j] + np.float32(0))
            code = (code ^ np.uint64(number.view(np.uint32))) * np.uint64(1099511628211)
        hashes[row] = code
    return hashes
