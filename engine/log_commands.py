"""Commands about logs of decisions: replay one on another dataset."""

import json
from collections.abc import Iterator
from typing import Any

import click

from engine.data_options import data_options, workspace_of
from engine.log_option import log_for, log_option
from engine.named_data import opened
from store.replay import OUTCOMES, Fate, Replay


@click.command(
    "replay", epilog="Example:  second-look replay old.secondlook new.csv --apply --moved"
)
@click.argument("log")
@data_options
@log_option
@click.option("--apply", "write", is_flag=True, help="Append what holds to DATA's own log.")
@click.option("--moved", is_flag=True, help="Append also what is about content under another id.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per decided row.")
def replay_command(log: str, write: bool, moved: bool, as_json: bool, **choices: Any) -> None:
    """Report what the decisions in LOG come to on DATA; write them only with --apply.

    LOG is a workspace, a decisions.db, the address of a log on a server, or a patch. What is
    appended keeps its decision_id, reviewer and time, so a second replay appends nothing.
    """
    from store.log_places import decisions_at
    from store.replay import replay

    old = decisions_at(log)
    with opened(choices, keep=write) as project:
        own = log_for(workspace_of(choices), project.dataset, choices)
        found = replay(project.dataset, old, own.decisions())
        if write:
            own.append(found.to_append(moved=moved))
    for line in _json_lines(found) if as_json else _sentences(found):
        click.echo(line)
    click.echo(_written(found, write=write, moved=moved), err=True)


def _json_lines(found: Replay) -> Iterator[str]:
    for fate in found.fates:
        yield json.dumps(_facts(fate), ensure_ascii=False)


def _facts(fate: Fate) -> dict[str, Any]:
    """One decided row for a program: old and new id, what was decided, what became of it."""
    decision = fate.decision
    return {
        "outcome": fate.outcome,
        "id": fate.old_id,
        "new_id": fate.id,
        "action": decision.action,
        "label": decision.label,
        "given_then": decision.given[fate.place],
        "given_now": fate.given,
        "reviewer": decision.reviewer,
        "at": decision.at.isoformat(timespec="microseconds"),
        "decision_id": decision.decision_id,
        "why": fate.why,
    }


def _sentences(found: Replay) -> Iterator[str]:
    for outcome, number in found.counts().items():
        yield f"{number:>8,}  {outcome:<13} {OUTCOMES[outcome]}"
    for fate in found.fates:
        if fate.outcome in ("conflicting", "overtaken", "changed", "vanished", "moved"):
            said = " ".join(filter(None, (fate.decision.action, fate.decision.label)))
            yield f"{fate.outcome}  {fate.old_id}  {said} by {fate.decision.reviewer}: {fate.why}"


def _written(found: Replay, *, write: bool, moved: bool) -> str:
    number = len(found.to_append(moved=moved))
    if not number:
        return "There is nothing to append."
    if write:
        return f"Decisions appended: {number:,}."
    return f"Nothing was written. Decisions to append with --apply: {number:,}."
