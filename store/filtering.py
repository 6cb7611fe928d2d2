"""A condition on one column, as somebody types it: COLUMN=VALUE."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.dataset import Dataset, class_names_of
from store.errors import UserError


def rows_where(dataset: Dataset, condition: str) -> np.ndarray:
    """(n,) bool: the cell is this value, both as text; whole numbers without a decimal point.

    "COLUMN=" means that the cell is missing or empty. Raises UserError for a column that is not
    there, or that holds lists or the like.
    """
    # A column may have = in its name, a value too: the longest name that is there is meant.
    ends = [place for place, mark in enumerate(condition) if mark == "="]
    names = [condition[:end] for end in ends if condition[:end] in dataset.table.column_names]
    if not names:
        raise UserError(
            f"{condition!r} names no column. Say COLUMN=VALUE; the columns of {dataset.name} are: "
            f"{', '.join(dataset.table.column_names)}."
        )
    name = max(names, key=len)
    try:
        cells = pc.fill_null(class_names_of(dataset.table[name]), "")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        kind = dataset.table.schema.field(name).type
        raise UserError(
            f"Column {name!r} holds {kind}, which cannot be compared with a text. Name a column of "
            "text, numbers or true and false."
        ) from problem
    found = pc.equal(cells, condition[len(name) + 1 :])
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
