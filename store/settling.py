"""Verdict and settle: who said what last, and whether the reviewers agree."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, cast

from store.decision import Decision, Unit

VerdictAction = Literal["keep", "relabel", "drop", "skip", "flag", "adjudicate"]


@dataclass(frozen=True)
class Verdict:
    """The decision in force for one example.

    action: what the reviewers agree on, or "adjudicate" where they do not.
    label: the label it stands for: the chosen one of a relabel, the given one of a keep, else None.
    reviewers: who decided, in order of their decisions; of an adjudicated row, the adjudicator.
    decision_id, at: of the latest decision behind it.
    note: the reviewers' notes; for "adjudicate" also who said what.
    """

    action: VerdictAction
    label: str | None
    reviewers: tuple[str, ...]
    decision_id: str
    at: datetime
    note: str


class Word(NamedTuple):
    """What one reviewer said about one row, and the label this would leave it with."""

    arrival: int
    decision: Decision
    label: str | None


def settle(decisions: Iterable[Decision], *, unit: Unit = "example") -> dict[str, Verdict]:
    """The verdict of every id that has one, from decisions in order of arrival.

    Per reviewer the last decision that is not undone counts. Reviewers agree when they want the
    same label (kept or chosen) or the same action; otherwise the row needs adjudication. A skip is
    no opinion: it counts only where nobody has another one. A decision that adjudicates settles the
    row, whatever others say before or after it; of several adjudicators', the one made last does.
    """
    force = in_force(decisions, unit=unit)
    alone = {reviewer: (reviewer,) for reviewer in {decision.reviewer for decision in force}}
    shared: dict[tuple[tuple[int, ...], tuple[str | None, ...]], Verdict] = {}
    words_on = _Words(force)
    verdicts = {}
    for id_, places in _last_places(force).items():
        decision = force[places[0]]
        if len(decision.ids) > 1:  # the rows of a bulk action share one verdict
            words = words_on(id_, places)
            key = places, tuple([word.label for word in words])
            if key not in shared:
                shared[key] = _verdict(words)
            verdicts[id_] = shared[key]
        elif len(places) > 1:
            verdicts[id_] = _verdict(words_on(id_, places))
        else:
            verdicts[id_] = Verdict(
                cast(VerdictAction, decision.action),
                decision.given[0] if decision.action == "keep" else decision.label,
                alone[decision.reviewer],
                decision.decision_id,
                decision.at,
                decision.note,
            )
    return verdicts


def last_words(
    decisions: Iterable[Decision], *, unit: Unit = "example"
) -> Mapping[str, list[Word]]:
    """By id, what each reviewer said last about it, in order of arrival; one word per reviewer.

    The ids come in the order in which they were first decided.
    """
    force = in_force(decisions, unit=unit)
    words_on = _Words(force)
    return {id_: words_on(id_, places) for id_, places in _last_places(force).items()}


def _last_places(force: Sequence[Decision]) -> dict[str, tuple[int, ...]]:
    """By id, where in `force` the last decision of each reviewer about it is, ascending.

    Places and not words: of a million decisions most are overtaken or stand alone.
    """
    who = [decision.reviewer for decision in force]
    last: dict[str, tuple[int, ...]] = {}
    for place, decision in enumerate(force):
        here, reviewer = (place,), who[place]
        for id_ in decision.ids:
            before = last.setdefault(id_, here)
            if before is not here:
                last[id_] = (*[other for other in before if who[other] != reviewer], place)
    return last


class _Words:
    """What was said of one row at some places among the decisions in force."""

    def __init__(self, force: Sequence[Decision]) -> None:
        self._force = force
        self._kept: dict[int, dict[str, str | None]] = {}  # labels that a bulk action keeps, by id

    def __call__(self, id_: str, places: tuple[int, ...]) -> list[Word]:
        return [self._word(id_, place, self._force[place]) for place in places]

    def _word(self, id_: str, place: int, decision: Decision) -> Word:
        if decision.action != "keep":
            return Word(place, decision, decision.label)
        if len(decision.ids) == 1:
            return Word(place, decision, decision.given[0])
        if place not in self._kept:
            self._kept[place] = dict(zip(decision.ids, decision.given, strict=True))
        return Word(place, decision, self._kept[place][id_])


def adjudicates(decision: Decision) -> bool:
    """Whether it settles its rows against other reviewers: its `because` says so."""
    return decision.because.get("adjudicates") is True


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


def _verdict(words: list[Word]) -> Verdict:
    """One verdict from the last word of each reviewer, in order of arrival."""
    if len(words) > 1:
        words = [word for word in words if word.decision.action != "skip"] or words
    rulings = [word for word in words if adjudicates(word.decision)]
    if rulings:
        # By the time, so that a log into which others were replayed settles as they do.
        words = [max(rulings, key=lambda word: (word.decision.at, word.arrival))]
    last, agreed = words[-1], True
    for word in words:
        agreed = agreed and word.label == last.label and _aim(word) == _aim(last)
    return Verdict(
        action=cast(VerdictAction, last.decision.action) if agreed else "adjudicate",
        label=last.label if agreed else None,
        reviewers=tuple([word.decision.reviewer for word in words]),
        decision_id=last.decision.decision_id,
        at=last.decision.at,
        note=_notes(words, agreed=agreed),
    )


def _aim(word: Word) -> str:
    """What a word wants of its row: a label, kept or chosen, or something else."""
    action = word.decision.action
    return "label" if action in ("keep", "relabel") else action


def _notes(words: list[Word], *, agreed: bool) -> str:
    if len(words) == 1:
        return words[0].decision.note
    parts = []
    for _, decision, label in words:
        if not agreed:
            said = f"{decision.action} {label}" if label else decision.action
            note = f": {decision.note}" if decision.note else ""
            parts.append(f"{decision.reviewer}: {said}{note}")
        elif decision.note:
            parts.append(f"{decision.reviewer}: {decision.note}")
    return "; ".join(parts)
