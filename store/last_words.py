"""What each reviewer said last about a row, and which label it leaves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from store.decision import Decision, Unit
from store.undoing import in_force


class Word(NamedTuple):
    """What one reviewer said about one row, and the label this would leave it with."""

    decision: Decision
    label: str | None


def last_words(
    decisions: Iterable[Decision], *, unit: Unit = "example"
) -> Mapping[str, list[Word]]:
    """By id, what each reviewer said last about it, in order of arrival; one word per reviewer.

    The ids come in the order in which they were first decided.
    """
    labels_of = Labels()
    words = {}
    for id_, told in said_of(in_force(decisions, unit=unit)).items():
        said = last_of_each(told) if isinstance(told, list) else [told]
        words[id_] = [Word(each, labels_of(id_, each)) for each in said]
    return words


def said_of(force: Iterable[Decision]) -> dict[str, Decision | list[Decision]]:
    """By id the decision about it, or all of them in order of arrival where there are several.

    No list of one: of a million decisions most stand alone.
    """
    said: dict[str, Decision | list[Decision]] = {}
    for decision in force:
        for id_ in decision.ids:
            before = said.setdefault(id_, decision)
            if before is decision:
                continue
            if type(before) is list:
                before.append(decision)
            else:
                said[id_] = [before, decision]  # type: ignore[list-item]  # mypy: type() is no guard
    return said


def last_of_each(said: Sequence[Decision]) -> list[Decision]:
    """The last decision of each reviewer, in order of arrival."""
    if len({decision.reviewer for decision in said}) == len(said):
        return list(said)
    last: dict[str, Decision] = {}
    for decision in said:  # taken out first, for a dictionary keeps the place of the first
        last.pop(decision.reviewer, None)
        last[decision.reviewer] = decision
    return list(last.values())


class Labels:
    """The labels that decisions leave a row with; None where they leave it with none."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, str | None]] = {}  # by bulk action that keeps, by id

    def __call__(self, id_: str, decision: Decision) -> str | None:
        if decision.action != "keep":
            return decision.label
        return decision.given[0] if len(decision.ids) == 1 else self._kept_by(decision)[id_]

    def _kept_by(self, decision: Decision) -> dict[str, str | None]:
        name = decision.decision_id
        if name not in self._kept:
            self._kept[name] = dict(zip(decision.ids, decision.given, strict=True))
        return self._kept[name]
