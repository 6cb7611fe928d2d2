"""The table of one column's groups: which of them have many suspects, or other scores."""

import math
from typing import Any

import numpy as np

from engine.columns import Column
from engine.group_table import GroupTable, group_table
from pages.shared.explore.chart_list import ours
from pages.shared.explore.chart_parts import whole
from pages.shared.explore.explorer import Chosen, Explorer

SHOWN, MOST = 12, 1_000
FOUND = ("relabel", "drop")
"""Verdicts that say the row was wrong."""
MEASURES = ("rows", "suspected", "found", "share", "mean", "differs")


def groups(
    explorer: Explorer, chosen: Chosen, column: Column, spec: dict[str, Any]
) -> dict[str, Any]:
    """What is selected, or all that passes, by group. spec: sort, rising, most."""
    decided, table, binned = explorer.decided, explorer.table(), explorer.binned
    found = binned.groups(table, column.name, decided)
    given, suggested, verdict = (
        binned.groups(table, ours(explorer, name), decided)
        for name in ("given", "suggested", "verdict")
    )
    score = explorer.columns.get(ours(explorer, explorer.audit.default))
    has_score = score is not None and score.source == "score"
    measured = group_table(
        found.codes,
        found.size,
        rows=chosen.meant,
        given=given.codes,
        suggested=suggested.codes,
        classes=given.size - 1,
        wrong=np.isin(verdict.codes, [verdict.names.index(x) for x in FOUND if x in verdict.names]),
        values=binned.values(table, score.name, decided) if score and has_score else None,
    )
    order = _order(measured, str(spec.get("sort") or "suspected"), spec.get("rising") is True)
    shown = order[: whole(spec, "most", SHOWN, MOST)]
    about = None
    if score is not None and has_score:
        overall = _number(measured.overall)
        about = {"title": score.title, "first": score.first, "overall": overall}
    return {
        "kind": "groups",
        "score": about,
        "groups": [
            {"name": found.names[place]}
            | {name: _number(getattr(measured, name)[place]) for name in MEASURES}
            for place in shown
        ],
        "more": len(order) - len(shown),
    }


def _order(measured: GroupTable, by: str, rising: bool) -> list[int]:
    """Groups that have rows, by a measure; equals by name, those without a value last."""
    there = np.flatnonzero(measured.rows).tolist()
    if by == "name":
        return there if rising else there[::-1]
    values = getattr(measured, by if by in MEASURES else "suspected")
    known = [place for place in there if not np.isnan(values[place])]
    order = sorted(known, key=lambda place: values[place], reverse=not rising)
    return order + [place for place in there if place not in set(known)]


def _number(value: float) -> float | None:
    """As JSON has it: without nan."""
    number = float(value)
    return None if math.isnan(number) else number
