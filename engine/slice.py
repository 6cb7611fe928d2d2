"""Slice: some rows that deserve a look, and how sure one may be of that."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.audit import Audit
from engine.choice import OneOf
from engine.kernels.chance import share_between
from store.dataset import UNLABELLED

Kind = Literal["cluster", "leak", "sparse", "group", "small"]
Q = 0.01
"""Share of proposals of a kind that may be chance."""
TIMES = 2.0
"""How many times the usual share makes a slice: of a million rows any difference is significant."""
FEWEST = 8
"""Rows of a slice: of fewer nothing is said, they are looked at sooner than described."""
MOST = 4
"""Slices of a kind that are proposed."""


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


def suggested_labels(audit: Audit) -> np.ndarray:
    """(n,) int64 the label that the default list proposes, in table order; -1 = none."""
    suggested = np.empty(len(audit.queue), dtype=np.int64)
    suggested[audit.queue.rows] = audit.queue.suggested
    return suggested


def suspected_rows(audit: Audit) -> np.ndarray:
    """(n,) bool: labelled rows whose suggested label is another than the given one."""
    given, suggested = audit.evidence.dataset.labels, suggested_labels(audit)
    return (given != UNLABELLED) & (suggested != UNLABELLED) & (given != suggested)


def surest(p: np.ndarray, told: np.ndarray) -> list[int]:
    """The first few places that are told, by p. p: adjusted. told: bool, large enough to matter."""
    return [at for at in np.argsort(p, kind="stable").tolist() if told[at] and p[at] <= Q][:MOST]


def share_words(found: int, drawn: int) -> str:
    """With its interval of 95 %: "12.0% (9.1 to 15.4%)"."""
    low, high = share_between(found, drawn)
    return f"{found / drawn:.1%} ({100 * low:.1f} to {high:.1%})"
