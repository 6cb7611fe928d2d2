"""Choice: which rows somebody has picked out while exploring, and in which words."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from store.conditions import quoted, text
from store.errors import UserError

MOST_STEPS, MOST_CORNERS, MOST_IDS = 50, 500, 10_000
MOST_PARTS, MOST_NAMES = 50, 1_000


@dataclass(frozen=True)
class Range:
    """A number in [low, high); None = no end there. A row without a number is outside.

    Ends between 1e-20 and 1e20 are compared in the column's own precision: 0.7 is the float32 next
    to it where scores are float32.
    """

    column: str
    low: float | None
    high: float | None

    def sql(self) -> str:
        """As a condition."""
        name = quoted(self.column)
        ends = [f"{name} >= {_written(self.low)}"] if self.low is not None else []
        ends += [f"{name} < {_written(self.high)}"] if self.high is not None else []
        return " AND ".join(ends) or f"{name} IS NOT NULL"


def _written(number: float) -> str:
    """As a condition has it: a decimal takes the type of the column, one with an exponent does not.

    >>> _written(0.5), _written(300.0), _written(1e-7), _written(1e300)
    ('0.5', '300', '0.0000001', '1e+300')
    """
    if number and not 1e-20 < abs(number) < 1e20:
        return repr(number)
    return np.format_float_positional(number, trim="-")


@dataclass(frozen=True)
class OneOf:
    """One of these names; None = none at all."""

    column: str
    names: tuple[str | None, ...]

    def sql(self) -> str:
        """As a condition."""
        name = quoted(self.column)
        known = [text(one) for one in self.names if one is not None]
        either = [f"{name} IN ({', '.join(known)})"] if known else []
        either += [f"{name} IS NULL"] if None in self.names else []
        return f"({' OR '.join(either)})" if len(either) > 1 else either[0]


@dataclass(frozen=True)
class Contains:
    """Words anywhere in a text, upper and lower case the same; or a regular expression."""

    column: str
    words: str
    how: Literal["words", "regex"] = "words"

    def sql(self) -> str:
        """As a condition."""
        name = quoted(self.column)
        if self.how == "regex":
            return f"regexp_matches({name}, {text(self.words)})"
        return f"contains(lower({name}), {text(self.words.lower())})"


Part = Range | OneOf | Contains


@dataclass(frozen=True)
class Step:
    """Rows added to a selection or taken away: inside a polygon of the map, by id, or linked.

    polygon: corners in the units of the layout, closed by itself, inside by the even-odd rule.
    linked: the name under which `store.linked_rows` keeps rows that are many; "" = none.
    """

    op: Literal["add", "subtract"]
    polygon: tuple[tuple[float, float], ...] = ()
    ids: tuple[str, ...] = ()
    linked: str = ""


@dataclass(frozen=True)
class Choice:
    """A filter, and a selection among what passes it.

    parts: conditions made by clicks. typed: one in SQL, "" = none. named: a kept list, None = all
    rows. All of them hold together. steps: the selection, drawn on this layout; () = nothing.
    """

    parts: tuple[Part, ...] = ()
    typed: str = ""
    named: str | None = None
    steps: tuple[Step, ...] = ()
    layout: str = ""

    @property
    def made(self) -> str:
        """The parts as one condition; "" = everything passes."""
        return " AND ".join(part.sql() for part in self.parts)

    @property
    def line(self) -> str:
        """The whole filter as one readable condition in SQL, without the list; "" = everything."""
        if not self.typed:
            return self.made
        return f"{self.made} AND ({self.typed}\n)" if self.parts else self.typed


def read_choice(facts: object) -> Choice:
    """A choice as a browser sends it: {"parts", "typed", "named", "steps", "layout"}, all optional.

    Raises UserError for what cannot be read.
    """
    if not isinstance(facts, dict):
        raise UserError(f"A choice is {facts!r:.60}; an object was expected. Reload the page.")
    layout, named = facts.get("layout") or "", facts.get("named")
    return Choice(
        parts=tuple(_part(one) for one in _list(facts, "parts", MOST_PARTS)),
        typed=_string(facts.get("typed") or "", "typed").strip(),
        named=None if named is None else _string(named, "named"),
        steps=tuple(_step(one) for one in _list(facts, "steps", MOST_STEPS)),
        layout=_string(layout, "layout"),
    )


def _part(facts: dict[str, Any]) -> Part:
    column = _string(facts.get("column"), "column")
    if "names" in facts:
        names = facts["names"]
        if not isinstance(names, list) or not 0 < len(names) <= MOST_NAMES:
            raise UserError(f"1 to {MOST_NAMES:,} names of {column!r} were expected. Reload.")
        return OneOf(column, tuple(one if one is None else _string(one, "a name") for one in names))
    if "words" in facts:
        how: Literal["words", "regex"] = "regex" if facts.get("how") == "regex" else "words"
        return Contains(column, _string(facts["words"], "words"), how)
    return Range(column, _number(facts.get("low")), _number(facts.get("high")))


def _step(facts: dict[str, Any]) -> Step:
    op: Literal["add", "subtract"] = "subtract" if facts.get("op") == "subtract" else "add"
    if "ids" in facts:
        return Step(op, ids=tuple(_string(one, "an id") for one in _plain(facts, "ids", MOST_IDS)))
    if "linked" in facts:
        return Step(op, linked=_string(facts["linked"], "a linked selection"))
    corners = _plain(facts, "polygon", MOST_CORNERS)
    try:
        polygon = np.array(corners, dtype=np.float64).reshape(len(corners), 2)
    except (TypeError, ValueError) as problem:
        raise UserError("A polygon is a list of [x, y]. Draw the selection again.") from problem
    if not np.isfinite(polygon).all():
        raise UserError("A corner of the selection is nowhere. Draw it again.")
    return Step(op, polygon=tuple((x, y) for x, y in polygon.tolist()))


def _plain(facts: dict[str, Any], name: str, most: int) -> list[Any]:
    found = facts.get(name) or []
    if not isinstance(found, list) or len(found) > most:
        raise UserError(f"{name} is not a list of at most {most:,}. Choose less at a time.")
    return found


def _list(facts: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    found = _plain(facts, name, most)
    if not all(isinstance(one, dict) for one in found):
        raise UserError(f"{name} holds something else than objects. Reload the page.")
    return found


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise UserError(f"{name} is {value!r:.60}; a text was expected. Reload the page.")
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UserError(f"An end of a range is {value!r:.60}; a number was expected.")
    return float(value)
