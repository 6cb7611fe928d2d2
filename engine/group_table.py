"""Groups of rows: how large, how suspected, how often found wrong, and how their scores differ."""

from dataclasses import dataclass

import numpy as np

from engine.crossfilter import tally
from engine.group_means import group_means


@dataclass(frozen=True, eq=False)
class GroupTable:
    """One number per group of some rows.

    rows, suspected, found: (g,) int64; suspected = another label than the given one is likelier,
    found = the verdict is relabel or drop. share: suspected over rows, nan = no rows.
    mean, differs, overall: as in GroupMeans; nan, 0 and nan without a score.
    """

    rows: np.ndarray
    suspected: np.ndarray
    found: np.ndarray
    share: np.ndarray
    mean: np.ndarray
    differs: np.ndarray
    overall: float


def group_table(
    codes: np.ndarray,
    size: int,
    *,
    rows: np.ndarray,
    given: np.ndarray,
    suggested: np.ndarray,
    classes: int,
    wrong: np.ndarray,
    values: np.ndarray | None,
) -> GroupTable:
    """codes: (n,) group of each row. rows, wrong: (n,) bool. given, suggested: (n,) class of each
    row, `classes` = none. values: (n,) a score, nan = none, or None."""
    suspected = rows & (given < classes) & (suggested < classes) & (given != suggested)
    count, doubted = tally(codes, size, rows), tally(codes, size, suspected)
    share = np.full(size, np.nan)
    np.divide(doubted, count, out=share, where=count > 0)
    mean, differs, overall = np.full(size, np.nan), np.zeros(size, dtype=np.int8), float("nan")
    if values is not None:
        means = group_means(codes, size, values, rows)
        mean, differs, overall = means.mean, means.differs, means.overall
    return GroupTable(
        count, doubted, tally(codes, size, rows & wrong), share, mean, differs, overall
    )
