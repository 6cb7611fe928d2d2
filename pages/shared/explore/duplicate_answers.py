"""Near duplicates among the rows of a choice, side by side."""

from typing import Any

import numpy as np

from engine.choice import read_choice
from engine.duplicates import DuplicateGroup, groups_among
from pages.shared.card_facts import ticket_of, tile_facts
from pages.shared.explore.explorer import Explorer
from store.dataset import UNLABELLED
from store.errors import UserError
from store.ledger import ACTIONS, Ledger

GROUPS = 20
"""Groups of one answer."""
TILES = 12
"""Rows of a group that are shown; the others are counted."""
DROPPED = ACTIONS.index("drop")

Facts = dict[str, Any]


def duplicates(explorer: Explorer, facts: Facts) -> Facts:
    """Groups from `offset` on: those with different labels first, then the largest.

    Rows that are dropped already belong to none.
    """
    choice = read_choice(facts.get("choice"))
    offset = facts.get("offset", 0)
    if isinstance(offset, bool) or not isinstance(offset, int) or offset < 0:
        raise UserError(f"offset is {offset!r:.40}; 0 or more was expected. Reload the page.")
    groups = explorer.duplicate_groups
    if groups is None:
        raise UserError("Without embeddings nobody knows which rows are alike. Bring some.")
    meant = explorer.chosen(choice).meant
    with explorer.project.ledger() as ledger:
        found = groups_among(groups, meant & (ledger.codes != DROPPED), ledger.labels)
        shown = [_group(explorer, ledger, one) for one in found[offset : offset + GROUPS]]
    return {
        "groups": shown,
        "total": len(found),
        "rows": int(sum(len(one.rows) for one in found)),
        "conflicts": int(np.count_nonzero([one.conflict for one in found])),
        "ticket": ticket_of({"queue": "near duplicates"}),
    }


def _group(explorer: Explorer, ledger: Ledger, group: DuplicateGroup) -> Facts:
    dataset = explorer.project.dataset
    usual = None if group.usual == UNLABELLED else dataset.classes[group.usual]
    others = group.rows[ledger.labels[group.rows] != group.usual]
    return {
        "ids": dataset.ids(group.rows),
        "conflict": group.conflict,
        "usual": usual,
        "others": dataset.ids(others) if usual is not None else [],
        "tiles": [
            tile_facts(explorer.project, ledger, row, dataset.given(row), usual, np.inf)
            for row in group.rows[:TILES].tolist()
        ],
    }
