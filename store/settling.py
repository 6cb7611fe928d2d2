"""Settle: the verdict on every row, from what its reviewers said last."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from store.consensus import ADJUDICATES, Verdict, consensus
from store.decision import Decision, Unit
from store.last_words import Labels, last_of_each, said_of
from store.undoing import in_force


def settle(decisions: Iterable[Decision], *, unit: Unit = "example") -> dict[str, Verdict]:
    """The verdict of every id that has one, from decisions in order of arrival.

    Per reviewer the last decision that is not undone counts. Reviewers agree when they want the
    same label (kept or chosen) or the same action; otherwise the row needs adjudication. A skip is
    no opinion: it counts only where nobody has another one. A decision that adjudicates settles the
    row, whatever others say before or after it; of several adjudicators', the one made last does.
    """
    with uncollected():
        return _settled(in_force(decisions, unit=unit))


def _settled(force: Sequence[Decision]) -> dict[str, Verdict]:
    """A million rows go through this loop, so what is rare is done elsewhere."""
    labels_of, patterns = Labels(), _Patterns()
    alone = {reviewer: (reviewer,) for reviewer in {decision.reviewer for decision in force}}
    verdicts: dict[str, Any] = said_of(force)  # each becomes its verdict where it stands
    make = tuple.__new__  # Verdict(…) takes twice as long
    for id_, said in verdicts.items():
        if type(said) is list:
            verdicts[id_] = patterns.weigh(id_, last_of_each(said), labels_of)
            continue
        action, label = said.action, said.label
        if action == "keep":
            label = said.given[0] if len(said.ids) == 1 else labels_of(id_, said)
        who = alone[said.reviewer]
        verdicts[id_] = make(Verdict, (action, label, who, said.decision_id, said.at, said.note))
    return verdicts


class _Patterns:
    """Where the same reviewers said the same of several rows, they are weighed once: the verdicts
    differ in nothing but the decision behind them."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[Verdict, int]] = {}

    def weigh(self, id_: str, said: Sequence[Decision], labels_of: Labels) -> Verdict:
        """The verdict of a row from the last words of its reviewers."""
        parts: list[str | None] = []  # three of each: a flat tuple is made and hashed sooner
        for each in said:
            if each.note or each.because.get(ADJUDICATES) is True:  # what it says is like no other
                return consensus(said, [labels_of(id_, each) for each in said])
            action = each.action
            label = each.label if action != "keep" else labels_of(id_, each)
            parts += (each.reviewer, action, label)
        pattern = tuple(parts)
        found = self._known.get(pattern)
        if found is None:
            verdict = consensus(said, [labels_of(id_, each) for each in said])
            names = [each.decision_id for each in said]
            self._known[pattern] = verdict, names.index(verdict.decision_id)
            return verdict
        (aim, agreed, reviewers, _, _, note), behind = found
        decision = said[behind]
        told = (aim, agreed, reviewers, decision.decision_id, decision.at, note)
        return tuple.__new__(Verdict, told)


@contextmanager
def uncollected() -> Iterator[None]:
    """Python looks for cycles while objects are made; here a million are, and none is in a cycle.

    Measured: a quarter to a third of the time that the verdicts of a million decisions took.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
