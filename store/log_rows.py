"""Decisions as lines of the two tables, and back."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from store.decision import Decision
from store.errors import UserError
from store.log_tables import DECIDED_ROWS, DECISIONS

Line = dict[str, Any]
Row = tuple[int, int, str, str, str | None]
"""In the order of the columns of `DECIDED_ROWS`."""
_PLAIN = (
    f"INSERT INTO {DECIDED_ROWS.name} ({', '.join(DECIDED_ROWS.columns.keys())}) "
    f"VALUES ({', '.join('?' * len(DECIDED_ROWS.columns))})"
)
"""For SQLite."""


def insert(connection: sa.Connection, decisions: list[Decision], *, after: int) -> None:
    """Write the decisions in this order; `after` is the seq of the last one that is there."""
    numbered = list(enumerate(decisions, start=after + 1))
    if numbered:
        connection.execute(DECISIONS.insert(), [_line(seq, each) for seq, each in numbered])
    rows = [row for seq, decision in numbered for row in _rows(seq, decision)]
    if rows and connection.dialect.name == "postgresql":
        connection.execute(_by_columns(rows))
    elif rows:
        # By the driver itself: what SQLAlchemy does for each of 100,000 rows takes as long again.
        connection.exec_driver_sql(_PLAIN, rows)


def read(connection: sa.Connection, *, after: int) -> Iterator[tuple[int, Decision]]:
    """(seq, decision) of every decision that arrived after this seq, in order of arrival.

    Raises UserError where rows of a decision are missing.
    """
    newer = sa.select(DECISIONS).where(DECISIONS.c.seq > after).order_by(DECISIONS.c.seq)
    lines = connection.execute(newer).all()
    if not lines:
        return
    cells = DECIDED_ROWS.c
    rows: defaultdict[int, list[tuple[str, str, str | None]]] = defaultdict(list)
    for seq, id_, content, given in connection.execute(
        sa.select(cells.seq, cells.id, cells.content, cells.given)
        .where(cells.seq > after)
        .order_by(cells.seq, cells.position)
    ):
        rows[seq].append((id_, content, given))
    for line in lines:
        yield line.seq, _decision(line, rows.pop(line.seq, []))


def _by_columns(rows: list[Row]) -> sa.Insert:
    """One statement with a list per column: a server is not asked 100,000 times."""
    lists = [
        sa.func.unnest(sa.literal(list(values), ARRAY(cell.type)))
        for cell, values in zip(DECIDED_ROWS.columns, zip(*rows, strict=True), strict=True)
    ]
    return DECIDED_ROWS.insert().from_select(list(DECIDED_ROWS.columns), sa.select(*lists))


def _decision(line: Any, rows: list[tuple[str, str, str | None]]) -> Decision:
    if len(rows) != line.row_count:
        raise UserError(
            f"Decision {line.decision_id} in the log names {line.row_count:,} rows, but "
            f"{len(rows):,} are there: the file is damaged. Restore decisions.db from a backup."
        )
    return Decision(
        decision_id=line.decision_id,
        action=line.action,
        ids=tuple(id_ for id_, _, _ in rows),
        contents=tuple(content for _, content, _ in rows),
        given=tuple(given for _, _, given in rows),
        reviewer=line.reviewer,
        at=datetime.fromisoformat(line.at),
        label=line.label,
        note=line.note,
        because=json.loads(line.because),
        seconds=line.seconds,
        undoes=line.undoes,
        unit=line.unit,
    )


def _line(seq: int, decision: Decision) -> Line:
    return {
        "seq": seq,
        "decision_id": decision.decision_id,
        "unit": decision.unit,
        "action": decision.action,
        "label": decision.label,
        "note": decision.note,
        "reviewer": decision.reviewer,
        "at": decision.at.isoformat(timespec="microseconds"),
        "because": json.dumps(decision.because, sort_keys=True, ensure_ascii=False),
        "seconds": decision.seconds,
        "undoes": decision.undoes,
        "row_count": len(decision.ids),
    }


def _rows(seq: int, decision: Decision) -> Iterator[Row]:
    for position, (id_, content, given) in enumerate(
        zip(decision.ids, decision.contents, decision.given, strict=True)
    ):
        yield seq, position, id_, content, given
