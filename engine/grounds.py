"""What lists learn on, whichever list it is: the scores on one scale, and the graph both ways."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b

import numpy as np
from scipy.special import ndtri

from engine import queueing
from engine.audit import Audit, code_of
from engine.queueing import normalised_ranks
from engine.spreading import Neighbourhoods, turned
from store.workspace import Arrays, Workspace, cache_key

KEPT_FROM = 100_000
"""Rows from which it is kept in the workspace: chosen where making it begins to be felt."""


@dataclass(frozen=True, eq=False)
class Grounds:
    """What learning needs of an audit, made once for all its lists.

    columns: (n, p) float32 normal scores of every score's ranks, deviation 1, high = suspicious,
        0 = unknown.
    around: who shares neighbours with whom; None without a graph.
    """

    columns: np.ndarray
    around: Neighbourhoods | None


def grounds_of(audit: Audit, workspace: Workspace | None = None) -> Grounds:
    """Made, which takes seconds for a million rows, or read from the workspace where it is kept.

    Kept by what it is made of, score by score, so one more score leaves the others as they are.
    """
    dataset, graph = audit.evidence.dataset, audit.evidence.graph
    keeper = workspace if len(dataset) >= KEPT_FROM else None
    columns = np.zeros((len(dataset), len(audit.scores)), dtype=np.float32)
    for column, score in enumerate(audit.scores.values()):
        columns[:, column] = _kept(keeper, "normal-score", score.suspicion, _normal)["values"]
    if graph is None:
        return Grounds(columns, None)
    members = np.asarray(graph.neighbours)
    around = _kept(keeper, "turned-graph", members, turned)
    return Grounds(columns, Neighbourhoods(members=members, labels=dataset.labels, **around))


def _normal(suspicion: np.ndarray) -> Arrays:
    """(n,) float32 normal scores of the ranks, deviation 1, 0 = unknown or all alike."""
    ranks = normalised_ranks(suspicion)
    scored = int((~np.isnan(ranks)).sum())
    normal = np.nan_to_num(ndtri(ranks * scored / (scored + 1)))
    deviation = normal.std()
    values = normal / deviation if deviation > 0 else np.zeros_like(normal)
    return {"values": values.astype(np.float32)}


def _kept(
    workspace: Workspace | None, kind: str, source: np.ndarray, make: Callable[[np.ndarray], Arrays]
) -> Arrays:
    """What is made of an array, kept by the array's content and all code behind it."""
    if workspace is None:
        return make(source)
    content = blake2b(np.ascontiguousarray(source).data, digest_size=16).hexdigest()
    return workspace.cached(kind, cache_key(content, _code()), partial(make, source))


@cache
def _code() -> str:
    """Hash of all code behind what is kept; read once, for 25 scores ask for it."""
    return code_of(_normal, queueing, turned)
