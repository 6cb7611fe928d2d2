"""Patches: changes to some rows as lines of JSON, and the decisions that they stand for."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from store.decision import Decision
from store.errors import UserError


@dataclass(frozen=True)
class Change:
    """One line of a patch.

    content: hash of what the row shows, 32 hexadecimal digits. old: the given label, None =
    unlabelled. new: the label in force, None for a drop. reviewer: several are joined by commas.
    at: UTC, ISO 8601. decision_id: of the decision, in the log that the patch was made from.
    """

    id: str
    content: str
    action: Literal["relabel", "drop"]
    old: str | None
    new: str | None
    reviewer: str
    at: str
    note: str
    decision_id: str


def decisions_in(path: Path) -> tuple[Decision, ...]:
    """The decisions that a patch stands for; rows that were changed as one are one.

    The same patch gives the same decision_ids. Raises UserError for a line that is no change.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    changes = [_change(line, f"{path}, line {at}") for at, line in enumerate(lines, 1) if line]
    together: dict[tuple[str | None, ...], list[Change]] = {}
    for one in changes:
        key = (one.decision_id, one.action, one.new, one.reviewer, one.at, one.note)
        together.setdefault(key, []).append(one)
    return tuple(_decision(key, group) for key, group in together.items())


def _decision(key: tuple[str | None, ...], group: list[Change]) -> Decision:
    first = group[0]
    digest = blake2b(json.dumps(key).encode(), digest_size=16).hexdigest()
    return Decision(
        decision_id=f"patch-{digest}",
        action=first.action,
        ids=tuple(one.id for one in group),
        contents=tuple(one.content for one in group),
        given=tuple(one.old for one in group),
        reviewer=first.reviewer,
        at=datetime.fromisoformat(first.at),
        label=first.new,
        note=first.note,
        because={"patch": first.decision_id},
    )


def _change(line: str, where: str) -> Change:
    names = [part.name for part in fields(Change)]
    try:
        found = json.loads(line)
        change = Change(**{name: found[name] for name in names})
        stamped = datetime.fromisoformat(change.at).tzinfo is not None
    except (ValueError, TypeError, KeyError) as problem:
        raise UserError(
            f"{where} is no change of a patch ({problem}). Expected was an object with "
            f"{', '.join(names)}, as second-look export --format patch writes it."
        ) from problem
    texts = (change.id, change.content, change.reviewer, change.note, change.decision_id)
    labels = change.action in ("relabel", "drop") and (change.action == "drop") == (
        change.new is None
    )
    if not (stamped and labels and all(isinstance(text, str) for text in texts)):
        raise UserError(
            f"{where} is no change of a patch: it has to relabel with a new label or drop without "
            "one, at a time with its zone. Mend the line, or make the patch again."
        )
    return change
