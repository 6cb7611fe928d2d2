"""Which rows a condition means that may name a score: the scores are asked for only then."""

from collections.abc import Callable

import numpy as np

from engine.audit import Audit
from engine.row_table import row_table
from store.conditions import columns_in
from store.dataset import Dataset
from store.picking import Pick, answered, pick_plainly
from store.row_columns import plain_table
from store.verdicts import Applied


def pick_with(audit: Callable[[], Audit]) -> Pick:
    """What an export calls to find the rows of a condition. audit: makes or fetches it."""

    def pick(dataset: Dataset, applied: Applied, condition: str) -> np.ndarray:
        plain = plain_table(dataset, applied.actions, applied.labels).column_names
        if columns_in(condition) <= {name.lower() for name in plain}:
            return pick_plainly(dataset, applied, condition)
        return answered(row_table(audit(), applied.actions, applied.labels), condition)

    return pick
