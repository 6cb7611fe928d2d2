"""Slices that the neighbour graph shows: errors that lie together, classes thinly covered."""

from collections.abc import Iterator

import numpy as np
import torch

from engine.audit import Audit
from engine.kernels.chance import adjusted, chance_of_more
from engine.kernels.distances import mean_distance
from engine.kernels.flags import outlier_limit
from engine.kernels.groups import density_clusters
from engine.slice import FEWEST, MOST, TIMES, Q, Slice, share_words, surest
from store.dataset import UNLABELLED

K = 10
"""Neighbours asked, as for the findings of the whole."""
DENSE = (0.25, 0.5, 0.75)
"""Quantiles of the distance to the fourth neighbour that DBSCAN takes for its radius in turn, after
the sorted 4-dist graph of Ester et al., 1996: no one radius suits every dataset."""


def clusters_of_errors(audit: Audit, suspected: np.ndarray) -> Iterator[Slice]:
    """Dense clusters in which more rows are suspected than elsewhere."""
    dataset, graph = audit.evidence.dataset, audit.evidence.graph
    if graph is None or not suspected.any():
        return
    found = [one for one in _dense(graph.neighbours, graph.distances) if len(one) >= FEWEST]
    found = [one for one in found if len(one) <= len(dataset) // 2]
    sizes = np.array([len(one) for one in found], dtype=np.int64)
    wrong = np.array([np.count_nonzero(suspected[one]) for one in found], dtype=np.int64)
    n, total = len(dataset), int(np.count_nonzero(suspected))
    p = adjusted(chance_of_more(wrong, sizes, total, n)) if len(found) else np.empty(0)
    taken = np.zeros(n, dtype=bool)
    named = 0
    for place in np.lexsort((sizes, p)).tolist():
        rows, usual = found[place], total / n
        if named == MOST or p[place] > Q or wrong[place] < TIMES * usual * len(rows):
            continue
        if np.count_nonzero(taken[rows]) * 2 > len(rows):  # the same one, by another radius
            continue
        taken[rows] = True
        named += 1
        mostly = _mostly(dataset.classes, dataset.labels[rows])
        share = share_words(int(wrong[place]), len(rows))
        yield Slice(
            "cluster",
            f"A cluster of {len(rows):,}, {mostly}",
            f"{wrong[place]:,} of them are suspected: {share}, against {usual:.1%} of all rows.",
            len(rows),
            float(p[place]),
            rows=rows,
        )


def _dense(neighbours: np.ndarray, distances: np.ndarray) -> Iterator[np.ndarray]:
    """Rows of every cluster at each of the radii."""
    near, far = torch.tensor(neighbours[:, :K]), torch.tensor(distances[:, :K])
    fourth = distances[:, min(3, distances.shape[1] - 1)]
    fourth = fourth[np.isfinite(fourth)]
    radii = np.unique(np.quantile(fourth, DENSE)).tolist() if len(fourth) else []
    for radius in radii:
        clusters = density_clusters(near, far, eps=radius).numpy()
        order = np.argsort(clusters, kind="stable")
        order = order[np.count_nonzero(clusters < 0) :]
        if len(order):
            yield from np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)


def _mostly(classes: tuple[str, ...], labels: np.ndarray) -> str:
    """What a cluster is called: the class that most of its rows carry."""
    known = labels[labels != UNLABELLED]
    if len(known) == 0:
        return "none labelled"
    counts = np.bincount(known)
    most = int(counts.argmax())
    return f"{'mostly' if counts[most] < len(labels) else 'all'} {classes[most]}"


def thin_classes(audit: Audit) -> Iterator[Slice]:
    """Classes of which more rows than usual lie where few others are."""
    dataset, graph = audit.evidence.dataset, audit.evidence.graph
    if graph is None:
        return
    means = mean_distance(torch.tensor(graph.distances[:, :K]), K)
    alone = (means > outlier_limit(means)).numpy() & (dataset.labels != UNLABELLED)
    labelled = dataset.labels[dataset.labels != UNLABELLED]
    sizes = np.bincount(labelled, minlength=len(dataset.classes))
    few = np.bincount(dataset.labels[alone], minlength=len(dataset.classes))
    n, total = len(labelled), int(few.sum())
    p = adjusted(chance_of_more(few, sizes, total, n))
    for place in surest(p, (few * n >= TIMES * total * sizes) & (few >= FEWEST)):
        name = dataset.classes[place]
        yield Slice(
            "sparse",
            f"{name} is thinly covered",
            f"{few[place]:,} of its rows have no others near: "
            f"{share_words(int(few[place]), int(sizes[place]))}, against {total / n:.1%} of all.",
            int(few[place]),
            float(p[place]),
            rows=np.flatnonzero(alone & (dataset.labels == place)),
        )
