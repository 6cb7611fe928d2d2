"""Cells: values of some rows as JSON, by column, and how much each score suspects them."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.testimony import levels_of, shares
from pages.shared.words import shortened

if TYPE_CHECKING:
    from pages.shared.explore.explorer import Explorer

LONGEST = 400
"""Characters of a value that a cell may show."""
SAFE = 2**53
"""Whole numbers beyond are not told apart by a browser, so they travel as text."""

Cell = str | int | float | bool | None


class Cells:
    """Reads values of single rows out of columns of any size. May be asked from any thread."""

    def __init__(self, explorer: "Explorer") -> None:
        self._explorer = explorer
        self._levels: dict[str, np.ndarray] = {}

    def values(self, name: str, rows: Sequence[int], length: int = LONGEST) -> list[Cell]:
        """One cell per row. Raises UserError for a column that may not be shown."""
        self._explorer.column(name)
        # One by one: Arrow's take would put all chunks of a column of texts into one first.
        column = self._explorer.table()[name]
        return [plain(column[int(row)].as_py(), length) for row in rows]

    def shares(self, name: str, rows: Sequence[int]) -> list[float | None]:
        """Of a score its rank shares, 1 = suspects it most; None = cannot be scored."""
        score = self._explorer.audit.scores[self.scorer_of(name)]
        if name not in self._levels:
            self._levels[name] = levels_of(score)
        found = shares(score, self._levels[name], np.asarray(rows, dtype=np.int64)).tolist()
        return [None if math.isnan(share) else round(share, 4) for share in found]

    def scorer_of(self, name: str) -> str:
        """Which score a column is; a column of the user's may have taken its name."""
        scored = [one for one in self._explorer.columns.values() if one.source == "score"]
        return dict(zip([one.name for one in scored], self._explorer.audit.scores, strict=True))[
            name
        ]


def plain(value: Any, length: int) -> Cell:
    """Any value as JSON has it: null for NaN, words for what JSON has no number for.

    >>> plain(float("nan"), 10), plain(float("-inf"), 10), plain([1, 2], 10), plain("abcdef", 4)
    (None, '-inf', '[1, 2]', 'abc…')
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < SAFE else str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, dict):  # a picture with its name, say: megabytes that nobody reads
        value = {name: plain(part, length) for name, part in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return shortened(str(value), length)
