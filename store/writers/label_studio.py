"""Label Studio: a list of tasks, settled rows with an annotation, others with a prediction."""

import json
from pathlib import Path
from typing import Any

from store.verdicts import UNDECIDED
from store.writers.plain_values import plain_rows
from store.writers.writer import CleanCopy, Facts, Writer

SETTLED = ("keep", "relabel", "drop")


def write(copy: CleanCopy, path: Path) -> Facts:
    """One task per row: `data` has its columns, `meta` the id, the verdict, who and when.

    The label in force is a choice named "label" for the object "text" or "image", as in
    <Choices name="label" toName="text">: an annotation where a person settled the row, else the
    given label as a prediction. A dropped row that is not left out has neither.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        ids = copy.dataset.ids(copy.rows)
        for place, data in enumerate(plain_rows(copy.table, "Label Studio JSON")):
            task = _task(copy, int(copy.rows[place]), ids[place], data)
            file.write((",\n" if place else "\n") + json.dumps(task, ensure_ascii=False))
        file.write("\n]\n")
    return {}


def _task(copy: CleanCopy, row: int, id_: str, data: dict[str, Any]) -> dict[str, Any]:
    action, label = str(copy.applied.actions[row]), int(copy.applied.labels[row])
    meta: dict[str, Any] = {"id": id_, "given": copy.dataset.given(row), "action": action}
    if action != UNDECIDED:
        verdict = copy.applied.verdicts[id_]
        meta["reviewer"] = ", ".join(verdict.reviewers)
        meta["at"] = verdict.at.isoformat(timespec="microseconds")
        meta["note"] = verdict.note
    task: dict[str, Any] = {"data": data, "meta": meta}
    if label < 0 or action == "drop":
        return task
    choice = {
        "from_name": "label",
        "to_name": "image" if copy.dataset.media == "image" else "text",
        "type": "choices",
        "value": {"choices": [copy.dataset.classes[label]]},
    }
    if action in SETTLED:
        return {**task, "annotations": [{"result": [choice]}]}
    return {**task, "predictions": [{"model_version": "given label", "result": [choice]}]}


WRITER = Writer("label-studio", "Label Studio JSON", ".json", write)
