"""Which decisions are in force: those that nobody has undone."""

from collections import Counter
from collections.abc import Iterable

from store.decision import Decision, Unit


def in_force(decisions: Iterable[Decision], *, unit: Unit = "example") -> list[Decision]:
    """The decisions about rows that nobody has undone, in order of arrival."""
    decisions = tuple(decisions)
    gone = withdrawn(decisions)
    return [
        decision
        for decision in decisions
        if decision.action != "undo" and decision.unit == unit and decision.decision_id not in gone
    ]


def withdrawn(decisions: Iterable[Decision]) -> set[str]:
    """The decision_ids that are undone. An undo that is itself undone withdraws nothing.

    Undos that withdraw each other in a circle, which no screen can make, withdraw nothing.
    """
    undoes = {each.decision_id: each.undoes or "" for each in decisions if each.action == "undo"}
    # An undo is weighed once every undo of it has been.
    unweighed = Counter(aim for aim in undoes.values() if aim in undoes)
    ready = [undo for undo in undoes if undo not in unweighed]
    gone: set[str] = set()
    while ready:
        undo = ready.pop()
        aim = undoes[undo]
        if undo not in gone:
            gone.add(aim)
        if aim in undoes:
            unweighed[aim] -= 1
            if unweighed[aim] == 0:
                ready.append(aim)
    return gone
