"""A column of ids, checked: every row has one, and it is its own."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError
from store.readers.values import is_bytes, is_nested

BLOCK = 65_536


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
    twice = repeated(ids)
    if len(twice):
        first = [
            f"{value!r} in {_rows(np.flatnonzero(pc.equal(ids, value).to_numpy(False)))}"
            for value in twice.to_pylist()[:3]
        ]
        raise UserError(
            f"column {name!r} has {len(twice):,} ids more than once: {'; '.join(first)}. "
            f"{otherwise}"
        )


def repeated(ids: pa.Array) -> pa.Array:
    """Values that are there more than once, in the order in which they first appear.

    By sorting: counting all of them would take several times their own memory.
    """
    order, again = pc.array_sort_indices(ids), []
    for start in range(0, len(ids) - 1, BLOCK):
        here = ids.take(order.slice(start, BLOCK + 1))
        same = pc.equal(here.slice(1), here.slice(0, len(here) - 1))
        again.append(order.slice(start + 1, BLOCK).filter(same))
    rows = np.sort(pa.chunked_array(again, pa.uint64()).to_numpy())
    first = pc.index_in(ids.take(pa.array(rows)).unique(), value_set=ids) if len(rows) else []
    return ids.take(pa.array(np.sort(np.asarray(first, dtype=np.int64))))


def _rows(rows: np.ndarray) -> str:
    """Rows for a sentence; row 0 is the first."""
    more = ", …" if len(rows) > 3 else ""
    word = "rows" if len(rows) > 1 else "row"
    return f"{word} {', '.join(str(int(row)) for row in rows[:3])}{more} (the first is row 0)"
