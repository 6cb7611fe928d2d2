"""A column of labels as classes and positions in them."""

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.dataset import UNLABELLED, class_names_of
from store.errors import UserError
from store.readers.formats import Raw
from store.readers.request import Guess, Request
from store.readers.values import is_category

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?$")
MANY = 100
"""So many labelled rows without any two alike are no classes: names or measurements, perhaps."""


def given_labels(
    raw: Raw, label: str | None, truth: str | None
) -> tuple[pa.Table, tuple[str, ...], np.ndarray]:
    """The table, the classes and (n,) int64 positions in them, -1 = unlabelled.

    Where the file names its classes, the numbers in the columns of labels and truth give way to
    these names, and a class that no row has is a class nevertheless.
    Raises UserError for a column that is empty or holds no classes.
    """
    assert label is not None
    table, names = raw.table, dict(raw.column_classes)
    if raw.class_names is not None and pa.types.is_integer(table.schema.field(label).type):
        names |= {column: raw.class_names for column in (label, truth) if column is not None}
    for column, classes in names.items():
        table = _named(table, column, classes)
    classes, labels = labels_of(table[label], label)
    if len(classes) < len(names.get(label, ())):
        classes = in_order(list(names[label]))
        labels = positions(class_names_of(table[label]), classes)
    return table, classes, labels


def shared_truth(
    table: pa.Table, classes: tuple[str, ...], guess: Guess, request: Request
) -> Guess:
    """The guess for the column of right answers, without a choice if it shares no class.

    Raises UserError when the user named that column.
    """
    if guess.choice is None:
        return guess
    if (positions(class_names_of(table[guess.choice]), classes) != UNLABELLED).any():
        return guess
    told = f"{guess.choice} has none of the classes {', '.join(classes[:5])}"
    if request.truth is not None:
        raise UserError(f"{told}, so it cannot be the right answers. Name another with --truth.")
    return replace(guess, choice=None, because=f"{told}: left out")


def labels_of(column: pa.ChunkedArray, name: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes and (n,) int64 positions in them, -1 = unlabelled.

    Classes are sorted as numbers when all are numbers, else by alphabet.
    Raises UserError for a column that is empty or holds no classes.
    """
    kind = column.type
    if pa.types.is_null(kind) or column.null_count == len(column):
        raise UserError(_all_empty(name, len(column)))
    if pa.types.is_nested(kind):
        raise UserError(
            f"column {name!r} holds {kind} in each row, but one label per row was expected. "
            "Name another column with --label, or split the lists into one row per label."
        )
    if not is_category(column):
        example = next(value for value in column.to_pylist() if value is not None)
        raise UserError(
            f"column {name!r} holds {kind} such as {example!r}, which are no classes. "
            "Name a column of words, whole numbers or true and false with --label."
        )
    names = class_names_of(column)
    found = names.unique().drop_null()
    if len(found) == 0:
        raise UserError(_all_empty(name, len(column)))
    labelled = len(names) - names.null_count
    if len(found) == labelled > MANY:
        raise UserError(
            f"column {name!r} has another value in each of its {labelled:,} labelled rows "
            f"({', '.join(found.to_pylist()[:3])}, …), so it cannot be a column of classes. "
            "Name the right one with --label."
        )
    classes = in_order(found.to_pylist())
    return classes, positions(names, classes)


def in_order(names: list[str]) -> tuple[str, ...]:
    """Class names as people count: 2 before 10, else by alphabet."""
    if all(NUMBER.match(name) for name in names):
        return tuple(sorted(names, key=lambda name: (float(name), name)))
    return tuple(sorted(names))


def positions(names: pa.Array, classes: tuple[str, ...]) -> np.ndarray:
    """(n,) int64: where each name stands in classes; -1 = missing or not there."""
    found = pc.index_in(names, value_set=pa.array(classes, type=names.type))
    return pc.fill_null(found, UNLABELLED).to_numpy(zero_copy_only=False).astype(np.int64)


def _named(table: pa.Table, column: str, class_names: tuple[str, ...]) -> pa.Table:
    """The table with class names in place of the numbers of a column; -1 becomes missing."""
    if not pa.types.is_integer(table.schema.field(column).type):
        return table
    numbers = pc.cast(table[column], pa.int64()).combine_chunks()
    numbers = pc.if_else(pc.equal(numbers, UNLABELLED), None, numbers)
    span = pc.min_max(numbers).as_py()
    if span["min"] is not None and not 0 <= span["min"] <= span["max"] < len(class_names):
        raise UserError(
            f"column {column!r} goes from {span['min']} to {span['max']}, but there are "
            f"{len(class_names)} class names, for 0 to {len(class_names) - 1}. Give every class a "
            "name, or leave the names out of the file."
        )
    names = pa.array(class_names, type=pa.string()).take(numbers)
    return table.set_column(table.schema.get_field_index(column), column, names)


def _all_empty(name: str, n: int) -> str:
    return (
        f"column {name!r} is empty in all {n:,} rows, so there are no labels to review. "
        "Name the column of given labels with --label."
    )
