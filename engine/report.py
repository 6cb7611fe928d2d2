"""An audit as rows to print or to write: what the command line gives out."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from engine.audit import Audit
from engine.queueing import Selection, queue_of
from store.dataset import UNLABELLED, Dataset
from store.errors import UserError

LINES_AT_ONCE = 4_096


def score_table(dataset: Dataset, audit: Audit) -> pa.Table:
    """n rows in table order: id, given, a float column per scorer, and "queue" (1 = look first)."""
    position = np.empty(len(dataset), dtype=np.int64)
    position[audit.queue.rows] = np.arange(1, len(dataset) + 1)
    names = pa.array(dataset.classes, type=pa.string())
    given = pa.array(dataset.labels, mask=dataset.labels == UNLABELLED)
    columns = {"id": dataset.all_ids, "given": names.take(given)}
    columns |= {
        name: pa.array(score.values, mask=np.isnan(score.values))
        for name, score in audit.scores.items()
    }
    return pa.table(columns | {"queue": pa.array(position)})


def selection_of(audit: Audit, scorer: str | None) -> Selection:
    """The default queue, or the order of one scorer. Raises UserError where it could not run."""
    if scorer is None:
        return audit.queue
    if scorer not in audit.scores:
        raise UserError(
            f"{scorer} could not run on this dataset, which lacks what it needs. "
            f"These could: {', '.join(audit.scores)}."
        )
    return queue_of(audit.scores[scorer], audit.evidence)


def queue_lines(
    dataset: Dataset,
    audit: Audit,
    *,
    scorer: str | None = None,
    limit: int | None = None,
    among: np.ndarray | None = None,
) -> Iterator[dict[str, Any]]:
    """One dictionary per row, most suspicious first; rows that could not be scored come last.

    among: (n,) bool, the rows that are told; None = all. Their ranks stay those of the whole list.
    """
    selection = selection_of(audit, scorer)
    places = np.arange(len(selection)) if among is None else np.flatnonzero(among[selection.rows])
    places = places[:limit]

    def lines() -> Iterator[dict[str, Any]]:
        for start in range(0, len(places), LINES_AT_ONCE):
            here = places[start : start + LINES_AT_ONCE]
            rows = selection.rows[here]
            for place, row, id in zip(here.tolist(), rows, dataset.ids(rows), strict=True):
                value, suggested = selection.values[place], selection.suggested[place]
                yield {
                    "rank": place + 1,
                    "id": id,
                    "score": None if np.isnan(value) else round(float(value), 6),
                    "given": dataset.given(row),
                    "suggested": None if suggested < 0 else dataset.classes[suggested],
                    "why": selection.why(int(row)),
                }

    return lines()
