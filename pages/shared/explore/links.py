"""Links to the Explore page: a choice as its address says it (components/explore/address.js)."""

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from store.errors import UserError

if TYPE_CHECKING:
    from pages.shared.project import Project

LONGEST = 4_000
"""Characters of ids in an address: servers and messengers cut longer ones."""
FIRST = 100
"""Ids in an address where the rest cannot be kept."""


def where(condition: str) -> dict[str, str]:
    """Rows that a condition in SQL holds for."""
    return {"where": condition}


def one_of(column: str, names: Sequence[str | None]) -> dict[str, str]:
    """Rows with one of these names in a column; None = none at all."""
    return {"parts": json.dumps([{"column": column, "names": list(names)}], ensure_ascii=False)}


def selection(project: "Project", rows: np.ndarray) -> dict[str, str]:
    """These rows as a selection: by their ids, or by the name under which the workspace keeps them
    where these are too long for an address."""
    few = ids(project.dataset.ids(rows[:FIRST]))
    if len(rows) <= FIRST and len(few["drawn"]) <= LONGEST:
        return few
    from store.linked_rows import keep_rows  # Parquet is not needed for the first screen

    try:
        return {"drawn": f".l~{keep_rows(project.workspace, project.dataset, rows)}"}
    except UserError:  # a folder that can only be read: some of them are better than no page
        return few


def ids(chosen: Sequence[str]) -> dict[str, str]:
    """These rows as a selection."""
    text = json.dumps(list(chosen), ensure_ascii=False).encode()
    return {"drawn": ".i~" + base64.urlsafe_b64encode(text).decode().rstrip("=")}
