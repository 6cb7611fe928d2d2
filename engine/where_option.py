"""--where and --list of a command: a condition in SQL or a saved filter, and a named list."""

from typing import Any

import numpy as np

from engine.audit import Audit
from engine.log_option import log_for
from engine.row_table import row_table
from store.conditions import rows_that
from store.lists import rows_of_list
from store.opening import Opened
from store.saved_filters import condition_of
from store.verdicts import apply_verdicts


def rows_meant(
    project: Opened, found: Audit, where: str | None, named: str | None, choices: dict[str, Any]
) -> np.ndarray | None:
    """(n,) bool: rows of the list for which the condition holds after the decisions so far.

    None where neither is named: all rows. Raises UserError for what is no condition, and for a
    filter or a list that nobody saved.
    """
    if where is None and named is None:
        return None
    rows = np.ones(len(project.dataset), dtype=bool)
    lists = [] if named is None else [named]
    if where is not None:
        saved = condition_of(project.workspace, where)
        lists += [] if saved.named is None else [saved.named]
        if saved.where or saved.named is None:
            log = log_for(project.workspace.folder, project.dataset, choices)
            applied = apply_verdicts(project.dataset, log.decisions())
            rows &= rows_that(row_table(found, applied.actions, applied.labels), saved.where)
    for name in lists:
        listed = np.zeros(len(rows), dtype=bool)
        listed[rows_of_list(project.workspace, name, project.dataset)] = True
        rows &= listed
    return rows
