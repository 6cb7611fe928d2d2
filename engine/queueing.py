"""Selection: rows to look at, in order, and why they are here."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engine.contract import Score
from engine.explain import VOTERS, neighbour_labels, reasons
from engine.inputs import Evidence
from store.dataset import UNLABELLED, Unit

LABEL_ERROR, MISSING_POSITIVE = "label error", "missing positive"
WRONG_LABELS = (LABEL_ERROR, MISSING_POSITIVE)
"""Problems where a verdict says whether the given label is wrong: of examples, and of pairs."""
DEFAULTS: dict[Unit, str] = {"example": "joined_evidence", "pair": "missing_positive"}
"""The scorer that orders the queue unless the user chooses another."""
DEFAULT = DEFAULTS["example"]
BLOCK_BYTES = 64 * 2**20


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows in review order. Every row of the dataset is in it: nothing is hidden.

    rows: (n,) int64, most suspicious first, ties in table order; those that cannot be scored last.
    values: (n,) float64 aligned with rows, in the scorer's own units; nan = cannot be scored.
    suggested: (n,) int64 aligned with rows, label proposed; -1 = none. May be the given one.
    reasons: why a row of the dataset is here, in words, one reason at a time.
    """

    title: str
    rows: np.ndarray
    values: np.ndarray
    suggested: np.ndarray
    reasons: Callable[[int], list[str]]

    def __post_init__(self) -> None:
        for array in (self.rows, self.values, self.suggested):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.rows)

    def why(self, row: int) -> str:
        """All reasons in one line."""
        return "; ".join(self.reasons(row))


def default_queue(scores: Sequence[Score], evidence: Evidence) -> Selection:
    """The order of the joined evidence; where there is none, the table's own order without values.

    scores: all that were computed; those of label errors are told as reasons.
    """
    told = tuple(score for score in scores if score.scorer.finds in WRONG_LABELS)
    default = DEFAULTS[evidence.dataset.unit]
    told = tuple(sorted(told, key=lambda score: score.scorer.name != default))
    told_why = partial(reasons, scores=told, evidence=evidence)
    for score in told:
        if score.scorer.name == default:
            return replace(queue_of(score, evidence), title=_title(evidence), reasons=told_why)
    rows = np.arange(len(evidence.dataset))
    unknown = np.full(len(rows), np.nan)
    return Selection(
        "No evidence on wrong labels", rows, unknown, suggest(evidence, rows), told_why
    )


def _title(evidence: Evidence) -> str:
    """What was joined, the weightiest first, without what does not count."""
    if evidence.dataset.unit == "pair":
        return "Likely missing positives"
    weights = {} if evidence.pool is None else evidence.pool.weights
    counted = sorted((name for name in weights if weights[name] > 0), key=lambda x: -weights[x])
    return f"Likely label errors: {', '.join(counted)} joined" if counted else "Likely label errors"


def queue_of(score: Score, evidence: Evidence) -> Selection:
    """One scorer's own order and values.

    Suggestions are the scorer's own; a score of label errors without any takes the likeliest class.
    """
    rows = _last_nan(np.argsort(-score.suspicion, kind="stable"), score.values)
    if score.suggestion is not None:
        suggested = score.suggestion[rows]
    elif score.scorer.finds in WRONG_LABELS:
        suggested = suggest(evidence, rows)
    else:
        suggested = np.full(len(rows), UNLABELLED, dtype=np.int64)
    return Selection(
        title=score.scorer.title,
        rows=rows,
        values=score.values[rows].astype(np.float64),
        suggested=suggested,
        reasons=partial(reasons, scores=(score,), evidence=evidence),
    )


def normalised_ranks(suspicion: np.ndarray) -> np.ndarray:
    """(n,) float64 in (0, 1]: average rank over the number of scored rows, nan where nan.

    >>> normalised_ranks(np.array([0.1, 0.9, 0.1, np.nan, 0.2]))
    array([0.375, 1.   , 0.375,   nan, 0.75 ])
    """
    scored = ~np.isnan(suspicion)
    values = suspicion[scored]
    order = np.argsort(values)
    in_order = values[order]
    # Equal values stand side by side and share the mean of their ranks.
    starts = np.flatnonzero(np.concatenate([[True], in_order[1:] != in_order[:-1]])[: len(values)])
    counts = np.diff(np.append(starts, len(values)))
    shared = np.empty(len(values))
    shared[order] = np.repeat(starts + (counts + 1) / 2, counts)
    ranks = np.full(len(suspicion), np.nan)
    ranks[scored] = shared / max(len(values), 1)
    return ranks


def class_likelihoods(evidence: Evidence, rows: np.ndarray | list[int]) -> np.ndarray:
    """(len(rows), c) float64: mean of pred_probs and the share of the neighbours with each label.

    Where one of the two is unknown the other stands alone; nan where both are. High = likely.
    """
    rows = np.asarray(rows, dtype=np.int64)
    c = len(evidence.dataset.classes)
    total, sources = np.zeros((len(rows), c)), np.zeros((len(rows), c))
    parts = [_neighbour_shares(evidence, rows, c)]
    if evidence.pred_probs is not None:
        parts.append(np.asarray(evidence.pred_probs[rows], dtype=np.float64))
    for part in parts:
        known = ~np.isnan(part)
        total += np.where(known, part, 0.0)
        sources += known
    return np.where(sources > 0, total / np.maximum(sources, 1), np.nan)


def suggest(evidence: Evidence, rows: np.ndarray) -> np.ndarray:
    """(len(rows),) int64 the likeliest class of each row, the first one on ties; -1 = unknown.

    Of a pair that is not known to be relevant the commonest grade of those that are.
    """
    suggested = np.full(len(rows), UNLABELLED, dtype=np.int64)
    if evidence.dataset.unit == "pair":
        given = evidence.dataset.labels
        common = np.bincount(given[given > 0], minlength=2)[1:].argmax() + 1
        return np.where(given[rows] > 0, given[rows], common)
    if not evidence.dataset.classes:
        return suggested
    for block in _blocks(len(rows), bytes_per_row=8 * 4 * len(evidence.dataset.classes)):
        likelihoods = class_likelihoods(evidence, rows[block])
        known = ~np.isnan(likelihoods).all(axis=1)
        best = np.nan_to_num(likelihoods, nan=-1.0).argmax(axis=1)
        suggested[block] = np.where(known, best, UNLABELLED)
    return suggested


def _neighbour_shares(evidence: Evidence, rows: np.ndarray, c: int) -> np.ndarray:
    votes = neighbour_labels(evidence, rows, VOTERS)
    counted = votes >= 0
    cells = (np.arange(len(rows))[:, None] * c + votes)[counted]
    counts = np.bincount(cells, minlength=len(rows) * c).reshape(len(rows), c)
    voters = counted.sum(axis=1, keepdims=True)
    return np.where(voters > 0, counts / np.maximum(voters, 1), np.nan)


def _last_nan(order: np.ndarray, values: np.ndarray) -> np.ndarray:
    unknown = np.isnan(values[order])
    return np.concatenate([order[~unknown], np.sort(order[unknown])])


def _blocks(n: int, bytes_per_row: int) -> Iterator[slice]:
    step = max(BLOCK_BYTES // max(bytes_per_row, 1), 1)
    return (slice(start, start + step) for start in range(0, n, step))
