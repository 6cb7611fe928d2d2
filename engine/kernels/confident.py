"""Confident learning: thresholds, confident joint, filters, from a table in memory or on disk."""

from dataclasses import dataclass

import numpy as np

from engine.kernels.confident_rows import class_of_rows, own_probability
from engine.kernels.joint import calibrate, keep_at_least
from engine.kernels.largest_margins import largest_margins
from store.errors import UserError

FILTERS = (
    "prune_by_noise_rate",
    "prune_by_class",
    "both",
    "confident_learning",
    "predicted_neq_given",
    "low_self_confidence",
    "low_normalized_margin",
)
"""Names as in cleanlab. The last two take the lowest rows of a score, as many as are counted."""
COMPARISON = 1e-6
UNREACHABLE = 2.0


@dataclass(frozen=True, eq=False)
class Confident:
    """What confident learning reads off n rows and c classes.

    labels: (n,) int64 given labels; -1 = the row takes no part: no label, or a probability that is
        not a number.
    own: (n,) probability of the given label. rival: (n,) the largest of the other classes, -inf
        where there is none. best: (n,) int32 most probable class, the first on ties, -1 = none.
    guess: (n,) int32 confident class, -1 = none.
    agrees: (n,) bool, the most probable class is the given one, or would be with 1e-6 more.
    thresholds: (c,) float64 mean self-confidence of a class, 2 where nobody has the class.
    members: (c,) int64 rows per given label.
    counted: (c, c) int64 rows by given label and confident class, at least 1 on the diagonal.
    joint: (c, c) int64 the same, calibrated: rows sum to `members`.
    """

    labels: np.ndarray
    own: np.ndarray
    rival: np.ndarray
    best: np.ndarray
    guess: np.ndarray
    agrees: np.ndarray
    thresholds: np.ndarray
    members: np.ndarray
    counted: np.ndarray
    joint: np.ndarray

    @property
    def margin(self) -> np.ndarray:
        """(n,) normalised margin, 0 to 1, low = suspicious; nan where there is no rival."""
        margin = (self.own - self.rival + 1) / 2
        return np.where(np.isfinite(self.rival), margin, np.nan).astype(self.own.dtype)

    @property
    def suggestion(self) -> np.ndarray:
        """(n,) int64 the confident class, else the most probable one; -1 = none is known."""
        return np.where(self.guess >= 0, self.guess, self.best).astype(np.int64)

    @property
    def off_diagonal(self) -> np.ndarray:
        """(n,) bool rows whose confident class is not the given label."""
        return (self.labels >= 0) & (self.guess >= 0) & (self.guess != self.labels)

    @property
    def issues_counted(self) -> int:
        """How many labels are wrong: the off-diagonal rows with which the model disagrees."""
        return int((self.off_diagonal & ~self.agrees).sum())

    @property
    def issues_calibrated(self) -> int:
        """How many labels are wrong, by the calibrated joint: better with two or three classes."""
        return int(self.joint.sum() - self.joint.trace())


def read_confident(pred_probs: np.ndarray, labels: np.ndarray) -> Confident:
    """Thresholds, confident classes and the confident joint, in two passes over the rows.

    pred_probs: (n, c) floats, in memory or memory-mapped; only a block of them is held at a time.
    labels: (n,) given label, -1 = unlabelled. Unlabelled rows and rows with a nan take no part.
    Sums are kept in double precision and in table order: the same whatever the blocks.
    Source: Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; as in cleanlab 2.9.

    >>> pred_probs = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.3, 0.6, 0.1]])
    >>> found = read_confident(pred_probs, np.array([0, 1, 1, 0]))
    >>> found.thresholds.round(2).tolist()
    [0.45, 0.4, 2.0]
    >>> np.flatnonzero(found.off_diagonal).tolist()
    [3]
    """
    c = pred_probs.shape[1]
    own = own_probability(pred_probs, labels)
    taking_part = np.where(np.isfinite(own), labels, -1).astype(np.int64)
    while True:
        thresholds, members = _thresholds(own, taking_part, c)
        guess, best, rival, agrees = class_of_rows(pred_probs, labels, thresholds - COMPARISON)
        broken = (guess == -2) & (taking_part >= 0)
        if not broken.any():
            break
        # Only a row with a nan beside a known own probability comes here, and only once.
        taking_part[broken] = -1
    own[taking_part < 0] = np.nan
    guess[guess < 0] = -1
    known = (taking_part >= 0) & (guess >= 0)
    cells = taking_part[known] * c + guess[known]
    counted = np.bincount(cells, minlength=c * c).reshape(c, c)
    np.fill_diagonal(counted, np.maximum(counted.diagonal(), 1))
    joint = calibrate(counted, members) if members.any() else np.zeros_like(counted)
    return Confident(
        taking_part, own, rival, best, guess, agrees, thresholds, members, counted, joint
    )


