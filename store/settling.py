"""Verdict and settle: who said what last, and whether the reviewers agree."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
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
    # The rows of a bulk action share one verdict.
    shared: dict[tuple[tuple[int, str | None], ...], Verdict] = {}
    verdicts = {}
    for id_, about in last_words(decisions, unit=unit).items():
        key = tuple([(word.arrival, word.label) for word in about])
        if key not in shared:
            shared[key] = _verdict(sorted(about, key=lambda word: word.arrival))
        verdicts[id_] = shared[key]
    return verdicts


def last_words(
    decisions: Iterable[Decision], *, unit: Unit = "example"
) -> Mapping[str, list[Word]]:
    """By id, what each reviewer said last about it; one word per reviewer."""
    last: defaultdict[str, dict[str, Word]] = defaultdict(dict)  # by reviewer, by id
    for arrival, decision in enumerate(in_force(decisions, unit=unit)):
        mine = last[decision.reviewer]
        if decision.action == "keep":
            for id_, given in zip(decision.ids, decision.given, strict=True):
                mine[id_] = Word(arrival, decision, given)
        else:
            mine.update(dict.fromkeys(decision.ids, Word(arrival, decision, decision.label)))
    said: defaultdict[str, list[Word]] = defaultdict(list)
    for of_reviewer in last.values():
        for id_, word in of_reviewer.items():
            said[id_].append(word)
    return said


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


def _verdict(said: list[Word]) -> Verdict:
    """One verdict from the last word of each reviewer, in order of arrival."""
    words = said if len(said) == 1 else [w for w in said if w.decision.action != "skip"] or said
    rulings = [word for word in words if adjudicates(word.decision)]
    if rulings:
        # By the time, so that a log into which others were replayed settles as they do.
        words = [max(rulings, key=lambda word: (word.decision.at, word.arrival))]
    keeps_row = ("keep", "relabel")
    outcomes = {
        ("label" if word.decision.action in keeps_row else word.decision.action, word.label)
        for word in words
    }
    agreed, last = len(outcomes) == 1, words[-1]
    return Verdict(
        action=cast(VerdictAction, last.decision.action) if agreed else "adjudicate",
        label=last.label if agreed else None,
        reviewers=tuple(word.decision.reviewer for word in words),
        decision_id=last.decision.decision_id,
        at=last.decision.at,
        note=_notes(words, agreed=agreed),
    )


def _notes(words: list[Word], *, agreed: bool) -> str:
    if len(words) == 1:
        return words[0].decision.note
    parts = []
    for word in words:
        said = "" if agreed else f"{word.decision.action} {word.label or ''}".strip()
        text = ": ".join(part for part in (said, word.decision.note) if part)
        if text:
            parts.append(f"{word.decision.reviewer}: {text}")
    return "; ".join(parts)
