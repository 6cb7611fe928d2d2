"""The rows of a dataset with all that is known of each, as a table to ask conditions of."""

import numpy as np
import pyarrow as pa

from engine.audit import Audit
from store.dataset import Dataset
from store.row_columns import free_name, name_of_ours, names_of, plain_table

OURS = {
    "given": "the label it came with",
    "label_now": "the label in force",
    "verdict": "undecided, keep, relabel, drop, skip, flag or adjudicate",
    "suggested": "the likeliest label",
    "rank": "place in the default list, from 1",
}
"""Columns beside the user's own and one per score."""
CHANGING = ("verdict", "label_now")
"""Those of them that a decision may change."""


def row_table(audit: Audit, actions: np.ndarray, labels: np.ndarray) -> pa.Table:
    """n rows: the user's columns, then those of `OURS`, then one per score; nan is null everywhere.

    actions: (n,) str verdicts in force. labels: (n,) int64 labels in force.
    A name that is taken already gets an underscore at its end.
    """
    dataset = audit.evidence.dataset
    n = len(dataset)
    rank = np.empty(n, dtype=np.int64)
    rank[audit.queue.rows] = np.arange(1, n + 1)
    suggested = np.empty(n, dtype=np.int64)
    suggested[audit.queue.rows] = audit.queue.suggested
    table = plain_table(dataset, actions, labels)
    known = {"suggested": names_of(dataset.classes, suggested), "rank": pa.array(rank)}
    known |= {
        name: pa.array(score.values, mask=np.isnan(score.values))
        for name, score in audit.scores.items()
    }
    for name, column in known.items():
        table = table.append_column(free_name(table.column_names, name), column)
    return table


def with_verdicts(
    table: pa.Table, audit: Audit, actions: np.ndarray, labels: np.ndarray
) -> pa.Table:
    """A row table with other verdicts and labels in force; all else is shared with it."""
    dataset = audit.evidence.dataset
    columns = pa.array(actions), names_of(dataset.classes, labels)
    for name, column in zip(CHANGING, columns, strict=True):
        called = name_of_ours(dataset.table, name)
        table = table.set_column(table.column_names.index(called), called, column)
    return table


def changing_columns(dataset: Dataset) -> frozenset[str]:
    """What the columns are called in the row table that a decision may change."""
    return frozenset(name_of_ours(dataset.table, name) for name in CHANGING)
