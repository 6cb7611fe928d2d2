"""Groups of a column of names: every distinct value, and the group of every row."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, eq=False)
class Groups:
    """(n,) codes: the group of every row, in the smallest type that holds them.

    names: as a condition has them, in alphabetical or numerical order, classes in theirs; None, the
    last one, = no value, and it is always there.
    """

    codes: np.ndarray
    names: tuple[str | None, ...]

    @property
    def size(self) -> int:
        """How many groups there are, with the one of no value."""
        return len(self.names)


def groups_of(column: pa.ChunkedArray) -> Groups:
    """The groups of a column of texts, whole numbers, true and false or a dictionary.

    >>> groups_of(pa.chunked_array([["b", None, "a", "b"]]))
    Groups(codes=array([1, 2, 0, 1], dtype=uint8), names=('a', 'b', None))
    """
    places, values = _encoded(column)
    names = (*(_name(one) for one in values), None)
    kind = np.min_scalar_type(len(names))
    codes = np.asarray(pc.fill_null(places, len(values)).to_numpy()).astype(kind)
    return Groups(codes, names)


def _encoded(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, list[object]]:
    """Places among the values, and the values: distinct, none of them null."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
        values = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
        if None not in values and len(set(values)) == len(values):
            return _places(column), values
        column = pc.cast(column, column.type.value_type)
    column = column.dictionary_encode()
    values = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
    order = sorted(range(len(values)), key=values.__getitem__)
    place_of = np.empty(len(values) + 1, dtype=np.int64)
    place_of[order] = np.arange(len(values))
    place_of[-1] = len(values)
    found = pc.fill_null(_places(column), len(values)).to_numpy()
    return pa.chunked_array([pa.array(place_of[found])]), [values[place] for place in order]


def _places(column: pa.ChunkedArray) -> pa.ChunkedArray:
    chunks = [chunk.indices.cast(pa.int64()) for chunk in column.chunks]
    return pa.chunked_array(chunks, pa.int64())


def _name(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
