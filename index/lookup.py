"""Who is near one vector: by row, by vector, among some rows only, and who is furthest."""

from dataclasses import dataclass

import numpy as np

from index.cells import Cells
from index.centroids import make_cells
from index.graph import Metric
from index.products import multiply
from index.vectors import Vectors, as_vectors, row_blocks

CANDIDATES = 12_000
"""Rows compared with a query: more finds more, and costs about a microsecond each."""


@dataclass(frozen=True, eq=False)
class Lookup:
    """Answers single queries in milliseconds over millions of rows. See `make_lookup`."""

    vectors: Vectors
    cells: Cells

    def near_row(self, row: int, k: int, among: np.ndarray | None = None) -> "Near":
        """The k rows nearest to a row of the dataset, without that row."""
        found = self.near_vector(self.vectors.embeddings[row], k + 1, among)
        others = found.rows != row
        return Near(found.rows[others][:k], found.distances[others][:k])

    def near_rows(self, rows: np.ndarray, k: int, among: np.ndarray | None = None) -> "Near":
        """The k rows nearest to the mean of some rows, without these."""
        vector = self.vectors.take(np.asarray(rows)).mean(axis=0)
        if self.vectors.metric == "euclidean":
            vector = vector + self.vectors.centre
        found = self.near_vector(vector, k + len(rows), among)
        others = ~np.isin(found.rows, rows)
        return Near(found.rows[others][:k], found.distances[others][:k])

    def near_vector(self, vector: np.ndarray, k: int, among: np.ndarray | None = None) -> "Near":
        """The k rows nearest to a vector (d,); `among` (n,) bool says which rows count.

        Cells are opened from the nearest on, until enough rows that count were met: k come back
        whenever there are k, however rare they are.
        """
        query = _prepared(self.vectors, vector)
        closeness = np.empty(len(self.cells), dtype=np.float32)
        multiply(query[None, :], self.cells.centroids, closeness[None, :])
        if self.vectors.metric == "euclidean":
            closeness -= np.square(self.cells.centroids).sum(axis=1) / 2
        met: list[np.ndarray] = []
        count = 0
        for cell in np.argsort(-closeness, kind="stable"):
            members = self.cells.members(int(cell))
            members = members if among is None else members[among[members]]
            met.append(members)
            count += len(members)
            if count >= max(CANDIDATES, k):
                break
        return self._nearest_of(query, np.concatenate(met), k)

    def far_from_vector(self, vector: np.ndarray, k: int) -> "Near":
        """The k rows furthest from a vector, furthest first. Every row is compared."""
        gaps = distances_to(self.vectors, vector)
        k = min(k, len(gaps))
        furthest = np.argpartition(-gaps, k - 1)[:k]
        furthest = furthest[np.lexsort((furthest, -gaps[furthest]))]
        return Near(furthest, gaps[furthest])

    def _nearest_of(self, query: np.ndarray, rows: np.ndarray, k: int) -> "Near":
        gaps = _distances(self.vectors, query, rows)
        k = min(k, len(rows))
        if k < len(rows):
            # Everything as near as the k-th stays, so that ties are settled by row.
            within = gaps <= np.partition(gaps, k - 1)[k - 1]
            rows, gaps = rows[within], gaps[within]
        order = np.lexsort((rows, gaps))[:k]
        return Near(rows[order].astype(np.int64), gaps[order])


@dataclass(frozen=True, eq=False)
class Near:
    """rows: (k,) int64, nearest first, ties in table order. distances: (k,) float32."""

    rows: np.ndarray
    distances: np.ndarray


def make_lookup(
    embeddings: np.ndarray, *, metric: Metric = "cosine", cells: Cells | None = None, seed: int = 0
) -> Lookup:
    """A lookup over (n, d) float32 embeddings; cells that were kept need not be made again."""
    vectors = as_vectors(embeddings, metric)
    return Lookup(vectors, make_cells(vectors, seed) if cells is None else cells)


def distances_to(vectors: Vectors, vector: np.ndarray) -> np.ndarray:
    """(n,) float32 distances of every row to a vector (d,). Every row is compared."""
    query = _prepared(vectors, vector)
    gaps = np.empty(len(vectors), dtype=np.float32)
    for rows in row_blocks(len(vectors), floats_per_row=vectors.width):
        gaps[rows] = _distances(vectors, query, np.arange(rows.start, rows.stop))
    return gaps


def _prepared(vectors: Vectors, vector: np.ndarray) -> np.ndarray:
    """A vector as the rows are compared: of length 1 (zeros stay) or centred."""
    vector = np.asarray(vector, dtype=np.float32)
    if vectors.metric == "euclidean":
        return vector - vectors.centre
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else vector


def _distances(vectors: Vectors, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
    difference = vectors.take(rows) - query
    squared = np.einsum("nd,nd->n", difference, difference)
    if vectors.metric == "euclidean":
        return np.sqrt(squared)
    no_direction = (vectors.lengths[rows] == 0) | (not query.any())
    return np.where(no_direction, np.float32(1), squared / 2)
