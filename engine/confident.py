"""The confident-learning report of a whole dataset, from a table in memory or on disk."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.kernels.blocks import heard_by
from engine.kernels.confident import flag_errors, read_confident
from engine.kernels.joint import estimate_latent
from store.errors import UserError
from store.progress import Progress, silent

STAGE = "confident learning"


@dataclass(frozen=True, eq=False)
class ConfidentReport:
    """What confident learning says about n rows and c classes.

    filter: the rule that flagged. rows: how many took part (labelled, all probabilities known).
    thresholds: (c,) float64 mean self-confidence of a class; 2 where nobody has the class.
    joint: (c, c) float64 share of rows per given (row) and true (column) label, sums to 1.
    noise_matrix: (c, c) float64 P(given = row | true = column), columns sum to 1.
    inverse_noise_matrix: (c, c) float64 P(true = row | given = column), columns sum to 1.
    prior: (c,) float64 estimated share of every true class.
    errors: (c, c) int64 estimated rows of given (row) for true (column) label, 0 on the diagonal.
    issues_counted: estimated number of wrong labels, by counting rows.
    issues_calibrated: the same, by the joint; the sum of `errors`.
    flagged: (m,) int64 rows called wrong, lowest normalised margin first, ties in table order.
    suggestion: (m,) int64 the confident class of each of them, else the most probable one.
    """

    filter: str
    rows: int
    thresholds: np.ndarray
    joint: np.ndarray
    noise_matrix: np.ndarray
    inverse_noise_matrix: np.ndarray
    prior: np.ndarray
    errors: np.ndarray
    issues_counted: int
    issues_calibrated: int
    flagged: np.ndarray
    suggestion: np.ndarray


def confident_report(
    pred_probs: np.ndarray,
    labels: np.ndarray,
    *,
    filter: str = "prune_by_noise_rate",
    frac_noise: float = 1.0,
    min_examples_per_class: int = 1,
    progress: Progress = silent,
) -> ConfidentReport:
    """Which labels are probably wrong, how many, and which class is taken for which.

    pred_probs: (n, c) out-of-sample probabilities, in memory or memory-mapped (np.load with
        mmap_mode="r"): read in blocks of rows, in two passes, of which the first touches one entry
        per row, and a third for the filters "prune_by_noise_rate" and "both". Beside them: some
        30 bytes per row, and a few tables of c x c.
    labels: (n,) position of the given label, -1 = unlabelled. Unlabelled rows and rows with a nan
        take no part and are never flagged.
    filter, frac_noise, min_examples_per_class: as in `engine.kernels.confident.flag_errors`.
    progress: told about every block; may raise to cancel.

    Raises UserError when shapes do not fit, a label has no column, no row takes part, or an option
    is out of range.
    Source: Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; as in cleanlab 2.9, whose
    find_label_issues flags the same rows where no two values tie.
    """
    _check(pred_probs, labels)
    with heard_by(partial(progress, STAGE)):
        found = read_confident(pred_probs, labels)
        rows = int(found.members.sum())
        if rows == 0:
            raise UserError(
                "No row has both a label and probabilities, so there is nothing to compare. "
                "Name the label column, or give probabilities for the labelled rows."
            )
        flags = flag_errors(
            found,
            pred_probs,
            filter,
            frac_noise=frac_noise,
            min_examples_per_class=min_examples_per_class,
        )
    latent = estimate_latent(found.joint, found.members)
    errors = found.joint.copy()
    np.fill_diagonal(errors, 0)
    flagged = np.flatnonzero(flags)
    flagged = flagged[np.argsort(found.margin[flagged], kind="stable")]
    return ConfidentReport(
        filter=filter,
        rows=rows,
        thresholds=found.thresholds,
        joint=found.joint / rows,
        noise_matrix=latent.noise,
        inverse_noise_matrix=latent.inverse,
        prior=latent.prior,
        errors=errors,
        issues_counted=found.issues_counted,
        issues_calibrated=found.issues_calibrated,
        flagged=flagged,
        suggestion=found.suggestion[flagged],
    )


def _check(pred_probs: np.ndarray, labels: np.ndarray) -> None:
    if pred_probs.ndim != 2 or labels.shape != (len(pred_probs),):
        raise UserError(
            f"pred_probs of shape {pred_probs.shape} and labels of shape {labels.shape} do not "
            "describe the same rows: give (n, c) probabilities and n labels."
        )
    if len(labels) and not -1 <= labels.min() <= labels.max() < pred_probs.shape[1]:
        raise UserError(
            f"The labels run from {labels.min()} to {labels.max()}, but pred_probs have "
            f"{pred_probs.shape[1]} columns: labels are positions of columns, -1 = unlabelled."
        )
