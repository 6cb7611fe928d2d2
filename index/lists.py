"""Lists of neighbours in their final order, with distances that are right to the last digit."""

import numpy as np

from index.tiles import distances_in_turn, exact_distances
from index.vectors import Vectors, row_blocks


def sorted_lists(
    vectors: Vectors, rows: np.ndarray, who: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """(len(rows), k) int64 neighbours and float32 distances, by distance and then by row."""
    neighbours = np.full((len(rows), k), -1, dtype=np.int64)
    distances = np.full((len(rows), k), np.inf, dtype=np.float32)
    is_cosine = vectors.metric == "cosine"
    for block in row_blocks(len(rows), floats_per_row=4 * k):
        lists = who[block]
        gaps = exact_distances(
            vectors.embeddings, vectors.lengths, rows[block].astype(np.int32), lists, is_cosine
        )
        width = slice(0, lists.shape[1])
        neighbours[block, width], distances[block, width] = nearest_first(lists, gaps, k)
    return neighbours, distances


def best_lists(
    vectors: Vectors, part: Vectors, who: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """(r, k) the nearest of each row's candidates, read from the file in the order of the file.

    part: the r rows themselves, in memory; who: (r, width) rows of `vectors`, -1 = none.
    """
    gaps = distances_in_turn(
        part.embeddings,
        part.lengths,
        vectors.embeddings,
        vectors.lengths,
        who,
        np.argsort(who, axis=None),
        vectors.metric == "cosine",
    )
    neighbours = np.empty((len(who), k), dtype=np.int64)
    distances = np.empty((len(who), k), dtype=np.float32)
    for block in row_blocks(len(who), floats_per_row=4 * who.shape[1]):
        neighbours[block], distances[block] = nearest_first(who[block], gaps[block], k)
    return neighbours, distances


def nearest_first(who: np.ndarray, gaps: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The first k (or all) of each row's list by distance and then by row, with distances."""
    # Without the second key, ties come in whatever order they were met.
    order = np.lexsort((who, gaps), axis=-1)[:, :k]
    return np.take_along_axis(who, order, axis=1), np.take_along_axis(gaps, order, axis=1)
