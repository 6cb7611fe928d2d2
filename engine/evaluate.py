"""How good a ranking is, how far two of them agree, how much of what was planted has been found."""

from dataclasses import dataclass

import numpy as np

from engine.contract import Score
from engine.queueing import normalised_ranks
from store.dataset import Dataset
from store.verdicts import Applied

SETTLED = ("relabel", "drop")
FIRST_ROWS = 100


def average_precision(suspicion: np.ndarray, guilty: np.ndarray) -> float:
    """Mean precision over the guilty rows, each at its own place in the ranking; 1 = all in front.

    suspicion: (n,) high = suspicious (`Score.suspicion`); nan = not scored, counts as last.
    guilty: (n,) bool. Ties share one place, so their order in the table does not count. A random
    order gives about the share of guilty rows. nan where no row is guilty.
    Source: Manning, Raghavan, Schuetze: Introduction to Information Retrieval, 2008, ch. 8.

    >>> average_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]))
    0.8333333333333333
    """
    _, place, counts = np.unique(-_last(suspicion), return_inverse=True, return_counts=True)
    hits = np.bincount(place, weights=guilty, minlength=len(counts))
    precision = hits.cumsum() / counts.cumsum()
    return float((precision * hits).sum() / hits.sum()) if hits.sum() else float("nan")


def auroc(suspicion: np.ndarray, guilty: np.ndarray) -> float:
    """Chance that a guilty row is more suspicious than another row; ties count half. 0.5 = chance.

    suspicion, guilty: as for `average_precision`. nan where all rows or none are guilty.
    Source: Hanley, McNeil: The meaning and use of the area under a ROC curve, Radiology 1982.

    >>> auroc(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]))
    0.5
    """
    wrong = int(guilty.sum())
    right = len(guilty) - wrong
    if wrong == 0 or right == 0:
        return float("nan")
    ranks = normalised_ranks(_last(suspicion)) * len(guilty)
    return float((ranks[guilty].sum() - wrong * (wrong + 1) / 2) / (wrong * right))


def precision_at(rows: np.ndarray, guilty: np.ndarray, budget: int) -> float:
    """Share of guilty rows among the first `budget` of a ranking; of all where there are fewer.

    rows: row numbers, most suspicious first. nan when nothing is looked at.
    """
    looked = guilty[rows[:budget]]
    return float(looked.mean()) if len(looked) else float("nan")


def wilson_interval(hits: int, looked: int, *, z: float = 1.959964) -> tuple[float, float]:
    """Where a share lies that was `hits` out of `looked`, with 95 % confidence (z = 1.96).

    (0, 1) when nothing was looked at. Stays within 0 and 1 and is honest for few rows.
    Source: Wilson: Probable inference, the law of succession, and statistical inference, JASA 1927.
    """
    if looked == 0:
        return 0.0, 1.0
    share, spread = hits / looked, z * z / looked
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * (share * (1 - share) / looked + spread / (4 * looked)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True)
class Agreement:
    """How far two scores say the same.

    rank_correlation: Spearman's, of suspicion, over the rows that both scored; 1 = the same order,
        nan where one of them has no order.
    overlap: how many of the `first` most suspicious rows of one are among those of the other.
    rows: how many rows both scored.
    """

    rank_correlation: float
    overlap: int
    first: int
    rows: int


def agreement(score_a: Score, score_b: Score, *, first: int = FIRST_ROWS) -> Agreement:
    """Compare two scores of the same rows: in the whole, and where a reviewer looks.

    Source: Spearman: The proof and measurement of association between two things, 1904.
    """
    both = ~np.isnan(score_a.values) & ~np.isnan(score_b.values)
    ranks_a = normalised_ranks(score_a.suspicion[both])
    ranks_b = normalised_ranks(score_b.suspicion[both])
    ordered = len(ranks_a) > 1 and np.ptp(ranks_a) > 0 and np.ptp(ranks_b) > 0
    correlation = float(np.corrcoef(ranks_a, ranks_b)[0, 1]) if ordered else float("nan")
    first_a, first_b = score_a.ranking()[:first], score_b.ranking()[:first]
    shared = len(np.intersect1d(first_a, first_b))
    return Agreement(correlation, shared, min(len(first_a), len(first_b)), int(both.sum()))


def found_errors(dataset: Dataset, applied: Applied) -> tuple[int, int]:
    """(found, total): wrong labels whose verdict is relabel or drop, out of all known ones.

    A label is known to be wrong where the truth is known and differs from it: planted errors,
    audited sets. (0, 0) without a truth column.
    """
    wrong = wrong_labels(dataset)
    if wrong is None:
        return 0, 0
    return int((wrong & np.isin(applied.actions, SETTLED)).sum()), int(wrong.sum())


def wrong_labels(dataset: Dataset) -> np.ndarray | None:
    """(n,) bool: given labels that are known to be wrong; None without a truth column."""
    if dataset.truth is None:
        return None
    wrong: np.ndarray = dataset.truth != dataset.labels
    return wrong & (dataset.truth >= 0) & (dataset.labels >= 0)


def _last(suspicion: np.ndarray) -> np.ndarray:
    """The same order with rows that were not scored behind all others."""
    unscored = np.isnan(suspicion)
    if unscored.all():
        return np.zeros(len(suspicion))
    return np.where(unscored, np.nanmin(suspicion) - 1.0, suspicion.astype(np.float64))
