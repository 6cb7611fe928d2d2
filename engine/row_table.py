"""The rows of a dataset with all that is known of each, as a table to ask conditions of."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.audit import Audit
from store.dataset import UNLABELLED, Dataset

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
    known = {
        "given": _names(dataset.classes, dataset.labels),
        "label_now": _names(dataset.classes, labels),
        "verdict": pa.array(actions),
        "suggested": _names(dataset.classes, suggested),
        "rank": pa.array(rank),
    }
    known |= {
        name: pa.array(score.values, mask=np.isnan(score.values))
        for name, score in audit.scores.items()
    }
    table = without_nan(dataset.table).rename_columns(own_names(dataset.table))
    for name, column in known.items():
        table = table.append_column(free_name(table.column_names, name), column)
    return table


def with_verdicts(
    table: pa.Table, audit: Audit, actions: np.ndarray, labels: np.ndarray
) -> pa.Table:
    """A row table with other verdicts and labels in force; all else is shared with it."""
    dataset = audit.evidence.dataset
    columns = pa.array(actions), _names(dataset.classes, labels)
    for name, column in zip(CHANGING, columns, strict=True):
        called = free_name(own_names(dataset.table), name)
        table = table.set_column(table.column_names.index(called), called, column)
    return table


def changing_columns(dataset: Dataset) -> frozenset[str]:
    """What the columns are called in the row table that a decision may change."""
    return frozenset(free_name(own_names(dataset.table), name) for name in CHANGING)


def own_names(table: pa.Table) -> list[str]:
    """What the row table calls the user's columns: as they are, but none is empty, and no two are
    alike but for upper and lower case, which SQL takes for the same.

    >>> own_names(pa.table({"Text": ["a"], "text": ["b"], "": [1]}))
    ['Text', 'text_', '_']
    """
    names: list[str] = []
    for name in table.column_names:
        names.append(free_name(names, name.replace("\0", "") or "_"))
    return names


def free_name(taken: Collection[str], name: str) -> str:
    """The name, or with as many underscores as it needs to be another one, whatever the case.

    >>> free_name(["Given", "given_"], "given")
    'given__'
    """
    while name.lower() in {one.lower() for one in taken}:
        name += "_"
    return name


def without_nan(table: pa.Table) -> pa.Table:
    """Null in the place of nan, which DuckDB takes for larger than any number."""
    for place, field in enumerate(table.schema):
        if pa.types.is_floating(field.type) and pc.any(pc.is_nan(table[place])).as_py():
            column = pc.if_else(pc.is_nan(table[place]), None, table[place])
            table = table.set_column(place, field, column)
    return table


def _names(classes: tuple[str, ...], labels: np.ndarray) -> pa.DictionaryArray:
    places = pa.array(labels, pa.int32(), mask=labels == UNLABELLED)
    return pa.DictionaryArray.from_arrays(places, pa.array(classes, pa.string()))
