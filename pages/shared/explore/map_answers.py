"""What the map of the Explore page asks: where the points are, which are meant, what they show."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.choice import read_choice
from engine.colouring import agreement_of
from pages.shared import tiles
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.map_colours import colours, own_column
from pages.shared.explore.numbers import Numbers
from pages.shared.words import shortened
from store.errors import UserError
from store.media import text_of
from store.verdicts import UNDECIDED

MOST_ROWS = 100
LETTERS = 300
SUSPECTED_SHARE = 0.01
FOUND = ("relabel", "drop")


def places(explorer: Explorer, facts: dict[str, Any]) -> Numbers:
    """x and y of every row, float32 one after the other; the head has the box around them."""
    layout = str(facts.get("layout"))
    found = explorer.places(layout).astype("<f4", copy=False)
    if layout not in explorer.sent_places:  # the same at every visit, and the map waits for it
        low, high = found.min(axis=0).tolist(), found.max(axis=0).tolist()
        head = {"layout": layout, "low": low, "high": high, "trust": explorer.trust(layout)}
        explorer.sent_places[layout] = Numbers(head, [found])
    return explorer.sent_places[layout]


def masks(explorer: Explorer, facts: dict[str, Any]) -> Numbers:
    """A bit per row, lowest first: what passes the filter, then what is selected, if anything."""
    chosen = explorer.chosen(read_choice(facts.get("choice")))
    found = [chosen.filtered] if chosen.selected is None else [chosen.filtered, chosen.selected]
    head = {
        "filtered": int(np.count_nonzero(chosen.filtered)),
        "selected": None if chosen.selected is None else int(np.count_nonzero(chosen.selected)),
    }
    return Numbers(head, [np.packbits(one, bitorder="little") for one in found])


def marks(explorer: Explorer, facts: dict[str, Any]) -> Numbers:
    """A bit per row that gets an outline: errors "found" so far, or "suspected" ones."""
    if facts.get("which") == "suspected":
        marked = suspected(explorer)
        words = f"{marked.sum():,} outlined: first 1 % of the list, another label suggested"
    else:
        marked = _in(explorer, "verdict", FOUND)
        words = f"{marked.sum():,} errors found are outlined" if marked.any() else ""
    head = {"count": int(np.count_nonzero(marked)), "words": words}
    return Numbers(head, [np.packbits(marked, bitorder="little")])


def suspected(explorer: Explorer) -> np.ndarray:
    """(n,) bool: undecided, among the first of the default list, with another label suggested."""
    table = explorer.table()
    given, suggested, rank = (own_column(explorer, name) for name in ("given", "suggested", "rank"))
    first = table[rank].to_numpy() <= np.ceil(SUSPECTED_SHARE * len(table))
    differ = agreement_of(table[given], table[suggested]).codes == 1
    return first & differ & _in(explorer, "verdict", [UNDECIDED])


def _in(explorer: Explorer, name: str, values: Sequence[str]) -> np.ndarray:
    column = explorer.table()[own_column(explorer, name)]
    return np.asarray(pc.is_in(column, value_set=pa.array(values)).to_numpy(), dtype=bool)


def closer(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """What single points are: {rows: [{row, id, picture, crisp, text, given, suggested, …}]}."""
    rows = facts.get("rows")
    n = len(explorer.project.dataset)
    if (
        not isinstance(rows, list)
        or len(rows) > MOST_ROWS
        or not all(_is_row(row, n) for row in rows)
    ):
        raise UserError(f"At most {MOST_ROWS} row numbers below {n:,} were expected. Reload.")
    names = ("given", "suggested", "verdict")
    table = explorer.table().select([own_column(explorer, name) for name in names])
    labels = table.take(rows).rename_columns(names).to_pylist() if rows else []
    return {
        "rows": [
            {"row": row, **_seen(explorer, row), **known}
            for row, known in zip(rows, labels, strict=True)
        ]
    }


def _is_row(row: object, n: int) -> bool:
    return type(row) is int and 0 <= row < n


def _seen(explorer: Explorer, row: int) -> dict[str, Any]:
    """A thumbnail's address or a few words of an example."""
    project = explorer.project
    shown: dict[str, Any] = {"id": project.dataset.id_of(row), "picture": None, "crisp": False}
    if project.dataset.media == "image":
        crisp = bool(tiles.crispness(project, row))
        picture = tiles.source(project, row, tiles.THUMBNAIL)
        return shown | {"picture": picture, "crisp": crisp, "text": None}
    if project.dataset.media == "text":
        text = text_of(project.dataset, row)
    else:
        text = " · ".join(value for _, value in tiles.columns(project, row))
    return shown | {"text": shortened(text, LETTERS)}


ANSWERS: dict[str, Any] = {
    "places": places,
    "masks": masks,
    "colours": colours,
    "marks": marks,
    "closer": closer,
}
