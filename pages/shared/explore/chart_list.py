"""Which charts there are: one per column, tables of groups, and two that show two columns at once.

A chart's name is "matrix", "dynamics", "column NAME" or "groups NAME".
"""

from typing import Any

from engine.columns import Column
from pages.shared.explore.explorer import Explorer
from store.row_columns import name_of_ours

ACROSS, UP = "cartography_variability", "cartography_confidence"
"""Axes of the training-dynamics map, as in the paper (Swayamdipta et al., EMNLP 2020)."""
USUAL = 8
"""Charts shown before anybody has chosen."""


def chart_list(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Every chart with its kind and title, those of all columns in the order of the table, and
    the names of those shown until somebody chooses."""
    found = [*_of_two(explorer)]
    for column in explorer.columns.values():
        if column.kind in ("number", "category"):
            kind = "histogram" if column.kind == "number" else "bars"
            found.append(_chart(f"column {column.name}", kind, column.title, [column.name]))
        if column.kind == "category":
            title = f"groups by {column.title}"
            found.append(_chart(f"groups {column.name}", "groups", title, [column.name]))
    return {"charts": found, "usual": _usual(explorer, {one["name"] for one in found})}


def ours(explorer: Explorer, name: str) -> str:
    """What one of our columns is called here: the user's may have taken its name."""
    return name_of_ours(explorer.project.dataset.table, name)


def dynamics_columns(explorer: Explorer) -> tuple[Column, Column] | None:
    """Variability and confidence; None where no heads were trained."""
    scores = {one.name: one for one in explorer.columns.values() if one.source == "score"}
    across, up = scores.get(ours(explorer, ACROSS)), scores.get(ours(explorer, UP))
    return None if across is None or up is None else (across, up)


def _of_two(explorer: Explorer) -> list[dict[str, Any]]:
    found = []
    if len(explorer.project.dataset.classes) > 1:
        columns = [ours(explorer, name) for name in ("given", "suggested")]
        found.append(_chart("matrix", "matrix", "given against suggested", columns))
    dynamics = dynamics_columns(explorer)
    if dynamics is not None:
        names = [one.name for one in dynamics]
        found.append(_chart("dynamics", "dynamics", "training dynamics", names))
    return found


def _usual(explorer: Explorer, known: set[str]) -> list[str]:
    """The default list's score, the labels and verdicts, then scores and the user's own groups."""
    columns = explorer.columns.values()
    scores = [one.name for one in columns if one.source == "score"]
    telling = ("self_confidence", "neighbour_vote", "knn_distance", "near_duplicate")
    label = explorer.project.dataset.roles.label
    yours = [one.name for one in columns if one.source == "yours" and one.name != label]
    wanted = [
        f"column {ours(explorer, explorer.audit.default)}",
        "matrix",
        f"column {ours(explorer, 'given')}",
        f"column {ours(explorer, 'verdict')}",
        "dynamics",
        f"groups {ours(explorer, 'given')}",
        *(f"column {name}" for name in yours),
        *(f"column {ours(explorer, name)}" for name in telling),
        *(f"column {name}" for name in scores),
    ]
    return list(dict.fromkeys(one for one in wanted if one in known))[:USUAL]


def _chart(name: str, kind: str, title: str, columns: list[str]) -> dict[str, Any]:
    return {"name": name, "kind": kind, "title": title, "columns": columns}
