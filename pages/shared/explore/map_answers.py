"""What the map of the Explore page asks: where the points are, and which of them are meant."""

from typing import Any

import numpy as np

from engine.choice import read_choice
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.numbers import Numbers


def places(explorer: Explorer, facts: dict[str, Any]) -> Numbers:
    """x and y of every row, float32 one after the other; the head has the box around them."""
    layout = str(facts.get("layout"))
    found = explorer.places(layout).astype("<f4", copy=False)
    low, high = found.min(axis=0).tolist(), found.max(axis=0).tolist()
    head = {"layout": layout, "low": low, "high": high, "trust": explorer.trust(layout)}
    return Numbers(head, [found])


def masks(explorer: Explorer, facts: dict[str, Any]) -> Numbers:
    """A bit per row, lowest first: what passes the filter, then what is selected, if anything."""
    chosen = explorer.chosen(read_choice(facts.get("choice")))
    found = [chosen.filtered] if chosen.selected is None else [chosen.filtered, chosen.selected]
    head = {
        "filtered": int(np.count_nonzero(chosen.filtered)),
        "selected": None if chosen.selected is None else int(np.count_nonzero(chosen.selected)),
    }
    return Numbers(head, [np.packbits(one, bitorder="little") for one in found])


ANSWERS = {"places": places, "masks": masks}
