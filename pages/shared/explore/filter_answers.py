"""What the filter line of the Explore page asks: its words, and the filters that are saved."""

from dataclasses import asdict
from typing import Any

from engine.choice import read_choice
from pages.shared.explore.explorer import Explorer
from store.conditions import FUNCTIONS, quoted
from store.errors import UserError
from store.saved_filters import SavedFilter, forget_filter, save_filter, saved_filters


def filter_facts(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """What a condition may hold, which columns are searched for words, and what is saved."""
    role = explorer.project.dataset.roles.text
    texts = [one.name for one in explorer.columns.values() if one.kind == "text"]
    first = [role] if role in explorer.columns else []
    return {
        "functions": list(FUNCTIONS),
        "quoted": {name: quoted(name) for name in explorer.columns},
        "texts": list(dict.fromkeys([*first, *texts])),
        **_saved(explorer),
    }


def keep_filter(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Save the filter of a choice, without its selection; the new list.

    Raises UserError for a filter that cannot be answered now: later nobody would know why.
    """
    choice = read_choice(facts.get("filter"))
    explorer.chosen(choice)
    saved = SavedFilter(_name(facts), choice.line, choice.named)
    save_filter(explorer.project.workspace, saved)
    return _saved(explorer)


def drop_filter(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Forget a saved filter; the new list."""
    forget_filter(explorer.project.workspace, _name(facts))
    return _saved(explorer)


def _saved(explorer: Explorer) -> dict[str, Any]:
    return {"saved": [asdict(one) for one in saved_filters(explorer.project.workspace)]}


def _name(facts: dict[str, Any]) -> str:
    name = facts.get("name")
    if not isinstance(name, str):
        raise UserError(f"A filter's name is {name!r:.60}; a text was expected. Reload the page.")
    return name


ANSWERS: dict[str, Any] = {
    "filter_facts": filter_facts,
    "keep_filter": keep_filter,
    "drop_filter": drop_filter,
}
