"""Verdict and settle: who said what last, and whether the reviewers agree."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal, NamedTuple, cast, get_args

from store.decision import Action, Decision, Unit

VerdictAction = Literal["keep", "relabel", "drop", "skip", "flag", "adjudicate"]


_AIMS = {action: action for action in get_args(Action)} | {"keep": "label", "relabel": "label"}
"""What a decision wants of its row: a label, kept or chosen, or something else."""


class Verdict(NamedTuple):
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
    with uncollected():
        return _settled(force)


def _settled(force: Sequence[Decision]) -> dict[str, Verdict]:
    alone = {reviewer: (reviewer,) for reviewer in {decision.reviewer for decision in force}}
    labels_of = _Labels()
    shared: dict[tuple[tuple[int, ...], tuple[str | None, ...]], Verdict] = {}
    verdicts = {}
    for id_, places in _last_places(force).items():
        first = force[places[0]]
        if len(places) == 1 and len(first.ids) == 1:
            verdicts[id_] = Verdict(
                first.action,  # type: ignore[arg-type]  # an undo is not in force
                first.given[0] if first.action == "keep" else first.label,
                alone[first.reviewer],
                first.decision_id,
                first.at,
                first.note,
            )
            continue
        said = [force[place] for place in places]
        labels = labels_of(id_, said)
        if len(first.ids) == 1:
            verdicts[id_] = _verdict(said, labels)
            continue
        # The rows of a bulk action share one verdict.
        key = places, tuple(labels)
        if key not in shared:
            shared[key] = _verdict(said, labels)
        verdicts[id_] = shared[key]
    return verdicts


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


def last_words(
    decisions: Iterable[Decision], *, unit: Unit = "example"
) -> Mapping[str, list[Word]]:
    """By id, what each reviewer said last about it, in order of arrival; one word per reviewer.

    The ids come in the order in which they were first decided.
    """
    force = in_force(decisions, unit=unit)
    labels_of = _Labels()
    words = {}
    for id_, places in _last_places(force).items():
        said = [force[place] for place in places]
        words[id_] = [Word(*word) for word in zip(places, said, labels_of(id_, said), strict=True)]
    return words


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


class _Labels:
    """The labels that decisions leave a row with; None where they leave it with none."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, str | None]] = {}  # by bulk action that keeps, by id

    def __call__(self, id_: str, said: list[Decision]) -> list[str | None]:
        return [
            decision.label
            if decision.action != "keep"
            else decision.given[0]
            if len(decision.ids) == 1
            else self._kept_by(decision)[id_]
            for decision in said
        ]

    def _kept_by(self, decision: Decision) -> dict[str, str | None]:
        name = decision.decision_id
        if name not in self._kept:
            self._kept[name] = dict(zip(decision.ids, decision.given, strict=True))
        return self._kept[name]


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


def _verdict(said: list[Decision], labels: list[str | None]) -> Verdict:
    """One verdict from the last decisions of some reviewers, in order of arrival."""
    last, label = said[-1], labels[-1]
    agreed, silent, skipped, ruled = True, True, 0, False
    aim = _AIMS[last.action]
    for each, its in zip(said, labels, strict=True):  # once: this is done for a million rows
        agreed = agreed and its == label and _AIMS[each.action] == aim
        silent = silent and not each.note
        skipped += each.action == "skip"
        ruled = ruled or adjudicates(each)
    if 0 < skipped < len(said):
        heard = [place for place, each in enumerate(said) if each.action != "skip"]
        return _verdict([said[place] for place in heard], [labels[place] for place in heard])
    if ruled and len(said) > 1:
        # By the time, so that a log into which others were replayed settles as they do.
        rulings = [(each.at, place) for place, each in enumerate(said) if adjudicates(each)]
        _, place = max(rulings)
        return _verdict([said[place]], [labels[place]])
    return Verdict(
        cast(VerdictAction, last.action) if agreed else "adjudicate",
        label if agreed else None,
        tuple([each.reviewer for each in said]),
        last.decision_id,
        last.at,
        "" if agreed and silent else _notes(said, labels, agreed=agreed),
    )


def _notes(said: list[Decision], labels: list[str | None], *, agreed: bool) -> str:
    if len(said) == 1:
        return said[0].note
    parts = []
    for each, label in zip(said, labels, strict=True):
        if not agreed:
            wish = f"{each.action} {label}" if label else each.action
            note = f": {each.note}" if each.note else ""
            parts.append(f"{each.reviewer}: {wish}{note}")
        elif each.note:
            parts.append(f"{each.reviewer}: {each.note}")
    return "; ".join(parts)
