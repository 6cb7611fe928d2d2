"""What the Explore page needs to know of a dataset before it draws anything."""

from dataclasses import asdict
from typing import Any

import numpy as np

from engine.choice import read_choice
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.reading import turn_of
from pages.shared.wording import label_names, pile_words
from store.ledger import ACTIONS


def about(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Size, columns and layouts; asked again when a better layout may be there."""
    dataset = explorer.project.dataset
    return {
        "name": dataset.name,
        "n": len(dataset),
        "unit": dataset.unit,
        "media": dataset.media,
        "classes": list(dataset.classes),
        "names": label_names(dataset) if dataset.unit == "pair" else {},
        "verdicts": {action: pile_words(dataset.unit)[action] for action in ACTIONS},
        "columns": [asdict(one) for one in explorer.columns.values()],
        "layouts": explorer.layouts(),
        "decided": explorer.decided,
    }


def counts(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """How many rows the choice names, and its filter in words.

    With a turn it is what a hand that let go has chosen: what it asked before is overtaken.
    """
    if "turn" in facts:
        explorer.turns.begin(*turn_of(facts))
    choice = read_choice(facts.get("choice"))
    chosen = explorer.chosen(choice)
    selected = None if chosen.selected is None else int(np.count_nonzero(chosen.selected))
    return {
        "n": len(chosen.filtered),
        "filtered": int(np.count_nonzero(chosen.filtered)),
        "selected": selected,
        "line": choice.line,
    }
