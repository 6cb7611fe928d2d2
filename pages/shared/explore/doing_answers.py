"""What the doing part of the Explore page asks: one decision about many rows, and its undo."""

from typing import Any

import numpy as np

from engine.bulk import digest_of_rows, foresee, some_of
from engine.choice import Choice, read_choice
from pages.shared.card_facts import tile_facts
from pages.shared.explore import list_answers, slice_answers
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.reading import reviewer_of, text_of
from store.decision import Decision, decide, withdraw
from store.errors import UserError
from store.undoing import withdrawn

LONGEST = 2_000
"""Characters of a condition in the log: it says why, and need not be asked again."""


def preview(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """What {action, label} would come to for the rows of a choice, and a digest of these rows."""
    dataset = explorer.project.dataset
    rows = _rows(explorer, read_choice(facts.get("choice")))
    digest = digest_of_rows(dataset, rows)
    action, label = text_of(facts, "action"), facts.get("label")
    with explorer.project.ledger() as ledger:
        found = foresee(ledger, rows, action, reviewer=reviewer_of(facts), label=label)
        tiles = [
            tile_facts(explorer.project, ledger, row, None, None, np.inf)
            for row in some_of(rows, digest).tolist()
        ]
    told = (found.chosen > 0) | (found.before != found.after)
    return {
        "digest": digest,
        "rows": found.rows,
        "replaced": found.replaced,
        "others": found.others,
        "disputed": found.disputed,
        "classes": [
            {
                "name": dataset.classes[at] if at < len(dataset.classes) else None,
                "chosen": int(found.chosen[at]),
                "before": int(found.before[at]),
                "after": int(found.after[at]),
            }
            for at in np.flatnonzero(told).tolist()
        ],
        "tiles": tiles,
    }


def decide_all(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Write one decision about the rows of a choice; on disk when this returns.

    The same decision_id a second time is the same decision, whatever its choice means by now.
    Raises UserError where the rows are no longer those of the digest.
    """
    project, name = explorer.project, text_of(facts, "decision_id")
    action, label = text_of(facts, "action"), facts.get("label")
    decision = project.log.find(name)
    if decision is None:
        choice = read_choice(facts.get("choice"))
        rows = _rows(explorer, choice)
        if digest_of_rows(project.dataset, rows) != facts.get("digest"):
            raise UserError(
                f"The choice means other rows than those you looked at: {len(rows):,} by now. "
                "Nothing was decided; look at the preview again."
            )
        decision = decide(
            project.dataset,
            rows,
            action,
            reviewer=reviewer_of(facts),
            label=label,
            note=str(facts.get("note") or ""),
            because=because_of(choice),
            decision_id=name,
        )
        project.log.append([decision])
        project.desk(explorer.audit).heed()
    elif (decision.action, decision.label) != (action, label):
        raise UserError(f"{name} is another decision already. Look at the preview again.")
    return {"saved": told(decision)}


def undo(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """Withdraw a decision whole: the one named, which the reviewer was told would be taken back."""
    project, name, reviewer = explorer.project, text_of(facts, "decision_id"), reviewer_of(facts)
    target = project.log.find(text_of(facts, "undoes"))
    if target is None or target.action == "undo":
        raise UserError("What was to be undone is not in the log, so there is nothing to undo.")
    if target.reviewer != reviewer:
        raise UserError(f"{target.reviewer} decided that; only {target.reviewer} can undo it here.")
    if project.log.find(name) is None:
        if target.decision_id in withdrawn(project.log.decisions()):
            raise UserError("That was taken back already, perhaps in another tab.")
        project.log.append([withdraw(target, reviewer=reviewer, decision_id=name)])
        project.desk(explorer.audit).heed()
    return {"undone": told(target)}


def latest(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """What an undo would take back: the reviewer's last decision in force; None = nothing."""
    last = explorer.project.log.last(reviewer_of(facts))
    return {"latest": None if last is None else told(last)}


def told(decision: Decision) -> dict[str, Any]:
    """A decision as a line says it."""
    return {
        "decision_id": decision.decision_id,
        "action": decision.action,
        "label": decision.label,
        "rows": len(decision.ids),
        "id": decision.ids[0],
    }


def because_of(choice: Choice) -> dict[str, Any]:
    """Why these rows: as much of the choice as says it to a person."""
    facts: dict[str, Any] = {"queue": "explore"}
    if choice.line:
        facts["condition"] = choice.line[:LONGEST]
    if choice.named is not None:
        facts["list"] = choice.named
    if choice.steps:
        facts["selection"] = len(choice.steps)
    return facts


def _rows(explorer: Explorer, choice: Choice) -> np.ndarray:
    rows = explorer.rows(choice)
    if len(rows) == 0:
        raise UserError("No row is chosen. Widen the filter, or clear the selection.")
    return rows


ANSWERS: dict[str, Any] = {
    "preview": preview,
    "decide": decide_all,
    "undo": undo,
    "latest": latest,
    **list_answers.ANSWERS,
    **slice_answers.ANSWERS,
}
