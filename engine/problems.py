"""Problems: of every kind which rows are suspected, how many were checked, what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.copies import contradicting
from engine.proportion import Estimate, share_of
from store.dataset import UNLABELLED, Dataset
from store.ledger import ACTIONS
from store.pairs import NO_TWIN

if TYPE_CHECKING:  # torch comes with them, and the first screen is not to wait for that
    from engine.findings import Findings
    from engine.queueing import Selection

Kind = Literal[
    "label error",
    "missing positive",
    "contradiction",
    "near duplicate",
    "exact copy",
    "outlier",
    "small class",
    "unlabelled",
    "known answer",
]
FEW = 5
"""A class with fewer members than folds is missing from part of the training."""
NAMED = 0
"""The stratum of rows that the default list names, as in `engine.sampling`."""
DROP = ACTIONS.index("drop")
WRONG = (ACTIONS.index("relabel"), DROP)
CHECKED = (ACTIONS.index("keep"), *WRONG)
COPIES = ("near duplicate", "exact copy")


@dataclass(frozen=True, eq=False)
class Problem:
    """One kind of problem in one dataset.

    rows: (m,) int64 that are suspected, in table order; a fact where the kind is one, as without a
        label. checked: those kept, relabelled or dropped. found: those of them that were relabelled
        or dropped; of copies, those that were dropped.
    """

    kind: Kind
    rows: np.ndarray
    checked: int
    found: int

    @property
    def share(self) -> Estimate | None:
        """Of the checked rows, how many were found; None where nobody has checked any."""
        return share_of(self.found, self.checked) if self.checked else None


def suspects_of(
    dataset: Dataset,
    sets: np.ndarray,
    *,
    queue: "Selection | None" = None,
    strata: np.ndarray | None = None,
    findings: "Findings | None" = None,
) -> dict[Kind, np.ndarray]:
    """The rows that are suspected of each kind that could be looked for; (m,) int64 in table order.

    sets: (n,) of `engine.copies.content_sets`. queue: the default list. strata: (n,) of
    `engine.sampling.strata_of`, asked of pairs only. A kind is left out where what it takes is not
    there, so that an empty one means: looked for, and there is none.
    """
    if dataset.pairs is not None:
        found: dict[Kind, np.ndarray] = {}
        if strata is not None:
            found["missing positive"] = np.flatnonzero(strata == NAMED)
        return found | {"known answer": np.flatnonzero(dataset.pairs.twin != NO_TWIN)}
    found = {} if queue is None else {"label error": _contradicted(dataset, queue)}
    found["contradiction"] = contradicting(sets, dataset.labels)
    if findings is not None and findings.outliers >= 0:
        found["near duplicate"] = np.flatnonzero(findings.duplicate_set >= 0)
        found["outlier"] = findings.outlying
    found["exact copy"] = np.flatnonzero(sets >= 0)
    found["small class"] = _of_small_classes(dataset)
    found["unlabelled"] = np.flatnonzero(dataset.labels == UNLABELLED)
    return found


def tallied(suspects: Mapping[Kind, np.ndarray], codes: np.ndarray) -> tuple[Problem, ...]:
    """What became of the suspects of each kind. codes: (n,) int8 positions in ACTIONS."""
    problems = []
    for kind, rows in suspects.items():
        said = codes[rows]
        says_so = said == DROP if kind in COPIES else np.isin(said, WRONG)
        checked = int(np.count_nonzero(np.isin(said, CHECKED)))
        problems.append(Problem(kind, rows, checked, int(np.count_nonzero(says_so))))
    return tuple(problems)


def _contradicted(dataset: Dataset, queue: "Selection") -> np.ndarray:
    """Rows for which another label than the given one is the likeliest."""
    given = dataset.labels[queue.rows]
    differs = (given >= 0) & (queue.suggested >= 0) & (given != queue.suggested)
    return np.sort(queue.rows[differs])


def _of_small_classes(dataset: Dataset) -> np.ndarray:
    labelled = dataset.labels >= 0
    small = np.bincount(dataset.labels[labelled], minlength=len(dataset.classes)) < FEW
    return np.flatnonzero(labelled & np.append(small, False)[dataset.labels])
