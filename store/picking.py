"""Which rows an export is about: those of a named list for which a condition holds."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from store.cleaning import ExportOptions
from store.conditions import quoted, rows_that, text
from store.dataset import Dataset
from store.errors import UserError
from store.lists import rows_of_list
from store.row_columns import plain_table
from store.verdicts import Applied
from store.workspace import Workspace

Pick = Callable[[Dataset, Applied, str], np.ndarray]
"""(n,) bool: the rows for which a condition in SQL holds under these verdicts."""


def pick_plainly(dataset: Dataset, applied: Applied, condition: str) -> np.ndarray:
    """(n,) bool: a condition on the user's own columns, the given label and the verdicts.

    Raises UserError for any other.
    """
    return answered(plain_table(dataset, applied.actions, applied.labels), condition)


def answered(table: pa.Table, condition: str) -> np.ndarray:
    """As `rows_that`; a condition in the form of earlier exports is told in today's."""
    try:
        return rows_that(table, condition)
    except UserError as problem:
        now = in_sql(condition, table.column_names)
        if now is None:
            raise
        raise UserError(f"{problem} What was COLUMN=VALUE before is now: {now}") from problem


def in_sql(condition: str, columns: list[str]) -> str | None:
    """COLUMN=VALUE of earlier manifests as a condition; None = it names no column so.

    Of several columns that may be meant it is the longest, as it was then.

    >>> in_sql("label=it's", ["label", "text"]), in_sql("label=", ["label"])
    ("label = 'it''s'", 'label IS NULL')
    >>> in_sql("nosuch=1", ["label"]) is None
    True
    """
    named = [name for name in columns if condition.startswith(f"{name}=")]
    if not named:
        return None
    column = max(named, key=len)
    value = condition[len(column) + 1 :]
    return f"{quoted(column)} = {text(value)}" if value else f"{quoted(column)} IS NULL"


def picked(
    dataset: Dataset,
    applied: Applied,
    options: ExportOptions,
    workspace: Path | None,
    pick: Pick = pick_plainly,
) -> np.ndarray | None:
    """(n,) bool: the rows that condition and list of the options mean; None = all, neither named.

    Raises UserError for a condition that cannot be answered and a list that is not there.
    """
    if options.where is None and options.named is None:
        return None
    rows = np.ones(len(dataset), dtype=bool)
    if options.named is not None:
        if workspace is None:
            raise UserError(f"There is no workspace that could have the list {options.named!r}.")
        rows[:] = False
        rows[rows_of_list(Workspace(workspace), options.named, dataset)] = True
    if options.where is not None:
        rows &= pick(dataset, applied, options.where)
    return rows


def facts_of(dataset: Dataset, rows: np.ndarray) -> dict[str, Any]:
    """How many rows were meant and a hash of their ids in table order, for the manifest: a list
    may have changed since, and a condition on scores follows the scores. rows: (n,) bool."""
    digest, found = sha256(), np.flatnonzero(rows)
    for start in range(0, len(found), 65_536):
        for id_ in dataset.ids(found[start : start + 65_536]):
            digest.update(f"{id_}\n".encode())
    return {"rows": len(found), "sha256": digest.hexdigest()}
