"""The columns of a row that need no score: the user's own, and what was given and decided."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.dataset import UNLABELLED, Dataset


def plain_table(dataset: Dataset, actions: np.ndarray, labels: np.ndarray) -> pa.Table:
    """n rows: the user's columns, then given, label_now and verdict; nan is null everywhere.

    actions: (n,) str verdicts in force. labels: (n,) int64 labels in force.
    A name that is taken already gets an underscore at its end.
    """
    known = {
        "given": names_of(dataset.classes, dataset.labels),
        "label_now": names_of(dataset.classes, labels),
        "verdict": pa.array(actions),
    }
    table = without_nan(dataset.table).rename_columns(own_names(dataset.table))
    for name, column in known.items():
        table = table.append_column(free_name(table.column_names, name), column)
    return table


def free_name(taken: Collection[str], name: str) -> str:
    """The name, or with as many underscores as it needs to be another one, whatever the case.

    >>> free_name(["Given", "given_"], "given")
    'given__'
    """
    while name.lower() in {one.lower() for one in taken}:
        name += "_"
    return name


def own_names(table: pa.Table) -> list[str]:
    """What the user's columns are called here: as they are, but none is empty, and no two are alike
    but for upper and lower case, which SQL takes for the same.

    >>> own_names(pa.table({"Text": ["a"], "text": ["b"], "": [1]}))
    ['Text', 'text_', '_']
    """
    names: list[str] = []
    for name in table.column_names:
        names.append(free_name(names, name.replace("\0", "") or "_"))
    return names


def name_of_ours(table: pa.Table, name: str) -> str:
    """What a column of ours is called beside the user's own."""
    return free_name(own_names(table), name)


def names_of(classes: tuple[str, ...], labels: np.ndarray) -> pa.DictionaryArray:
    """Labels as the names of their classes; -1 is null."""
    places = pa.array(labels, pa.int32(), mask=labels == UNLABELLED)
    return pa.DictionaryArray.from_arrays(places, pa.array(classes, pa.string()))


def without_nan(table: pa.Table) -> pa.Table:
    """Null in the place of nan, which DuckDB takes for larger than any number."""
    for place, field in enumerate(table.schema):
        if pa.types.is_floating(field.type) and pc.any(pc.is_nan(table[place])).as_py():
            column = pc.if_else(pc.is_nan(table[place]), None, table[place])
            table = table.set_column(place, field, column)
    return table
