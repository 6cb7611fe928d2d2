"""Patch: the changes alone, one per line, for others who have the same data."""

import json
from pathlib import Path

import numpy as np

from store.errors import UserError
from store.patches import Change
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """Every row that is relabelled or dropped, in table order, whatever the copy leaves out."""
    if copy.options.is_choice:
        raise UserError(
            "A patch holds every change, and a choice of them would be half a patch. Leave "
            "sample, list and condition out, or export to another format."
        )
    dataset, applied = copy.dataset, copy.applied
    rows = np.flatnonzero(np.isin(applied.actions, ("relabel", "drop")))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row, id_ in zip(rows.tolist(), dataset.ids(rows), strict=True):
            verdict = applied.verdicts[id_]
            change = Change(
                id=id_,
                content=dataset.content[row].tobytes().hex(),
                action="drop" if verdict.action == "drop" else "relabel",
                old=dataset.given(row),
                new=verdict.label,
                reviewer=", ".join(verdict.reviewers),
                at=verdict.at.isoformat(timespec="microseconds"),
                note=verdict.note,
                decision_id=verdict.decision_id,
            )
            file.write(json.dumps(vars(change), ensure_ascii=False) + "\n")
    return {"rows_out": len(rows)}


WRITER = Writer("patch", "Patch (the changes alone)", ".patch.jsonl", write)
