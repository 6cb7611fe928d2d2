"""The rows of a dataset in the order of one of its columns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError


def order_of(
    column: pa.ChunkedArray, *, descending: bool = False, by_place: bool = False
) -> np.ndarray:
    """(n,) int32 rows by value: NaN and null last either way, ties in table order.

    by_place: of a column of names, in the order of its own list of names, as classes have one;
    else by the names. An ordered dictionary is always in its own order.
    Raises UserError for values that have no order.

    >>> order_of(pa.chunked_array([[2.0, None, 1.0, 2.0]]), descending=True).tolist()
    [0, 3, 2, 1]
    """
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # more than one array can hold
        raise UserError("This column is too large to be sorted. Filter by it instead.")
    if pa.types.is_dictionary(values.type):
        in_place = by_place or values.type.ordered
        values = values.indices if in_place else values.cast(values.type.value_type)
    direction = "descending" if descending else "ascending"
    try:
        order = pc.array_sort_indices(values, order=direction, null_placement="at_end")
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as problem:
        raise UserError(
            f"Values of type {column.type} have no order. Sort by another column."
        ) from problem
    return order.to_numpy().astype(np.int32)


def order_by_distance(distances: np.ndarray) -> np.ndarray:
    """(n,) int32 rows from near to far, ties in table order.

    >>> order_by_distance(np.array([0.5, 0.0, 0.5], dtype=np.float32)).tolist()
    [1, 0, 2]
    """
    return np.argsort(distances, kind="stable").astype(np.int32)
