"""Named lists on the Explore page: kept, filled, renamed, forgotten, and handed to other pages."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from engine.choice import Choice, read_choice
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.reading import reviewer_of, text_of
from store.errors import UserError
from store.linked_rows import keep_rows
from store.lists import (
    LONGEST,
    find_list,
    forget_list,
    ids_of_list,
    keep_list,
    lists_in,
    rename_list,
)

LONGEST_LINK = 1_500
"""Characters of a condition in a link: browsers and servers cut longer ones."""


def lists(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Every list by name, with what is known of it."""
    found = lists_in(explorer.project.workspace)
    return {"lists": [{**asdict(one), "made": list(one.made)[-1:]} for one in found]}


def keep(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Make a list of the rows of a choice, add them to one, or take them out: op."""
    op, choice = facts.get("op"), read_choice(facts.get("choice"))
    if op not in ("new", "add", "remove"):
        raise UserError(f"op is {op!r:.20}; new, add or remove was expected. Reload the page.")
    found = keep_list(
        explorer.project.workspace,
        text_of(facts, "name"),
        _ids(explorer, choice),
        reviewer=reviewer_of(facts),
        op=op,
        because=_how(choice),
    )
    return {"name": found.name, "rows": found.rows}


def rename(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """The same rows under another name."""
    workspace = explorer.project.workspace
    found = rename_list(workspace, text_of(facts, "name"), text_of(facts, "new"))
    return {"name": found.name, "rows": found.rows}


def forget(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Take a list away; its rows stay as they are."""
    forget_list(explorer.project.workspace, text_of(facts, "name"))
    return {}


def for_review(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """The list that the Review page is to open with: the one that is chosen, or a new one of the
    rows that are; None = all rows. name: what a new one is called."""
    choice = read_choice(facts.get("choice"))
    if not choice.steps and not choice.line:
        return {"list": choice.named}
    return {"list": kept_as(explorer, facts, _ids(explorer, choice), _how(choice))}


def for_export(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """What the Export page is to open with: a list, a condition, both or neither."""
    choice = read_choice(facts.get("choice"))
    line = choice.line.replace("\n", " ")  # a field has one line, and a comment would not end in it
    if not choice.steps and len(line) <= LONGEST_LINK and "--" not in line:
        return {"list": choice.named, "where": line or None}
    return {
        "list": kept_as(explorer, facts, _ids(explorer, choice), _how(choice)),
        "where": None,
    }


def link(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """The name by which an address refers to rows whose ids are too long for it."""
    project, ids = explorer.project, facts.get("ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
        raise UserError("A list of ids was expected. Reload the page.")
    rows = project.dataset.rows_of(ids)
    return {"name": keep_rows(project.workspace, project.dataset, rows[rows >= 0])}


def kept_as(
    explorer: Explorer, facts: dict[str, Any], ids: pa.Array, because: dict[str, Any]
) -> str:
    """The name of a list of these rows: the one asked for, numbered where it means other rows."""
    workspace, asked = explorer.project.workspace, text_of(facts, "name")
    for number in range(1, 1_000):
        name = asked if number == 1 else f"{asked} ({number})"
        if find_list(workspace, name) is None:
            made = keep_list(workspace, name, ids, reviewer=reviewer_of(facts), because=because)
            return made.name
        if ids_of_list(workspace, name).equals(ids.cast(pa.string())):
            return name
    raise UserError(f"There are a thousand lists called {asked!r}. Forget some of them.")


def list_name(words: str) -> str:
    """Any words as the name of a list."""
    plain = "".join(one if one.isprintable() else " " for one in words)
    return " ".join(plain.split())[: LONGEST - 8] or "rows"


def _ids(explorer: Explorer, choice: Choice) -> pa.Array:
    rows: np.ndarray = explorer.rows(choice)
    if len(rows) == 0:
        raise UserError("No row is chosen. Widen the filter, or clear the selection.")
    return explorer.project.dataset.all_ids.take(pa.array(rows))


def _how(choice: Choice) -> dict[str, Any]:
    """How the rows were chosen, with all that it takes to choose them again."""
    facts: dict[str, Any] = {"condition": choice.line, "list": choice.named}
    if choice.steps:
        facts["layout"] = choice.layout
        facts["steps"] = [
            {name: value for name, value in asdict(one).items() if value} for one in choice.steps
        ]
    return {name: value for name, value in facts.items() if value}


ANSWERS: dict[str, Any] = {
    "lists": lists,
    "keep": keep,
    "rename": rename,
    "forget": forget,
    "for-review": for_review,
    "for-export": for_export,
    "link": link,
}
