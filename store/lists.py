"""Named lists: rows that somebody chose while exploring, kept in the workspace under a name."""

import numpy as np

from store.dataset import Dataset
from store.errors import UserError
from store.workspace import Workspace


def rows_of_list(workspace: Workspace, name: str, dataset: Dataset) -> np.ndarray:
    """(m,) int64 rows of a kept list, in table order. Raises UserError where there is none."""
    raise UserError(f"There is no list {name!r:.60} in {workspace.folder}. Choose another one.")
