"""A column of ids, checked: every row has one, and it is its own."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError
from store.readers.values import is_bytes, is_nested


def check_ids(column: pa.ChunkedArray, name: str) -> None:
    """Raise UserError unless every row has an id of its own."""
    if is_nested(column) or is_bytes(column):
        raise UserError(
            f"column {name!r} holds {column.type}, which cannot be ids. "
            "Name a column of text or whole numbers with --id."
        )
    ids = pc.cast(column, pa.string()).combine_chunks()
    absent = pc.or_kleene(pc.is_null(ids), pc.equal(pc.utf8_trim_whitespace(ids), ""))
    rows = np.flatnonzero(pc.fill_null(absent, True).to_numpy(zero_copy_only=False))
    otherwise = (
        "Every row needs an id of its own. Mend the column, name another one with --id, or go "
        '--id "" to count rows instead (decisions then hold as long as the rows keep their order).'
    )
    if len(rows):
        raise UserError(
            f"column {name!r} has no id in {len(rows):,} of {len(ids):,} rows, first in "
            f"{_rows(rows)}. {otherwise}"
        )
    counts = pc.value_counts(ids)
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if len(twice):
        first = [
            f"{value!r} in {_rows(np.flatnonzero(pc.equal(ids, value).to_numpy(False)))}"
            for value in twice.to_pylist()[:3]
        ]
        raise UserError(
            f"column {name!r} has {len(twice):,} ids more than once: {'; '.join(first)}. "
            f"{otherwise}"
        )


def _rows(rows: np.ndarray) -> str:
    """Rows for a sentence; row 0 is the first."""
    more = ", …" if len(rows) > 3 else ""
    word = "rows" if len(rows) > 1 else "row"
    return f"{word} {', '.join(str(int(row)) for row in rows[:3])}{more} (the first is row 0)"
