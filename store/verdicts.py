"""What the decisions in the log come to on one dataset, which may be newer than they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from store.consensus import Verdict
from store.dataset import Dataset
from store.decision import Decision
from store.settling import settle
from store.undoing import in_force

__all__ = ["UNDECIDED", "Applied", "Verdict", "apply_verdicts", "settle"]

UNDECIDED = "undecided"


@dataclass(frozen=True, eq=False)
class Applied:
    """n rows after their verdicts.

    actions: (n,) str: "undecided", "keep", "relabel", "drop", "skip", "flag" or "adjudicate".
        A relabel to the label that is given already is a "keep".
    labels: (n,) int64, the label in force: the chosen one of a "relabel", else the given one.
    verdicts: those that are applied, by id.
    stale: why a verdict is not applied, by id: the row is not what the reviewer saw.
    vanished: ids with a verdict that are not in the dataset.
    """

    actions: np.ndarray
    labels: np.ndarray
    verdicts: Mapping[str, Verdict]
    stale: Mapping[str, str]
    vanished: tuple[str, ...]


def apply_verdicts(dataset: Dataset, decisions: Iterable[Decision]) -> Applied:
    """Settle the decisions about the examples as they are now, and say which could not apply.

    A decision about other content than its row has now does not count, not even against a newer
    one. It stays in the log, and counts again when the content is back.
    """
    weighed = weigh(dataset, decisions)
    actions = np.full(len(dataset), UNDECIDED, dtype="<U10")
    labels = np.array(dataset.labels, dtype=np.int64)
    for id_ in weighed.verdicts:
        row = weighed.row_of[id_]
        actions[row], labels[row] = outcome(dataset, row, weighed.verdicts[id_])
    return Applied(actions, labels, weighed.verdicts, weighed.stale, weighed.vanished)


@dataclass(frozen=True, eq=False)
class Weighed:
    """What some decisions come to, for the ids that they are about.

    row_of: row of every id with a decision in force, -1 = not in the dataset.
    verdicts, stale, vanished: as in Applied.
    """

    row_of: Mapping[str, int]
    verdicts: Mapping[str, Verdict]
    stale: Mapping[str, str]
    vanished: tuple[str, ...]


def weigh(dataset: Dataset, decisions: Iterable[Decision]) -> Weighed:
    """The verdicts on the dataset as it is now, in time that does not grow with its rows."""
    decisions = tuple(decisions)
    decided = dict.fromkeys(
        id_ for each in in_force(decisions, unit=dataset.unit) for id_ in each.ids
    )
    row_of = dict(zip(decided, dataset.rows_of(list(decided)).tolist(), strict=True))
    vanished = tuple(id_ for id_, row in row_of.items() if row == -1)
    content_of = contents_of(dataset, {id_: row for id_, row in row_of.items() if row != -1})
    now = (about(content_of, decision) for decision in decisions)
    verdicts = settle(now, unit=dataset.unit)

    stale = {id_: "its content changed" for id_ in content_of if id_ not in verdicts}
    for id_, verdict in verdicts.items():
        if why := _why_stale(dataset, row_of[id_], verdict):
            stale[id_] = why
    applied = {id_: verdict for id_, verdict in verdicts.items() if id_ not in stale}
    return Weighed(row_of, applied, stale, vanished)


def outcome(dataset: Dataset, row: int, verdict: Verdict) -> tuple[str, int]:
    """The action a verdict comes to on its row, and the label in force there."""
    label = int(dataset.labels[row])
    if verdict.action == "relabel" and verdict.label is not None:
        label = dataset.classes.index(verdict.label)
    already = verdict.action == "relabel" and label == dataset.labels[row]
    return ("keep" if already else verdict.action), label


def contents_of(dataset: Dataset, row_of: Mapping[str, int]) -> dict[str, str]:
    """The hash of what each of these ids shows now, 32 hexadecimal digits."""
    rows = np.fromiter(row_of.values(), dtype=np.int64, count=len(row_of))
    digits, width = dataset.content[rows].tobytes().hex(), 2 * dataset.content.shape[1]
    return {id_: digits[at * width : (at + 1) * width] for at, id_ in enumerate(row_of)}


def about(content_of: Mapping[str, str], decision: Decision) -> Decision:
    """The same decision, without the rows that are gone or show something else by now."""
    fits = [
        content_of.get(id_) == content
        for id_, content in zip(decision.ids, decision.contents, strict=True)
    ]
    if all(fits):
        return decision
    kept = [place for place, fit in enumerate(fits) if fit]
    return replace(
        decision,
        ids=tuple(decision.ids[place] for place in kept),
        contents=tuple(decision.contents[place] for place in kept),
        given=tuple(decision.given[place] for place in kept),
    )


def _why_stale(dataset: Dataset, row: int, verdict: Verdict) -> str:
    """Why a verdict about the same content cannot be applied; "" = it can."""
    if verdict.action == "relabel" and verdict.label not in dataset.classes:
        return f"{verdict.label!r} is no longer a class"
    if verdict.action == "keep" and verdict.label != dataset.given(row):
        return f"the label kept was {verdict.label!r}, the given one is now {dataset.given(row)!r}"
    return ""
