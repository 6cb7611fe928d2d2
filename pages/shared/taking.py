"""Decisions as a browser sends them: read, written durably, acknowledged by id."""

from typing import TypeGuard

from engine.views import View
from pages.shared.card_facts import Facts, because_of, card_facts
from pages.shared.desk import Desk
from store.decision import Decision, decide, withdraw
from store.decisions import ConflictError, DecisionLog
from store.errors import UserError

MOST = 500
"""Decisions in one send: more than anybody makes while a connection is down for minutes."""


def take(desk: Desk, request: Facts) -> Facts:
    """Write what can be written, in order of making; refuse the others one by one, with the reason.

    When this returns, what it calls saved is on disk. Raises UserError where nothing could be
    written: then the sender keeps all of it and sends it again.
    """
    sent = request.get("decisions")
    if not _is_list_of_facts(sent):
        raise UserError(f"A list of at most {MOST} decisions was expected. Reload the page.")
    reviewer = str(request.get("reviewer") or "")
    log = desk.project.log
    read: dict[str, Decision] = {}
    refused: list[dict[str, str]] = []
    undoing: list[Decision] = []
    for one in sent:
        try:
            decision = _read(desk, log, one, str(one.get("reviewer") or reviewer), read)
        except UserError as problem:
            refused.append({"decision_id": str(one.get("decision_id")), "why": str(problem)})
            continue
        read[decision.decision_id] = decision
        if decision.action == "undo":
            undoing.append(decision)
    saved = _append(log, list(read.values()), refused)
    if saved:
        desk.heed()
    return {
        "saved": saved,
        "refused": refused,
        "undone": {
            decision.decision_id: _card_again(desk, request, decision)
            for decision in undoing
            if decision.decision_id in saved
        },
    }


def _is_list_of_facts(sent: object) -> TypeGuard[list[Facts]]:
    return isinstance(sent, list) and len(sent) <= MOST and all(isinstance(x, dict) for x in sent)


def _read(
    desk: Desk, log: DecisionLog, one: Facts, reviewer: str, before: dict[str, Decision]
) -> Decision:
    """A decision, checked. Raises UserError with the reason why it can never be written."""
    name = one.get("decision_id")
    if not isinstance(name, str):
        raise UserError(f"A decision came without a decision_id ({name!r:.40}). Reload the page.")
    if one.get("action") == "undo":
        return _read_undo(log, one, name, reviewer, before)
    dataset = desk.project.dataset
    ids = [str(id_) for id_ in one.get("ids") or ()]
    rows = dataset.rows_of(ids)
    if (rows < 0).any():
        gone = ids[int((rows < 0).argmax())]
        raise UserError(f"{gone!r} is not in {dataset.name}. Open the dataset it belongs to.")
    action, label = str(one.get("action")), one.get("label")
    if action == "relabel" and len(rows) == 1 and label == dataset.given(int(rows[0])):
        action, label = "keep", None
    seconds = one.get("seconds")
    return decide(
        dataset,
        rows,
        action,
        reviewer=reviewer,
        label=label,
        note=str(one.get("note") or ""),
        because=because_of(one.get("ticket")),
        seconds=float(seconds) if isinstance(seconds, int | float) else None,
        decision_id=name,
    )


def _read_undo(
    log: DecisionLog, one: Facts, name: str, reviewer: str, before: dict[str, Decision]
) -> Decision:
    known = log.find(name)
    if known is not None:  # sent a second time: whatever it undid then, it undid
        return known
    aim = one.get("undoes")
    if aim is None:
        mine = [decision for decision in before.values() if decision.reviewer == reviewer]
        last = mine[-1] if mine and mine[-1].action != "undo" else log.last(reviewer)
        if last is None:
            raise UserError("Nothing of yours is left to undo.")
        return withdraw(last, reviewer=reviewer, decision_id=name)
    target = before.get(str(aim)) or log.find(str(aim))
    if target is None:
        raise UserError("What was to be undone is not in the log, so there is nothing to undo.")
    return withdraw(target, reviewer=reviewer, decision_id=name)


def _append(
    log: DecisionLog, decisions: list[Decision], refused: list[dict[str, str]]
) -> list[str]:
    """All in one transaction; where one clashes with the log, one by one without it."""
    try:
        return log.append(decisions) if decisions else []
    except ConflictError:
        saved: list[str] = []
        for decision in decisions:
            try:
                saved += log.append([decision])
            except ConflictError as problem:
                refused.append({"decision_id": decision.decision_id, "why": str(problem)})
        return saved


def _card_again(desk: Desk, request: Facts, undo: Decision) -> Facts | None:
    """The card of the row that is open again; None for a bulk action, which has no one card."""
    if len(undo.ids) != 1:
        return None
    row = int(desk.project.dataset.rows_of(list(undo.ids))[0])
    if row < 0:
        return None
    view = desk.view(request) if request.get("view") else View()
    with desk.project.ledger() as ledger:
        return card_facts(desk, ledger, view, desk.dealer.card(view, row), undo.reviewer)
