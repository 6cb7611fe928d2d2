"""Decision: what one reviewer said about one or more rows, as a value."""

import json
import math
import operator
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

import numpy as np

from store.dataset import Dataset, Unit
from store.errors import UserError

Action = Literal["keep", "relabel", "drop", "skip", "flag", "undo"]
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log. Made by `decide` or `withdraw`, appended, never edited.

    decision_id: made where the key was pressed, so that a repeated send is one decision.
    ids: the rows decided, one for a key press, many for a bulk action.
    contents: hash of what the reviewer saw of each row, 32 hexadecimal digits, aligned with ids.
    given: given label of each row at that moment (None = unlabelled), aligned with ids.
    at: UTC.
    label: the label chosen; None unless the action is "relabel".
    because: why the row was shown (queue, rank, score).
    seconds: time the card was visible; None = not known.
    undoes: the decision_id that an "undo" withdraws.
    """

    decision_id: str
    action: Action
    ids: tuple[str, ...]
    contents: tuple[str, ...]
    given: tuple[str | None, ...]
    reviewer: str
    at: datetime
    label: str | None = None
    note: str = ""
    because: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    undoes: str | None = None
    unit: Unit = "example"

    def __post_init__(self) -> None:
        if not len(self.ids) == len(self.contents) == len(self.given):
            raise ValueError(f"{self.decision_id}: ids, contents and given are not aligned")

    def as_line(self) -> str:
        """One line of JSON that says all of it: the log as text, and what its digest hashes."""
        facts = {one.name: getattr(self, one.name) for one in fields(self)}
        facts |= {"at": self.at.isoformat(timespec="microseconds")}
        return json.dumps(facts, sort_keys=True, ensure_ascii=False)


def decide(
    dataset: Dataset,
    rows: Sequence[int] | np.ndarray,
    action: str,
    *,
    reviewer: str,
    label: str | None = None,
    note: str = "",
    because: Mapping[str, Any] | None = None,
    seconds: float | None = None,
    decision_id: str | None = None,
) -> Decision:
    """A decision about some rows of the dataset, checked but not yet in any log.

    A row named twice counts once. seconds that are negative or not finite become None, NaN in
    `because` becomes null, half a character in a note becomes U+FFFD: none is worth a decision.
    Raises UserError for an unknown action, no rows, a row that is not there, no reviewer, a label
    that is not a class or does not belong to the action, a decision_id that cannot be stored.
    """
    if action == "undo" or action not in get_args(Action):
        raise UserError(
            f"{action!r} is not a decision about a row; there are keep, relabel, drop, skip and "
            "flag. To take one back, withdraw it."
        )
    _check_label(dataset, action, label)
    chosen = _checked_rows(dataset, rows)
    contents = dataset.content[chosen].tobytes().hex()
    width = 2 * dataset.content.shape[1]
    return Decision(
        decision_id=_checked_id(decision_id),
        action=cast(Action, action),
        ids=tuple(dataset.ids(chosen)),
        contents=tuple(contents[at : at + width] for at in range(0, len(contents), width)),
        reviewer=_checked_reviewer(reviewer),
        at=datetime.now(UTC),
        label=label,
        note=_storable(note),
        because=_plain(because or {}),
        seconds=_plain(seconds) if seconds is None or seconds >= 0 else None,
        given=tuple(dataset.given(int(row)) for row in chosen),
        unit=dataset.unit,
    )


def withdraw(decision: Decision, *, reviewer: str, decision_id: str | None = None) -> Decision:
    """The undo of a decision; of an undo, what brings the first one back. Not yet in any log."""
    return Decision(
        decision_id=_checked_id(decision_id),
        action="undo",
        ids=decision.ids,
        contents=decision.contents,
        reviewer=_checked_reviewer(reviewer),
        at=datetime.now(UTC),
        undoes=decision.decision_id,
        unit=decision.unit,
        given=decision.given,
    )


def _check_label(dataset: Dataset, action: str, label: str | None) -> None:
    if action != "relabel" and label is not None:
        raise UserError(f"{action} takes no label, but {label!r} came with it. Relabel takes one.")
    if action == "relabel" and label not in dataset.classes:
        some = ", ".join(dataset.classes[:10]) + (", …" if len(dataset.classes) > 10 else "")
        raise UserError(
            f"{label!r} is not one of the {len(dataset.classes)} classes of {dataset.name} "
            f"({some}). Relabel to one of them; a new class has to be in the label column first."
        )


def _checked_rows(dataset: Dataset, rows: Sequence[int] | np.ndarray) -> np.ndarray:
    chosen = np.asarray(list(dict.fromkeys(map(operator.index, rows))), dtype=np.int64)
    if len(chosen) == 0:
        raise UserError("A decision needs at least one row, and none was chosen.")
    outside = chosen[(chosen < 0) | (chosen >= len(dataset))]
    if len(outside):
        raise UserError(
            f"There is no row {outside[0]} in {dataset.name}, whose rows are 0 to "
            f"{len(dataset) - 1}. If the data was opened again meanwhile, reload the page."
        )
    return chosen


def _checked_reviewer(reviewer: str) -> str:
    name = _storable(reviewer).strip()
    if not name:
        raise UserError("A decision needs a reviewer, and the name is empty. Say who decides.")
    return name


def _checked_id(decision_id: str | None) -> str:
    if decision_id is None:
        return uuid.uuid4().hex
    if not decision_id or len(decision_id) > LONGEST_ID or not decision_id.isprintable():
        raise UserError(
            f"A decision_id of {len(decision_id)} characters came ({decision_id[:20]!r}); expected "
            f"were 1 to {LONGEST_ID} printable ones, such as a UUID."
        )
    return decision_id


def _storable(text: str) -> str:
    """Half of a surrogate pair, as a cut-off emoji leaves it, is not text that can be written."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(value: Any) -> Any:
    """The same as JSON knows it: numpy numbers as numbers, NaN and infinity as None."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _storable(value) if isinstance(value, str) else value
