"""Slices: parts of a dataset that deserve a look, each with how sure one may be of it.

Nothing is proposed that chance explains: within each kind the tests are corrected for their number,
and a slice has to be twice what is usual besides being significant, or a million rows would make
every slice one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import torch
from scipy import stats

from engine.audit import Audit
from engine.choice import OneOf
from engine.columns import Column
from engine.kernels.chance import (
    adjusted,
    chance_between,
    chance_of_more,
    group_ranks,
    share_between,
)
from engine.kernels.distances import mean_distance
from engine.kernels.flags import IMBALANCED, outlier_limit
from engine.kernels.groups import density_clusters
from engine.row_table import OURS
from store.dataset import UNLABELLED

Kind = Literal["cluster", "leak", "sparse", "group", "small"]
K = 10
"""Neighbours asked, as for the findings of the whole."""
Q = 0.01
"""Share of proposals of a kind that may be chance."""
TIMES = 2.0
"""How many times the usual share makes a slice."""
APART = 0.64
"""Chance of a higher score from which groups differ by a medium amount: Vargha, Delaney, 2000."""
FEWEST = 8
"""Rows of a slice: of fewer nothing is said, they are looked at sooner than described."""
MOST = 4
"""Slices of a kind that are proposed."""
DENSE = (0.25, 0.5, 0.75)
"""Quantiles of the distance to the fourth neighbour that DBSCAN takes for its radius in turn, after
the sorted 4-dist graph of Ester et al., 1996: no one radius suits every dataset."""


@dataclass(frozen=True, eq=False)
class Slice:
    """Some rows and why to look at them.

    count: how many rows. p: adjusted within its kind; nan = no test but a rule. A choice of them
    is `parts`, or where no condition says it, `rows` (count,) in table order.
    """

    kind: Kind
    title: str
    sentence: str
    count: int
    p: float
    parts: tuple[OneOf, ...] = ()
    rows: np.ndarray | None = None


def slices_of(audit: Audit, columns: Sequence[Column]) -> tuple[Slice, ...]:
    """What deserves a look, kind by kind, the surest first. columns: as of `columns_of`."""
    ours = dict(zip(OURS, [one.name for one in columns if one.source == "ours"], strict=True))
    found = [*_groups(audit, columns)]
    if audit.evidence.dataset.unit == "example":
        suspected = suspected_rows(audit)
        found = [
            *_clusters(audit, suspected),
            *_leaks(audit, suspected, ours),
            *_sparse(audit),
            *found,
            *_small(audit, ours),
        ]
    return tuple(found)


def suspected_rows(audit: Audit) -> np.ndarray:
    """(n,) bool: labelled rows whose suggested label is another than the given one."""
    given = audit.evidence.dataset.labels
    suggested = _suggested(audit)
    return (given != UNLABELLED) & (suggested != UNLABELLED) & (given != suggested)


def _suggested(audit: Audit) -> np.ndarray:
    suggested = np.empty(len(audit.queue), dtype=np.int64)
    suggested[audit.queue.rows] = audit.queue.suggested
    return suggested


def _clusters(audit: Audit, suspected: np.ndarray) -> Iterator[Slice]:
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
        share = _share(int(wrong[place]), len(rows))
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
    radii = np.unique(np.quantile(fourth, DENSE)) if len(fourth) else []
    for radius in radii:
        clusters = density_clusters(near, far, eps=float(radius)).numpy()
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


def _leaks(audit: Audit, suspected: np.ndarray, ours: dict[str, str]) -> Iterator[Slice]:
    """Pairs of classes of which more of one are suspected to be the other than sizes explain.

    Expected: suspected rows carry each class as often as all rows do, and are each other class as
    often as that one is given. The exact binomial tail over all pairs.
    """
    dataset = audit.evidence.dataset
    given, suggested = dataset.labels[suspected], _suggested(audit)[suspected]
    c, total = len(dataset.classes), len(given)
    sizes = np.bincount(dataset.labels[dataset.labels >= 0], minlength=c)
    pairs, counts = np.unique(given * c + suggested, return_counts=True)
    of, to = pairs // max(c, 1), pairs % max(c, 1)
    n = int(sizes.sum())
    usual = sizes[of] / max(n, 1) * sizes[to] / np.maximum(n - sizes[of], 1)
    p = adjusted(stats.binom.sf(counts - 1, total, usual), tests=c * (c - 1))
    keep = (p <= Q) & (counts >= TIMES * total * usual) & (counts >= FEWEST)
    for place in [at for at in np.argsort(p, kind="stable").tolist() if keep[at]][:MOST]:
        one, other = dataset.classes[of[place]], dataset.classes[to[place]]
        expected = total * usual[place]
        yield Slice(
            "leak",
            f"{one} → {other}",
            f"{counts[place]:,} rows given {one} are suspected to be {other}: "
            f"{_share(int(counts[place]), int(sizes[of[place]]))} of that class. By the sizes of "
            f"the classes it would be {expected:.1f}.",
            int(counts[place]),
            float(p[place]),
            parts=(OneOf(ours["given"], (one,)), OneOf(ours["suggested"], (other,))),
        )


def _sparse(audit: Audit) -> Iterator[Slice]:
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
    keep = (p <= Q) & (few * n >= TIMES * total * sizes) & (few >= FEWEST)
    for place in [at for at in np.argsort(p, kind="stable").tolist() if keep[at]][:MOST]:
        name = dataset.classes[place]
        yield Slice(
            "sparse",
            f"{name} is thinly covered",
            f"{few[place]:,} of its rows have no others near: "
            f"{_share(int(few[place]), int(sizes[place]))}, against {total / n:.1%} of all.",
            int(few[place]),
            float(p[place]),
            rows=np.flatnonzero(alone & (dataset.labels == place)),
        )


def _groups(audit: Audit, columns: Sequence[Column]) -> Iterator[Slice]:
    """Values of the user's own columns whose rows score as more suspicious than the others."""
    dataset = audit.evidence.dataset
    roles = vars(dataset.roles).values()
    mine = [one for one in columns if one.source == "yours" and one.kind == "category"]
    coded = {one.name: _coded(dataset.table[one.name]) for one in mine if one.name not in roles}
    tried: list[tuple[float, float, str, str, int]] = []
    for name, score in audit.scores.items():
        values = score.suspicion.astype(np.float64)
        for column, (groups, names) in coded.items():
            share, p, size = group_ranks(values, groups, len(names))
            enough = np.flatnonzero((size >= FEWEST) & (size.sum() - size >= FEWEST))
            tried += [(p[at], share[at], name, column, at) for at in enough.tolist()]
    fair = adjusted(np.array([one[0] for one in tried]))
    best: dict[tuple[str, int], tuple[float, float, str]] = {}
    for q, (_, share, name, column, at) in zip(fair.tolist(), tried, strict=True):
        before = best.get((column, at), (0.0, 0.0, ""))
        if q <= Q and share >= APART and share > before[0]:
            best[column, at] = share, q, name
    for (column, at), (share, q, name) in sorted(best.items(), key=lambda x: -x[1][0])[:MOST]:
        groups, names = coded[column]
        scored = ~np.isnan(audit.scores[name].values)
        size = int(np.count_nonzero(scored & (groups == at)))
        low, high = chance_between(share, size, int(scored.sum()) - size)
        rows = int(np.count_nonzero(groups == at))
        value = names[at]
        yield Slice(
            "group",
            f"{column} = {'nothing' if value is None else value}",
            f"By {audit.scores[name].scorer.title} a row of these {rows:,} is more suspicious than "
            f"another one with probability {share:.2f} ({low:.2f} to {high:.2f}); 0.50 is usual.",
            rows,
            q,
            parts=(OneOf(column, (value,)),),
        )


