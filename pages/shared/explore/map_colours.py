"""By what the points of the map are coloured or sized: a code per row and what the codes mean."""

from math import isnan
from typing import Any

import numpy as np
import pyarrow as pa

from engine.colouring import MOST_GROUPS, Amounts, Groups, agreement_of, amounts_of, groups_of
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.numbers import Numbers
from pages.shared.wording import pile_words
from pages.shared.words import label
from store.conditions import quoted
from store.errors import UserError
from store.ledger import ACTIONS
from store.row_columns import name_of_ours

AGREEMENT = "agreement"
LABELS = ("given", "label_now", "suggested")


def colours(explorer: Explorer, facts: dict[str, Any]) -> Numbers:
    """A uint8 per row; by: a column's name, or "agreement" of given and suggested label.

    Raises UserError for a column that is neither groups nor numbers.
    """
    by = str(facts.get("by"))
    if by == AGREEMENT and by not in explorer.columns:
        return _agreement(explorer)
    column = explorer.column(by)
    values = explorer.table()[column.name]
    head: dict[str, Any] = {"by": by, "column": by, "title": column.title}
    head["changes"] = by in {own_column(explorer, name) for name in ("verdict", "label_now")}
    if column.kind == "number":
        return _numbers(head, amounts_of(_floats(values)))
    if column.kind != "category":
        raise UserError(
            f"{column.title!r:.60} is neither groups nor numbers. Choose another colour."
        )
    if by == own_column(explorer, "verdict"):
        groups = groups_of(values, names=ACTIONS)
        words = pile_words(explorer.project.dataset.unit)
        return _groups(head | {"called": [words[name] for name in groups.names]}, groups)
    head["named"] = True
    if by in {own_column(explorer, name) for name in LABELS}:
        head["noneCalled"] = label(None)
        return _groups(head, groups_of(values, names=_classes(explorer)))
    return _groups(head, groups_of(values))


def own_column(explorer: Explorer, name: str) -> str:
    """What a column of ours is called here: a user's own column of that name comes first."""
    return name_of_ours(explorer.project.dataset.table, name)


def _classes(explorer: Explorer) -> list[str]:
    """Classes in the dataset's order, so that decisions change no colour; the most frequent ones
    where there are too many."""
    classes = list(explorer.project.dataset.classes)
    if len(classes) <= MOST_GROUPS:
        return classes
    frequent = groups_of(explorer.table()[own_column(explorer, "given")]).names
    return [name for name in classes if name in frequent]


def _agreement(explorer: Explorer) -> Numbers:
    given, suggested = (own_column(explorer, name) for name in ("given", "suggested"))
    table = explorer.table()
    groups = agreement_of(table[given], table[suggested])
    one, other = quoted(given), quoted(suggested)
    head = {
        "by": AGREEMENT,
        "title": "given against suggested",
        "called": ["both agree", "another label is suggested"],
        "sql": [f"{one} = {other}", f"{one} <> {other}"],
        "noneSql": f"({one} IS NULL OR {other} IS NULL)",
        "noneCalled": "no label or no suggestion",
    }
    return _groups(head, groups)


def _groups(head: dict[str, Any], groups: Groups) -> Numbers:
    known = {
        "kind": "groups",
        "names": groups.names,
        "counts": groups.counts,
        "others": groups.others,
        "othersCount": groups.others_count,
        "none": groups.none,
    }
    return Numbers({"noneCalled": "none"} | head | known, [groups.codes])


def _numbers(head: dict[str, Any], amounts: Amounts) -> Numbers:
    known = {
        "kind": "numbers",
        "low": None if isnan(amounts.low) else amounts.low,
        "high": None if isnan(amounts.high) else amounts.high,
        "clipped": amounts.clipped,
        "none": amounts.none,
    }
    return Numbers(head | known, [amounts.codes])


def _floats(values: pa.ChunkedArray) -> np.ndarray:
    """(n,) float64; nan = no number."""
    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
