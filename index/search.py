"""Build the neighbour graph: exact while that is the fastest, else by cells. Imports faiss."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import faiss
import numpy as np

from index.budget import Plan, make_plan
from index.cells import cells_from_homes, nearest_cells, offer_cells, recall_by_probes
from index.centroids import centroids_of, default_cell_count
from index.crowds import find_crowds
from index.exact import drop_self, exact_lists, exact_lists_of
from index.frugal import fill_lists
from index.gpu import gpu_available, gpu_lists
from index.graph import Metric, NeighbourGraph
from index.lists import sorted_lists
from index.recall import SAMPLE, recall_of, sample_of
from index.vectors import Vectors, as_vectors, in_a_file, row_blocks
from store.errors import UserError

Progress = Callable[[str, int, int], None]

FLAT_UP_TO = 12_000
"""Up to here faiss compares all pairs: too little work to compile loops for. Not measured."""
EXACT_SHARE = 0.2
"""Share of all cells from which every pair is multiplied instead: one product serves both rows of a
pair there and nothing is gathered. About where both took equally long at 50,000 x 128."""
USUAL_PROBES = 8
"""Nearest cells found along with the first one: mostly enough, and then not searched again."""


def build_graph(
    embeddings: np.ndarray,
    *,
    k: int = 15,
    metric: Metric = "cosine",
    target_recall: float = 0.99,
    seed: int = 0,
    memory: int | None = None,
    progress: Progress | None = None,
) -> NeighbourGraph:
    """The k nearest other rows of every row.

    embeddings: (n, d) float32, memory-mapped or not. A row of zeros has cosine distance 1 to every
    row. Rows that do not exist (k > n - 1) are -1 at distance inf. Ties come in table order where
    the graph is exact.
    target_recall: in (0, 1]; 1 = exact. What was reached is measured and stated in the graph.
    memory: bytes that may be taken beside the graph, None = no bound. Vectors in a file count as
        far as they would have to be in memory. Where they are too many, codes choose the
        candidates (see `index.frugal`).
    progress: called with (stage, done, total); may raise to cancel.
    Raises UserError for k < 1, an unknown metric, a recall that is no share, too little memory.
    """
    _check(k, metric, target_recall)
    report = progress or _silent
    n, size = len(embeddings), embeddings.shape[1]
    exact, mapped = target_recall == 1, in_a_file(embeddings)
    plan_of = partial(make_plan, n, size, k=k, memory=memory, mapped=mapped, exact=exact)
    plan = plan_of()  # before anything is read: what cannot be is said at once
    vectors = as_vectors(embeddings, metric)
    crowds = find_crowds(vectors, k)
    if crowds.settled:
        plan = plan_of(copied=len(crowds.searched))
    if plan is not None:
        lists = _frugal_lists(vectors, crowds.searched, k, plan, target_recall, seed, report)
    elif crowds.settled:
        subset = vectors.part(crowds.searched)
        lists = _search(subset, k, target_recall, seed, report)
        lists = _among_all(lists, crowds.searched, n)
    else:
        lists = _search(vectors, k, target_recall, seed, report)
    crowds.write(lists.neighbours, lists.distances)
    report("neighbour graph", n, n)
    return NeighbourGraph(
        lists.neighbours,
        lists.distances,
        metric,
        lists.recall,
        lists.recall_sample,
        "float32" if plan is None else plan.storage,
    )


@dataclass(frozen=True, eq=False)
class _Lists:
    """Fields of a NeighbourGraph that is not finished yet."""

    neighbours: np.ndarray
    distances: np.ndarray
    recall: float = 1.0
    recall_sample: int = 0


def _search(vectors: Vectors, k: int, target_recall: float, seed: int, report: Progress) -> _Lists:
    n = len(vectors)
    k_found = min(k, n - 1)
    if k_found < 1:
        return _no_lists(n, k)
    recall, sample = 1.0, 0
    if n <= FLAT_UP_TO:
        who = _flat_lists(vectors, k_found, report)
    elif target_recall == 1:
        who = exact_lists(vectors, k_found, report)
    elif gpu_available():
        who = gpu_lists(vectors, k_found, report)
        # Candidates are chosen in half precision, so even a search of all pairs can miss some.
        rows = sample_of(n, SAMPLE, seed)
        true = exact_lists_of(vectors, rows, k_found)
        recall, sample = recall_of(vectors, rows, who[rows], true), len(rows)
    else:
        who, recall, sample = _near_or_exact(vectors, k_found, target_recall, seed, report)
    neighbours, distances = sorted_lists(vectors, np.arange(n), who, k)
    return _Lists(neighbours, distances, recall, sample)


def _near_or_exact(
    vectors: Vectors, k: int, target_recall: float, seed: int, report: Progress
) -> tuple[np.ndarray, float, int]:
    """Lists, their measured recall and on how many rows; by cells where few of them are enough."""
    n = len(vectors)
    rows = sample_of(n, 2 * SAMPLE, seed)
    report("neighbour graph: true neighbours of a sample", 0, 0)
    true = exact_lists_of(vectors, rows, k)
    # One half of the sample chooses the number of cells, the other judges the result.
    chosen, judged = slice(0, None, 2), slice(1, None, 2)
    report("neighbour graph: cells", 0, 0)
    every_row = np.arange(n, dtype=np.int32)
    centroids = centroids_of(vectors, every_row, default_cell_count(n), seed)
    near = nearest_cells(vectors, centroids, every_row, min(USUAL_PROBES, len(centroids)))
    cells = cells_from_homes(centroids, near[:, 0])
    by_probes = recall_by_probes(vectors, centroids, near[:, 0], rows[chosen], true[chosen])
    probes = int(np.searchsorted(by_probes, target_recall)) + 1
    if probes > EXACT_SHARE * len(cells):
        return exact_lists(vectors, k, report), 1.0, 0
    closest = np.full((n, k), -np.inf, dtype=np.float32)
    who = np.full((n, k), -1, dtype=np.int32)
    if probes > near.shape[1]:
        near = nearest_cells(vectors, centroids, every_row, probes)
    offer_cells(vectors, cells, every_row, near[:, :probes], closest, who, report)
    recall = recall_of(vectors, rows[judged], who[rows[judged]], true[judged])
    return who, recall, len(rows[judged])


def _flat_lists(vectors: Vectors, k: int, report: Progress) -> np.ndarray:
    """(n, k) int32 by faiss, which compares every row with all."""
    everyone = vectors.take(slice(None))
    kind = faiss.METRIC_INNER_PRODUCT if vectors.metric == "cosine" else faiss.METRIC_L2
    lists = np.empty((len(vectors), k), dtype=np.int32)
    for rows in row_blocks(len(vectors), floats_per_row=len(vectors), megabytes=32):
        report("neighbour graph", rows.start, len(vectors))
        _, found = faiss.knn(everyone[rows], everyone, k + 1, metric=kind)
        lists[rows] = drop_self(found, np.arange(rows.start, rows.stop))
    return lists


def _frugal_lists(
    vectors: Vectors,
    searched: np.ndarray,
    k: int,
    plan: Plan,
    target_recall: float,
    seed: int,
    report: Progress,
) -> _Lists:
    """The lists of the searched rows within the plan; the others' are empty."""
    lists, k_found = _no_lists(len(vectors), k), min(k, len(searched) - 1)
    if k_found < 1:
        return lists
    recall, sample = fill_lists(
        vectors,
        searched,
        plan,
        target_recall,
        seed,
        report,
        lists.neighbours[:, :k_found],
        lists.distances[:, :k_found],
    )
    return replace(lists, recall=recall, recall_sample=sample)


def _among_all(found: _Lists, searched: np.ndarray, n: int) -> _Lists:
    """Lists of the searched rows in terms of all n rows; the others' are empty."""
    lists = _no_lists(n, found.neighbours.shape[1])
    there = found.neighbours >= 0
    lists.neighbours[searched] = np.where(there, searched[found.neighbours], -1)
    lists.distances[searched] = found.distances
    return replace(lists, recall=found.recall, recall_sample=found.recall_sample)


def _no_lists(n: int, k: int) -> _Lists:
    return _Lists(np.full((n, k), -1, np.int64), np.full((n, k), np.inf, np.float32))


def _check(k: int, metric: str, target_recall: float) -> None:
    if k < 1:
        raise UserError(f"A neighbour graph with k = {k} has no neighbours; ask for 1 or more.")
    if metric not in ("cosine", "euclidean"):
        raise UserError(f"The metric is {metric!r}; 'cosine' or 'euclidean' was expected.")
    if not 0 < target_recall <= 1:
        raise UserError(f"A recall of {target_recall} is no share; ask for more than 0, at most 1.")


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
