"""--where of a command: a condition in SQL, or the name of a saved filter."""

from typing import Any

import numpy as np

from engine.audit import Audit
from engine.log_option import log_for
from engine.row_table import row_table
from store.conditions import rows_that
from store.lists import rows_of_list
from store.opening import Opened
from store.saved_filters import MARK, condition_of
from store.verdicts import apply_verdicts


def rows_where(project: Opened, found: Audit, where: str, choices: dict[str, Any]) -> np.ndarray:
    """(n,) bool: the condition holds for the row as it stands after the decisions so far.

    Raises UserError for what is no condition, and for a name under which none is saved.
    """
    saved = condition_of(project.workspace, where)
    kept = np.ones(len(project.dataset), dtype=bool)
    if saved.named is not None:
        kept[:] = False
        kept[rows_of_list(project.workspace, saved.named, project.dataset)] = True
    if saved.where or not where.strip().startswith(MARK):
        log = log_for(project.workspace.folder, project.dataset, choices)
        applied = apply_verdicts(project.dataset, log.decisions())
        kept &= rows_that(row_table(found, applied.actions, applied.labels), saved.where)
    return kept
