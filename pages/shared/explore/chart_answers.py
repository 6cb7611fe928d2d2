"""What the chart part of the Explore page asks."""

from collections.abc import Iterator
from dataclasses import replace
from json import dumps
from typing import Any

from engine.choice import Choice, read_choice
from engine.columns import Column
from pages.shared.explore import chart_parts
from pages.shared.explore.chart_list import chart_list, dynamics_columns, ours
from pages.shared.explore.explorer import Chosen, Explorer
from pages.shared.explore.group_answer import groups
from store.errors import UserError

MOST_CHARTS = 60
MOST_NAMES = 200
"""In a list that is searched: typing one more letter beats scrolling through more."""


def charts(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """The numbers of some charts, in the order asked: of all rows, those that pass, the selected.

    A chart shows what passes every condition but those on its own columns: they are its brush.
    One that cannot be drawn says why, and the others are drawn.
    """
    return {"charts": list(each_chart(explorer, facts))}


def each_chart(explorer: Explorer, facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same one by one, for who may stop in between."""
    choice = read_choice(facts.get("choice"))
    explorer.chosen(choice)  # what is wrong with it is told once, not in every chart
    asked = facts.get("charts")
    if not isinstance(asked, list) or len(asked) > MOST_CHARTS:
        raise UserError(f"A list of at most {MOST_CHARTS} charts was expected. Reload the page.")
    for one in asked:
        yield _chart(explorer, choice, one)


def _chart(explorer: Explorer, choice: Choice, spec: Any) -> dict[str, Any]:
    spec = spec if isinstance(spec, dict) else {"name": spec}
    try:
        columns = _columns(explorer, str(spec.get("name")))
    except UserError as problem:
        return {"problem": str(problem)}
    own = {one.name for one in columns}
    others = replace(choice, parts=tuple(one for one in choice.parts if one.column not in own))
    picked = [one for one in choice.parts if one.column in own]
    key = (others, tuple(picked), explorer.decided, dumps(spec, sort_keys=True))
    chosen = explorer.chosen(others)
    found = explorer.binned.answer(key, lambda: _drawn(explorer, chosen, spec, columns, picked))
    return {"brushed": len(others.parts) < len(choice.parts), **found}


def _columns(explorer: Explorer, name: str) -> tuple[Column, ...]:
    """The columns of a chart. Raises UserError for a chart there is none of."""
    kind, _, column = name.partition(" ")
    if kind in ("column", "groups") and column:
        return (explorer.column(column),)
    if name == "matrix":
        return tuple(explorer.column(ours(explorer, one)) for one in ("given", "suggested"))
    dynamics = dynamics_columns(explorer)
    if name == "dynamics" and dynamics is not None:
        return dynamics
    raise UserError(f"There is no chart {name!r:.60} here. Choose another one under Charts.")


def _drawn(
    explorer: Explorer,
    chosen: Chosen,
    spec: dict[str, Any],
    columns: tuple[Column, ...],
    picked: list[Any],
) -> dict[str, Any]:
    name = str(spec["name"])
    if name == "matrix":
        return chart_parts.matrix(explorer, chosen, spec)
    if name == "dynamics":
        return chart_parts.square(explorer, chosen, *columns)
    if name.startswith("groups "):
        return groups(explorer, chosen, columns[0], spec)
    if columns[0].kind == "number":
        return chart_parts.histogram(explorer, chosen, columns[0])
    return chart_parts.bars(explorer, chosen, columns[0], picked)


def names(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """The names of a column that hold some words, the most frequent among what passes first."""
    choice, column = read_choice(facts.get("choice")), explorer.column(str(facts.get("column")))
    others = replace(choice, parts=tuple(p for p in choice.parts if p.column != column.name))
    words = str(facts.get("words") or "")
    return chart_parts.names(explorer, explorer.chosen(others), column, words, MOST_NAMES)


ANSWERS: dict[str, Any] = {"chart_list": chart_list, "charts": charts, "names": names}
