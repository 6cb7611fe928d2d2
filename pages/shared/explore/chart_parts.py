"""The numbers of one chart: counts of all rows, of what passes and of what is selected."""

from typing import Any

import numpy as np

from engine.choice import OneOf, Part
from engine.columns import Column
from engine.crossfilter import confusion, tally
from engine.grouping import Groups
from pages.shared.explore.chart_list import ours
from pages.shared.explore.explorer import Chosen, Explorer

SHOWN = 12
"""Bars, and classes of the matrix, before somebody asks for more."""
MOST_CLASSES = 60


def histogram(explorer: Explorer, chosen: Chosen, column: Column) -> dict[str, Any]:
    """Edges, and per bin the counts; none: how many rows have no value."""
    decided, table = explorer.decided, explorer.table()
    bins = explorer.binned.bins(table, column.name, decided)
    size = bins.size + 1
    every = explorer.binned.of_all(bins.codes, size, ("bins", column.name), decided)
    layers = _layers(bins.codes, size, every, chosen)
    return {
        "kind": "histogram",
        "edges": list(bins.edges),
        "below": bins.below,
        "above": bins.above,
        "none": {name: None if one is None else one[-1] for name, one in layers.items()},
        **{name: None if one is None else one[:-1] for name, one in layers.items()},
    }


def bars(explorer: Explorer, chosen: Chosen, column: Column, picked: list[Part]) -> dict[str, Any]:
    """The most frequent names among what passes, in the order of all; more: how many are left."""
    found, layers = _grouped(explorer, chosen, column)
    wanted = {name for part in picked if isinstance(part, OneOf) for name in part.names}
    chosen_places = [place for place, name in enumerate(found.names) if name in wanted]
    order = _by_frequency(layers)
    shown = list(dict.fromkeys([*order[:SHOWN], *chosen_places]))
    every = layers["all"]
    assert every is not None
    shown.sort(key=lambda place: (-every[place], place))
    there = sum(count > 0 for count in every)
    return {
        "kind": "bars",
        "names": [found.names[place] for place in shown],
        "more": there - len(shown),
        **_only(layers, shown),
    }


def names(
    explorer: Explorer, chosen: Chosen, column: Column, words: str, most: int
) -> dict[str, Any]:
    """Names with these words in them, upper and lower case the same, and their counts."""
    found, layers = _grouped(explorer, chosen, column)
    places = [
        place
        for place in _by_frequency(layers)
        if words.casefold() in (found.names[place] or "none").casefold()
    ]
    shown = places[:most]
    return {
        "names": [found.names[place] for place in shown],
        "more": len(places) - len(shown),
        **_only(layers, shown),
    }


def matrix(explorer: Explorer, chosen: Chosen, spec: dict[str, Any]) -> dict[str, Any]:
    """Given (down) against suggested (across), of the classes confused most."""
    decided, table = explorer.decided, explorer.table()
    given, suggested = (
        explorer.binned.groups(table, ours(explorer, name), decided)
        for name in ("given", "suggested")
    )
    found = confusion(
        given.codes,
        suggested.codes,
        given.size - 1,
        filtered=chosen.filtered,
        selected=chosen.selected,
        most=whole(spec, "most", SHOWN, MOST_CLASSES),
    )
    return {
        "kind": "matrix",
        "classes": [given.names[place] for place in found.classes],
        "more": given.size - 1 - len(found.classes),
        "filtered": found.filtered.tolist(),
        "selected": None if chosen.selected is None else found.selected.tolist(),
        "elsewhere": found.elsewhere,
    }


def square(explorer: Explorer, chosen: Chosen, across: Column, up: Column) -> dict[str, Any]:
    """Two columns of numbers: counts of every pair of bins, row by row from the lowest up."""
    decided, table = explorer.decided, explorer.table()
    x, y = (explorer.binned.bins(table, one.name, decided) for one in (across, up))
    codes = explorer.binned.pairs(y, x, (up.name, across.name), decided)
    size = (y.size + 1) * (x.size + 1)
    every = explorer.binned.of_all(codes, size, ("pairs", up.name, across.name), decided)
    layers = _layers(codes, size, every, chosen)
    inner = np.arange(size).reshape(y.size + 1, x.size + 1)[:-1, :-1].ravel()
    cells = _only(layers, inner.tolist())
    del cells["all"]
    return {
        "kind": "dynamics",
        "across": {"name": across.name, "title": across.title, "edges": list(x.edges)},
        "up": {"name": up.name, "title": up.title, "edges": list(y.edges)},
        "none": int(np.count_nonzero(chosen.filtered)) - sum(cells["filtered"] or ()),
        **cells,
    }


def _grouped(
    explorer: Explorer, chosen: Chosen, column: Column
) -> tuple[Groups, dict[str, list[int] | None]]:
    decided, table = explorer.decided, explorer.table()
    found = explorer.binned.groups(table, column.name, decided)
    every = explorer.binned.of_all(found.codes, found.size, ("groups", column.name), decided)
    return found, _layers(found.codes, found.size, every, chosen)


def _layers(
    codes: np.ndarray, size: int, every: np.ndarray, chosen: Chosen
) -> dict[str, list[int] | None]:
    """Counts per code of all rows, of what passes, and of what is selected, None = nothing is."""
    selected = None if chosen.selected is None else tally(codes, size, chosen.selected).tolist()
    filtered = tally(codes, size, chosen.filtered)
    return {"all": every.tolist(), "filtered": filtered.tolist(), "selected": selected}


def _only(layers: dict[str, list[int] | None], places: list[int]) -> dict[str, list[int] | None]:
    return {
        name: None if one is None else [one[place] for place in places]
        for name, one in layers.items()
    }


def _by_frequency(layers: dict[str, list[int] | None]) -> list[int]:
    """Places of groups that occur, the most frequent among what passes first."""
    filtered, every = layers["filtered"], layers["all"]
    assert filtered is not None
    assert every is not None
    there = [place for place, count in enumerate(every) if count]
    return sorted(there, key=lambda place: (-filtered[place], -every[place], place))


def whole(spec: dict[str, Any], name: str, otherwise: int, most: int) -> int:
    """A whole number of a question, within its limits."""
    value = spec.get(name)
    return min(max(value, 1), most) if type(value) is int else otherwise
