"""One row with everything that is known of it, and the rows nearest to it."""

from typing import Any

import numpy as np

from engine.columns import Column
from pages.shared.card_facts import likeliest, said, shown, ticket_of, tile_facts
from pages.shared.explore.explorer import Explorer
from pages.shared.pair_facts import is_open, pair_facts
from store.dataset import UNLABELLED
from store.errors import UserError
from store.ledger import ACTIONS, Ledger

LONGEST = 2_000
"""Characters of a value; the text itself is shown above."""

Facts = dict[str, Any]


def one_row(explorer: Explorer, facts: Facts) -> Facts:
    """The row with an id: what it shows, its labels, values, scores, decisions and neighbours."""
    project, dataset = explorer.project, explorer.project.dataset
    id_ = str(facts.get("id"))
    row = int(dataset.rows_of([id_])[0])
    if row < 0:
        raise UserError(f"{id_!r:.80} is not in {dataset.name}. Choose a row of the table.")
    given, label = dataset.given(row), int(explorer.suggested[row])
    suggested = None if label == UNLABELLED else dataset.classes[label]
    audit = explorer.audit
    with project.ledger() as ledger:
        seen = shown(project, row)
        found = {
            "id": id_,
            "given": given,
            "suggested": suggested,
            "label": _in_force(ledger, row),
            "verdict": ACTIONS[ledger.codes[row]],
            "classes": [dataset.classes[one] for one in likeliest(audit.evidence, row)],
            "earlier": [said(decision) for decision in ledger.about(id_)],
            "neighbours": _neighbours(explorer, ledger, row, given, suggested),
            "ticket": ticket_of({"queue": "one row closer", "of": id_}),
            **seen,
        }
        if dataset.unit == "pair":
            found["pair"] = pair_facts(project, ledger, row, str(seen["text"]), bare=False)
    return found | {
        "why": audit.queue.reasons(row),
        "values": [_value(explorer, column, row) for column in _worth_saying(explorer)],
    }


def _in_force(ledger: Ledger, row: int) -> str | None:
    dataset, label = ledger.dataset, int(ledger.labels[row])
    is_unjudged = dataset.pairs is not None and is_open(dataset.pairs, ledger, row)
    return None if label == UNLABELLED or is_unjudged else dataset.classes[label]


def _worth_saying(explorer: Explorer) -> list[Column]:
    """Columns that are not already shown in a place of their own."""
    roles = explorer.project.dataset.roles
    elsewhere = {roles.id, roles.text, roles.image, roles.label}
    mine = {"given label", "label in force", "suggested label", "verdict"}
    return [
        one
        for one in explorer.columns.values()
        if not (one.source == "yours" and one.name in elsewhere)
        and not (one.source == "ours" and one.title in mine)
    ]


def _value(explorer: Explorer, column: Column, row: int) -> Facts:
    [value] = explorer.cells.values(column.name, [row], LONGEST)
    [share] = explorer.cells.shares(column.name, [row]) if column.source == "score" else [None]
    return {
        "name": column.name,
        "title": column.title,
        "source": column.source,
        "value": value,
        "share": share,
    }


def _neighbours(
    explorer: Explorer, ledger: Ledger, row: int, given: str | None, suggested: str | None
) -> list[Facts]:
    """All that the graph has, the nearest first."""
    graph = explorer.audit.evidence.graph
    if graph is None:
        return []
    near = np.flatnonzero(graph.neighbours[row] >= 0)
    return [
        tile_facts(
            explorer.project,
            ledger,
            int(graph.neighbours[row, place]),
            given,
            suggested,
            float(graph.distances[row, place]),
        )
        | {"verdict": ACTIONS[ledger.codes[int(graph.neighbours[row, place])]]}
        for place in near.tolist()
    ]
