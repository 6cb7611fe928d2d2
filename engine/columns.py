"""Column: what can be asked of every row while exploring, and how it is best shown."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from engine.audit import Audit
from engine.row_table import OURS
from store.row_columns import free_name, own_names

Kind = Literal["number", "category", "text", "other"]
Source = Literal["yours", "ours", "score"]
MOST_NAMES = 1_000
"""Distinct values of a category: more are no groups but a text."""
FEW = 20
"""Distinct whole numbers that are groups rather than amounts."""


@dataclass(frozen=True)
class Column:
    """One column of `engine.row_table.row_table`.

    name: as there. title: for a person. kind: "number" has a histogram, "category" bars, "text"
    is searched, "other" is only shown. finds, first: of a score, the problem that it finds and
    the suspicious end, "highest" or "lowest".
    """

    name: str
    title: str
    kind: Kind
    source: Source
    finds: str = ""
    first: str = ""


def columns_of(audit: Audit, table: pa.Table) -> tuple[Column, ...]:
    """Every column of the row table that may be shown, in its order.

    What is known to be right is left out: it would tell a reviewer the answer.
    """
    dataset = audit.evidence.dataset
    yours = own_names(dataset.table)
    found = [
        Column(called, name, kind_of(table[called]), "yours")
        for called, name in zip(yours, dataset.table.column_names, strict=True)
        if name != dataset.roles.truth
    ]
    taken = list(yours)
    titles = {"given": "given label", "label_now": "label in force", "suggested": "suggested label"}
    for name in OURS:
        called = free_name(taken, name)
        taken.append(called)
        kind: Kind = "number" if name == "rank" else "category"
        title = {"rank": "place in the list"} | titles
        found.append(Column(called, title.get(name, name), kind, "ours"))
    for name, score in audit.scores.items():
        called = free_name(taken, name)
        taken.append(called)
        about = score.scorer
        found.append(
            Column(called, about.title, "number", "score", about.finds, about.review_first)
        )
    return tuple(found)


def kind_of(column: pa.ChunkedArray) -> Kind:
    """How a column is best shown.

    >>> kind_of(pa.chunked_array([["a", "b", "a", "b"]])), kind_of(pa.chunked_array([[0.5, 0.1]]))
    ('category', 'number')
    >>> kind_of(pa.chunked_array([["one of a kind", "another"]]))
    'text'
    """
    kind = column.type
    if pa.types.is_dictionary(kind) or pa.types.is_boolean(kind):
        return "category"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        distinct = pc.count_distinct(column).as_py()
        return "category" if distinct <= min(MOST_NAMES, len(column) // 2) else "text"
    if pa.types.is_integer(kind):
        return "category" if pc.count_distinct(column).as_py() <= FEW else "number"
    return "number" if pa.types.is_floating(kind) or pa.types.is_decimal(kind) else "other"
