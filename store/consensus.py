"""Verdict: what the last words of a row's reviewers come to, and whether they agree."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, cast, get_args

from store.decision import Action, Decision

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


ADJUDICATES = "adjudicates"
"""Where this is true in the `because` of a decision, it settles its rows."""


def adjudicates(decision: Decision) -> bool:
    """Whether it settles its rows against other reviewers: its `because` says so."""
    return decision.because.get(ADJUDICATES) is True


def consensus(said: Sequence[Decision], labels: Sequence[str | None]) -> Verdict:
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
        return consensus([said[place] for place in heard], [labels[place] for place in heard])
    if ruled and len(said) > 1:
        # By the time, so that a log into which others were replayed settles as they do.
        rulings = [(each.at, place) for place, each in enumerate(said) if adjudicates(each)]
        _, place = max(rulings)
        return consensus([said[place]], [labels[place]])
    return Verdict(
        cast(VerdictAction, last.action) if agreed else "adjudicate",
        label if agreed else None,
        tuple([each.reviewer for each in said]),
        last.decision_id,
        last.at,
        "" if agreed and silent else _notes(said, labels, agreed=agreed),
    )


def _notes(said: Sequence[Decision], labels: Sequence[str | None], *, agreed: bool) -> str:
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
