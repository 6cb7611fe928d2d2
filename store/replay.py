"""The decisions of one log on another dataset: which hold there, and what their log would get."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from store.carrying import carried_undos, in_part, whole_of
from store.dataset import Dataset, Unit
from store.decision import Decision
from store.found_rows import Places, places_of
from store.undoing import in_force

Outcome = Literal[
    "applies", "already true", "recorded", "moved",
    "conflicting", "overtaken", "changed", "vanished",
]  # fmt: skip
OUTCOMES: dict[Outcome, str] = {
    "applies": "hold for their rows as they are now",
    "already true": "chose a label that has been given since",
    "recorded": "are in the new dataset's log already",
    "moved": "are about content that has another id now",
    "conflicting": "are about a row whose label was changed otherwise",
    "overtaken": "are older than what the same reviewer said there",
    "changed": "are about a row that shows something else now",
    "vanished": "are about a row that is not there",
}
"""Every outcome and what the decisions with it have in common. The first two are appended, moved
ones when asked for, others never."""
APPENDED: tuple[Outcome, ...] = ("applies", "already true")


class Fate(NamedTuple):
    """What became of one decision about one row.

    place: of the row in the decision. id: of the row that shows the content now, None = no row.
    given: the label given there now, None = unlabelled or no row. why: in words, "" = it applies.
    """

    decision: Decision
    place: int
    outcome: Outcome
    id: str | None
    given: str | None
    why: str

    @property
    def old_id(self) -> str:
        """The row as the decision names it."""
        return self.decision.ids[self.place]


@dataclass(frozen=True, eq=False)
class Replay:
    """What a log comes to on a dataset; nothing is written by making it.

    fates: the last word of every reviewer on every row, in order of arrival.
    undos: of decisions that the new log has, and that were withdrawn in the old one.
    """

    fates: tuple[Fate, ...]
    undos: tuple[Decision, ...]
    old: tuple[Decision, ...]
    new: tuple[Decision, ...]

    def counts(self) -> dict[Outcome, int]:
        """Rows by outcome, every outcome named."""
        found = Counter(fate.outcome for fate in self.fates)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    def to_append(self, *, moved: bool = False) -> list[Decision]:
        """The decisions that the new log lacks, under their own decision_id, reviewer and time.

        Of a bulk action only the rows for which it holds. What was undone comes with its undos.
        moved: those too whose content is under another id; they then name that one.
        """
        wanted = (*APPENDED, "moved") if moved else APPENDED
        rows: defaultdict[str, dict[str, Fate]] = defaultdict(dict)
        for fate in self.fates:
            if fate.outcome in wanted and fate.id is not None:
                rows[fate.decision.decision_id][fate.id] = fate
        taken = {decision.decision_id for decision in self.new}
        parts = []
        for by_id in rows.values():
            first = next(iter(by_id.values()))
            places = {id_: fate.place for id_, fate in by_id.items()}
            parts.append(in_part(first.decision, places, taken))
        after = (*self.new, *self.undos, *parts)
        return [*self.undos, *parts, *carried_undos(self.old, after)]


def replay(dataset: Dataset, old: Iterable[Decision], new: Iterable[Decision] = ()) -> Replay:
    """What the decisions of an old log come to on this dataset, whose own log is `new`.

    A row is found by its id if it shows what the reviewer saw, else by what it shows, if one row
    alone does. The last word that a reviewer has on it counts.
    """
    old, new = tuple(old), tuple(new)
    undos = carried_undos(old, new)
    decisions = in_force(old, unit=dataset.unit)
    places = places_of(dataset, decisions)
    last: dict[tuple[str, str, bool], tuple[Decision, int]] = {}
    for decision in decisions:
        for place, (id_, content) in enumerate(zip(decision.ids, decision.contents, strict=True)):
            row = places.row_of(id_, content)
            key = (decision.reviewer, id_ if row is None else places.ids[row], row is not None)
            last.pop(key, None)  # so that the order is that of the last words
            last[key] = decision, place
    # Who has a word on a row that was found is not asked what he said of another content there.
    found = {(reviewer, old_id) for reviewer, old_id, is_found in last if is_found}
    said = _words_in((*new, *undos), dataset.unit)
    recorded = _recorded(new)
    fates = tuple(
        _fate(dataset, decision, place, places, said, recorded)
        for (reviewer, id_, is_found), (decision, place) in last.items()
        if is_found or (reviewer, id_) not in found
    )
    return Replay(fates, tuple(undos), old, new)


def _words_in(log: tuple[Decision, ...], unit: Unit) -> dict[tuple[str, str], Decision]:
    """The decision in force of each reviewer on each row."""
    return {(each.reviewer, id_): each for each in in_force(log, unit=unit) for id_ in each.ids}


def _recorded(log: tuple[Decision, ...]) -> set[tuple[str, str]]:
    """(decision_id, id) of all that was ever said, undone or not."""
    return {
        (whole_of(each.decision_id), id_)
        for each in log
        if each.action != "undo"
        for id_ in each.ids
    }


def _fate(
    dataset: Dataset,
    decision: Decision,
    place: int,
    places: Places,
    said: dict[tuple[str, str], Decision],
    recorded: set[tuple[str, str]],
) -> Fate:
    old_id, content = decision.ids[place], decision.contents[place]
    row = places.row_of(old_id, content)
    if row is None:
        outcome, why = places.why_not(old_id, content)
        return Fate(decision, place, outcome, None, None, why)
    id_, given = places.ids[row], dataset.given(row)

    def fate(outcome: Outcome, why: str = "") -> Fate:
        return Fate(decision, place, outcome, id_, given, why)

    if (whole_of(decision.decision_id), id_) in recorded:
        return fate("recorded", "in the log already")
    newer = said.get((decision.reviewer, id_))
    if newer is not None and newer.at > decision.at:
        return fate("overtaken", f"{decision.reviewer} said {newer.action} there later")
    if decision.action == "relabel" and decision.label == given:
        held: Outcome = "already true"
    elif why := _conflict(dataset, decision, place, given):
        return fate("conflicting", why)
    else:
        held = "applies"
    if id_ != old_id:
        return fate("moved", f"now {id_}")
    return fate(held, "given already" if held == "already true" else "")


def _conflict(dataset: Dataset, decision: Decision, place: int, given: str | None) -> str:
    """Why a decision does not hold for a row that shows the same; "" = it holds.

    A flag and a skip say nothing that another label could make wrong.
    """
    then = decision.given[place]
    if decision.action in ("keep", "relabel", "drop") and given != then:
        return f"the given label was {then!r} and is now {given!r}"
    if decision.action == "relabel" and decision.label not in dataset.classes:
        return f"{decision.label!r} is no longer a class"
    return ""
