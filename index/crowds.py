"""Many exact copies of one row: settled beforehand, or one cell would cost as much as all."""

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from index.vectors import Vectors, row_blocks


@dataclass(frozen=True, eq=False)
class Crowds:
    """Rows that need no search, because more than k + 1 rows are the same.

    searched: (m,) int32 rows to search among: all but the spare copies.
    settled: the members of each crowd, int64; pools: the k + 1 rows its neighbours are taken from;
    apart: at which distance.
    """

    searched: np.ndarray
    settled: tuple[np.ndarray, ...] = ()
    pools: tuple[np.ndarray, ...] = ()
    apart: tuple[float, ...] = ()

    def write(self, neighbours: np.ndarray, distances: np.ndarray) -> None:
        """Put the lists of the settled rows into those of all rows, (n, k), in place."""
        k = neighbours.shape[1]
        for members, pool, apart in zip(self.settled, self.pools, self.apart, strict=True):
            for block in row_blocks(len(members), floats_per_row=4 * k):
                neighbours[members[block]] = _others(pool, members[block], k)
                distances[members[block]] = apart


def find_crowds(vectors: Vectors, k: int) -> Crowds:
    """Groups of more than k + 1 equal rows.

    Every member has k others at distance 0: the first in table order. The first k + 1 members stay
    to be found by everybody else. Rows of zeros have cosine distance 1 to every row, themselves
    included, so theirs are the first rows of the table.
    """
    settled, pools, apart = [], [], []
    spare = np.zeros(len(vectors), dtype=bool)
    for members in _groups(row_hashes(vectors.embeddings), k + 2):
        # Another row with the same hash is no member.
        members = members[equal_rows(vectors.embeddings, members)]
        if len(members) <= k + 1:
            continue
        is_zero = vectors.metric == "cosine" and vectors.lengths[members[0]] == 0
        settled.append(members)
        pools.append(np.arange(k + 1) if is_zero else members[: k + 1])
        apart.append(1.0 if is_zero else 0.0)
        spare[members[k + 1 :]] = True
    searched = np.flatnonzero(~spare).astype(np.int32)
    return Crowds(searched, tuple(settled), tuple(pools), tuple(apart))


def _groups(hashes: np.ndarray, least: int) -> Iterator[np.ndarray]:
    """Rows, in table order, that share a hash with at least `least` - 1 others."""
    in_order = np.sort(hashes)
    crowded = in_order[least - 1 :] == in_order[: max(0, len(hashes) - least + 1)]
    shared = np.unique(in_order[least - 1 :][crowded])
    del in_order
    if len(shared) == 0:
        return  # mostly so, and else only what is in a group is sorted together with its rows
    blocks = row_blocks(len(hashes), floats_per_row=16)
    rows = np.concatenate(
        [block.start + np.flatnonzero(np.isin(hashes[block], shared)) for block in blocks]
    )
    rows = rows[np.argsort(hashes[rows], kind="stable")]
    ends = np.flatnonzero(np.diff(hashes[rows])) + 1
    yield from np.split(rows, ends)


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


@numba.njit(parallel=True, nogil=True, cache=True)
def equal_rows(embeddings: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(len(rows),) bool: which of some rows are equal to the first of them."""
    equal = np.empty(len(rows), dtype=np.bool_)
    for at in numba.prange(len(rows)):
        same = True
        for j in range(embeddings.shape[1]):
            same &= embeddings[rows[at], j] == embeddings[rows[0], j]
        equal[at] = same
    return equal
