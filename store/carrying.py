"""Decisions taken over from another log: in part, and with what was undone of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from store.decision import Decision

PART = re.compile(r"\+part\d+\Z")
"""End of the decision_id of a part that came later than the first."""


def in_part(decision: Decision, places: Mapping[str, int], taken: set[str]) -> Decision:
    """The same decision about some of its rows, by the ids that these have now.

    places: id -> place in the decision. taken: decision_ids of the log that it goes to. Where an
    earlier part of it is there already, this one is called decision_id+part1, +part2 and so on.
    """
    name, number = decision.decision_id, 0
    while name in taken:
        number += 1
        name = f"{decision.decision_id}+part{number}"
    if name == decision.decision_id and tuple(places) == decision.ids:
        return decision
    return replace(
        decision,
        decision_id=name,
        ids=tuple(places),
        contents=tuple(decision.contents[place] for place in places.values()),
        given=tuple(decision.given[place] for place in places.values()),
    )


def whole_of(decision_id: str) -> str:
    """The decision_id of the decision that this is a part of, or itself.

    >>> whole_of("ann-7+part2")
    'ann-7'
    """
    return list(_wholes(decision_id))[-1]


def carried_undos(old: Iterable[Decision], new: Iterable[Decision]) -> list[Decision]:
    """The undos of the old log whose aim is in the new one, and which are not there yet.

    Each names the rows of its aim there; an aim in parts has as many undos, and an undo its own.
    """
    there = {decision.decision_id: decision for decision in new}
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for name in there:
        for whole in _wholes(name):
            parts[whole].append(name[len(whole) :])
    carried = []
    for undo in old:
        if undo.action != "undo" or undo.undoes is None:
            continue
        for suffix in list(parts.get(undo.undoes, ())):
            name, aim = undo.decision_id + suffix, there[undo.undoes + suffix]
            if name in there:
                continue
            there[name] = replace(
                undo,
                decision_id=name,
                undoes=aim.decision_id,
                ids=aim.ids,
                contents=aim.contents,
                given=aim.given,
            )
            for whole in _wholes(name):
                parts[whole].append(name[len(whole) :])
            carried.append(there[name])
    return carried


def _wholes(name: str) -> Iterator[str]:
    """The name, and what it is a part of, outermost last."""
    yield name
    while end := PART.search(name):
        name = name[: end.start()]
        yield name