def flag_errors(
    found: Confident,
    pred_probs: np.ndarray,
    filter: str = "prune_by_noise_rate",
    *,
    frac_noise: float = 1.0,
    min_examples_per_class: int = 1,
) -> np.ndarray:
    """(n,) bool: the rows that a filter of confident learning calls wrong.

    found: `read_confident` of the same pred_probs, which are read a third time by
    "prune_by_noise_rate" and "both" only.
    filter: one of FILTERS. frac_noise, min_examples_per_class: for the three that prune; a class
    with no more than so many rows is never pruned.

    Nothing is flagged where the model agrees with the label, but by the two low_* filters. Of
    equal values at the cut the first rows are flagged (cleanlab: whichever its sort leaves there).
    Raises UserError for an unknown filter or an option out of range.

    >>> pred_probs = np.array([[0.6, 0.4], [0.3, 0.7], [0.9, 0.1], [0.2, 0.8]])
    >>> found = read_confident(pred_probs, np.array([0, 0, 0, 1]))
    >>> np.flatnonzero(flag_errors(found, pred_probs, "predicted_neq_given")).tolist()
    [1]
    """
    _check_options(filter, frac_noise, min_examples_per_class)
    if filter in ("low_self_confidence", "low_normalized_margin"):
        score = found.own if filter == "low_self_confidence" else found.margin
        lowest = np.argsort(np.where(found.labels >= 0, score, np.inf), kind="stable")
        flagged = np.zeros(len(score), dtype=np.bool_)
        flagged[lowest[: found.issues_counted]] = True
        return flagged
    if filter == "confident_learning":
        flagged = found.off_diagonal
    elif filter == "predicted_neq_given":
        flagged = found.best != found.labels
    else:
        prunable = found.members > max(min_examples_per_class, 1)
        pruned = keep_at_least(found.joint, min_examples_per_class, frac_noise)
        flagged = np.ones(len(found.labels), dtype=np.bool_)
        if filter != "prune_by_noise_rate":
            flagged &= _lowest_of_class(found, np.where(prunable, pruned.diagonal(), found.members))
        if filter != "prune_by_class":
            np.fill_diagonal(pruned, 0)
            flagged &= largest_margins(
                pred_probs, found.labels, np.where(prunable[:, None], pruned, 0)
            )
    return flagged & (found.labels >= 0) & ~found.agrees


def _thresholds(own: np.ndarray, labels: np.ndarray, c: int) -> tuple[np.ndarray, np.ndarray]:
    rows = labels >= 0
    members = np.bincount(labels[rows], minlength=c)
    total = np.bincount(labels[rows], weights=own[rows], minlength=c)
    mean = np.where(members > 0, total / np.maximum(members, 1), UNREACHABLE)
    return np.maximum(mean, 2 * COMPARISON), members


def _lowest_of_class(found: Confident, left: np.ndarray) -> np.ndarray:
    """(n,) bool: in every class all rows but the left[k] of highest self-confidence."""
    # Of equal ones, those first that are not flagged in the end: in doubt fewer flags.
    order = np.lexsort((~found.agrees, found.own, found.labels))
    order = order[len(order) - found.members.sum() :]
    place = np.arange(len(order)) - np.repeat(
        np.cumsum(found.members) - found.members, found.members
    )
    flagged = np.zeros(len(found.labels), dtype=np.bool_)
    flagged[order] = place < np.repeat(found.members - left, found.members)
    return flagged


def _check_options(filter: str, frac_noise: float, min_examples_per_class: int) -> None:
    if filter not in FILTERS:
        raise UserError(f"There is no filter {filter!r}. Choose one of: {', '.join(FILTERS)}.")
    if not 0 <= frac_noise <= 1:
        raise UserError(f"frac_noise={frac_noise} is no share: give a number from 0 to 1.")
    if min_examples_per_class < 0:
        raise UserError(f"min_examples_per_class={min_examples_per_class}: give 0 or more.")
