"""Slices that the columns show: classes taken for others, groups unlike the rest, small classes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from engine.audit import Audit
from engine.choice import OneOf
from engine.columns import Column
from engine.kernels.chance import adjusted, chance_between, group_ranks, share_between
from engine.kernels.flags import IMBALANCED
from engine.slice import FEWEST, MOST, TIMES, Q, Slice, share_words, suggested_labels, surest

APART = 0.64
"""Chance of a higher score from which groups differ by a medium amount: Vargha, Delaney, 2000."""


class _Tried(NamedTuple):
    """One group under one score: its share, p before the correction, place and sizes."""

    share: float
    p: float
    scorer: str
    column: str
    at: int
    size: int
    scored: int


def leaking_pairs(audit: Audit, suspected: np.ndarray, ours: dict[str, str]) -> Iterator[Slice]:
    """Pairs of classes of which more of one are suspected to be the other than sizes explain.

    Expected: suspected rows carry each class as often as all rows do, and are each other class as
    often as that one is given. The exact binomial tail over all pairs.
    """
    dataset = audit.evidence.dataset
    given, suggested = dataset.labels[suspected], suggested_labels(audit)[suspected]
    c, total = len(dataset.classes), len(given)
    sizes = np.bincount(dataset.labels[dataset.labels >= 0], minlength=c)
    pairs, counts = np.unique(given * c + suggested, return_counts=True)
    of, to = pairs // max(c, 1), pairs % max(c, 1)
    n = int(sizes.sum())
    usual = sizes[of] / max(n, 1) * sizes[to] / np.maximum(n - sizes[of], 1)
    p = adjusted(stats.binom.sf(counts - 1, total, usual), tests=c * (c - 1))
    for place in surest(p, (counts >= TIMES * total * usual) & (counts >= FEWEST)):
        one, other = dataset.classes[of[place]], dataset.classes[to[place]]
        expected = total * usual[place]
        yield Slice(
            "leak",
            f"{one} → {other}",
            f"{counts[place]:,} rows given {one} are suspected to be {other}: "
            f"{share_words(int(counts[place]), int(sizes[of[place]]))} of that class. By the sizes "
            f"of the classes it would be {expected:.1f}.",
            int(counts[place]),
            float(p[place]),
            parts=(OneOf(ours["given"], (one,)), OneOf(ours["suggested"], (other,))),
        )


def groups_apart(audit: Audit, columns: Sequence[Column]) -> Iterator[Slice]:
    """Values of the user's own columns whose rows score as more suspicious than the others."""
    dataset = audit.evidence.dataset
    roles = vars(dataset.roles).values()
    mine = [one for one in columns if one.source == "yours" and one.kind == "category"]
    coded = {one.name: _coded(dataset.table[one.name]) for one in mine if one.name not in roles}
    tried: list[_Tried] = []
    for scorer, score in audit.scores.items():
        values = score.suspicion.astype(np.float64)
        for column, (groups, names) in coded.items():
            share, p, size = group_ranks(values, groups, len(names))
            enough = np.flatnonzero((size >= FEWEST) & (size.sum() - size >= FEWEST)).tolist()
            others = int(size.sum())
            tried += [
                _Tried(float(share[at]), float(p[at]), scorer, column, at, int(size[at]), others)
                for at in enough
            ]
    best: dict[tuple[str, int], tuple[_Tried, float]] = {}
    fair = adjusted(np.array([one.p for one in tried])).tolist()
    for one, q in sorted(zip(tried, fair, strict=True), key=lambda x: x[0].share):
        if q <= Q and one.share >= APART:
            best[one.column, one.at] = one, q  # the score by which it is furthest apart comes last
    for one, q in sorted(best.values(), key=lambda x: -x[0].share)[:MOST]:
        groups, names = coded[one.column]
        low, high = chance_between(one.share, one.size, one.scored - one.size)
        rows = int(np.count_nonzero(groups == one.at))
        value = names[one.at]
        yield Slice(
            "group",
            f"{one.column} = {'nothing' if value is None else value}",
            f"By {audit.scores[one.scorer].scorer.title} a row of these {rows:,} is more "
            f"suspicious than another one with probability {one.share:.2f} ({low:.2f} to "
            f"{high:.2f}); 0.50 is usual.",
            rows,
            q,
            parts=(OneOf(one.column, (value,)),),
        )


def _coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str | None]]:
    """Every value as a number, and what the numbers stand for; None = no value."""
    text = pc.cast(column, pa.string())
    encoded = text.combine_chunks().dictionary_encode()
    names: list[str | None] = encoded.dictionary.to_pylist()
    codes = pc.fill_null(encoded.indices, len(names)).to_numpy(False).astype(np.int64)
    return codes, [*names, None]


def small_classes(audit: Audit, ours: dict[str, str]) -> Iterator[Slice]:
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
            f"{share_words(int(sizes[at]), n)} of the labelled rows; an even share is "
            f"{1 / there:.1%}.",
            int(sizes[at]),
            float("nan"),
            parts=(OneOf(ours["given"], (name,)),),
        )