def _coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str | None]]:
    """Every value as a number, and what the numbers stand for; None = no value."""
    text = pc.cast(column, pa.string())
    encoded = text.combine_chunks().dictionary_encode()
    names: list[str | None] = encoded.dictionary.to_pylist()
    codes = pc.fill_null(encoded.indices, len(names)).to_numpy(False).astype(np.int64)
    return codes, [*names, None]


def _small(audit: Audit, ours: dict[str, str]) -> Iterator[Slice]:
    """Classes that are surely smaller than a tenth of an even share, the smallest first."""
    dataset = audit.evidence.dataset
    sizes = np.bincount(dataset.labels[dataset.labels >= 0], minlength=len(dataset.classes))
    n, there = int(sizes.sum()), int(np.count_nonzero(sizes))
    small = [at for at in np.argsort(sizes, kind="stable").tolist() if sizes[at] > 0]
    for at in small[:MOST]:
        if share_between(int(sizes[at]), n)[1] >= IMBALANCED / there:
            continue
        name = dataset.classes[at]
        yield Slice(
            "small",
            f"{name} is hardly there",
            f"{_share(int(sizes[at]), n)} of the labelled rows; an even share is {1 / there:.1%}.",
            int(sizes[at]),
            float("nan"),
            parts=(OneOf(ours["given"], (name,)),),
        )


def _share(found: int, drawn: int) -> str:
    """With its interval of 95 %: "12.0% (9.1 to 15.4%)"."""
    low, high = share_between(found, drawn)
    return f"{found / drawn:.1%} ({100 * low:.1f} to {high:.1%})"
