"""What the table of the Explore page asks: rows in order, and what can be shown of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.choice import MOST_IDS, Choice, read_choice
from engine.row_table import OURS
from pages.shared.card_facts import ticket_of, tile_facts
from pages.shared.explore import duplicate_answers, one_row
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.orders import ComingError, Sort, read_scope, read_sort
from pages.shared.words import shortened
from store.dataset import UNLABELLED
from store.errors import UserError
from store.ledger import ACTIONS, Ledger
from store.row_columns import name_of_ours

MOST = 100
"""Rows of one answer."""
MOST_COLUMNS = 60
LONGEST = 600
"""Characters of a text: more than two lines hold, enough to go on reading."""
OWN = 4
"""Columns of the user's that are shown at first where a row has neither text nor picture."""

Facts = dict[str, Any]


def table(explorer: Explorer, facts: Facts) -> Facts:
    """What the table can do here: names of our own columns, the usual ones, ways to order."""
    dataset, audit = explorer.project.dataset, explorer.audit
    ours = {name: name_of_ours(dataset.table, name) for name in OURS}
    roles = dataset.roles
    shown = {roles.id, roles.text, roles.image, roles.label}
    yours = [one.name for one in explorer.columns.values() if one.source == "yours"]
    own = [name for name in yours if name not in shown][:OWN] if dataset.media == "none" else []
    scores = [one.name for one in explorer.columns.values() if one.source == "score"]
    first = dict(zip(audit.scores, scores, strict=True)).get(audit.default)
    usual = [ours[name] for name in ("given", "suggested", "label_now", "verdict")]
    graph = audit.evidence.graph
    return {
        "ours": ours,
        "id": roles.id,
        "usual": [*usual, *([first] if first else []), *own],
        "words": explorer.orders.words_from,
        "near": explorer.orders.has_vectors,
        "duplicates": graph is not None and dataset.unit == "example",
    }


def rows(explorer: Explorer, facts: Facts) -> Facts:
    """A window of the rows of a choice, in order, and the ticket of decisions made there."""
    choice, sort = read_choice(facts.get("choice")), read_sort(facts.get("sort"))
    try:
        found = _found(explorer, choice, sort, facts)
    except ComingError as coming:
        return {"coming": coming.job.stage}
    begin = number(facts, "offset", 10**9)
    some = found[begin : begin + number(facts, "limit", MOST)].tolist()
    distances = explorer.orders.distances(sort)
    return {
        "total": len(found),
        "offset": begin,
        "rows": _row_facts(explorer, choice, some, _columns(facts), distances),
        "ticket": ticket_of({"queue": "table", "condition": shortened(choice.line, 200)}),
    }


def ids(explorer: Explorer, facts: Facts) -> Facts:
    """Ids of a stretch of the rows of a choice, in order: to be ticked together."""
    choice, sort = read_choice(facts.get("choice")), read_sort(facts.get("sort"))
    found = _found(explorer, choice, sort, facts)
    begin = number(facts, "offset", 10**9)
    count = number(facts, "limit", 10**9)
    if count > MOST_IDS:
        raise UserError(
            f"{count:,} rows were to be ticked at once; at most {MOST_IDS:,} can be. "
            "Filter for them instead, or draw around them."
        )
    return {"ids": explorer.project.dataset.ids(found[begin : begin + count])}


def place(explorer: Explorer, facts: Facts) -> Facts:
    """Where a row stands in the order of a choice, from 0; None = it is not among them."""
    choice, sort = read_choice(facts.get("choice")), read_sort(facts.get("sort"))
    row = explorer.project.dataset.rows_of([str(facts.get("id"))])
    at = np.flatnonzero(_found(explorer, choice, sort, facts) == row[0])
    return {"place": int(at[0]) if len(at) else None}


def _found(explorer: Explorer, choice: Choice, sort: Sort, facts: Facts) -> np.ndarray:
    return explorer.orders.rows(choice, sort, read_scope(facts.get("scope")))


def _row_facts(
    explorer: Explorer,
    choice: Choice,
    some: Sequence[int],
    columns: Sequence[str],
    distances: np.ndarray | None,
) -> list[Facts]:
    selected = explorer.chosen(choice).selected
    values = {name: explorer.cells.values(name, some) for name in columns}
    scored = [name for name in columns if explorer.column(name).source == "score"]
    shares = {name: explorer.cells.shares(name, some) for name in scored}
    with explorer.project.ledger() as ledger:
        found = [_one(explorer, ledger, row, distances) for row in some]
    for at, (row, one) in enumerate(zip(some, found, strict=True)):
        one["ticked"] = selected is not None and bool(selected[row])
        one["values"] = {name: values[name][at] for name in columns}
        one["shares"] = {name: shares[name][at] for name in scored}
    return found


def _one(explorer: Explorer, ledger: Ledger, row: int, distances: np.ndarray | None) -> Facts:
    project, dataset = explorer.project, explorer.project.dataset
    given, likely = dataset.given(row), int(explorer.suggested[row])
    suggested = None if likely == UNLABELLED else dataset.classes[likely]
    distance = np.inf if distances is None else float(distances[row])
    facts = tile_facts(project, ledger, row, given, suggested, distance, length=LONGEST)
    if dataset.pairs is not None:
        facts["query"] = shortened(dataset.pairs.words_of(row)[0], LONGEST)
    verdict = ACTIONS[ledger.codes[row]]
    return facts | {"given": given, "suggested": suggested, "verdict": verdict}


def _columns(facts: Facts) -> list[str]:
    names = facts.get("columns") or []
    if not isinstance(names, list) or len(names) > MOST_COLUMNS:
        raise UserError(f"At most {MOST_COLUMNS} columns are shown at once. Choose fewer.")
    return [str(name) for name in names]


def number(facts: Facts, name: str, most: int) -> int:
    """A whole number of a question, 0 to `most`. Raises UserError for anything else."""
    value = facts.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise UserError(f"{name} is {value!r:.60}; 0 to {most:,} was expected. Reload the page.")
    return value


ANSWERS: dict[str, Any] = {
    "table": table,
    "rows": rows,
    "ids": ids,
    "place": place,
    "one_row": one_row.one_row,
    "duplicates": duplicate_answers.duplicates,
}
