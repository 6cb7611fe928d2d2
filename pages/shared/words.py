"""Text of a dataset on the screen: always shown as it is, never read as Markdown or HTML."""

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.proportion import Estimate

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_INVISIBLE = "\u200b"


def plain(text: object) -> str:
    """Any text as Markdown that shows exactly that text: for labels of buttons and for messages.

    Every punctuation mark is escaped. Streamlit also replaces :names: and bare addresses after the
    escapes are gone, so an invisible space keeps those apart.
    """
    escaped = _PUNCTUATION.sub(r"\\\1", str(text))
    for mark in ("\\:", "\\@", "www"):
        escaped = escaped.replace(mark, mark + _INVISIBLE)
    return re.sub(r"\s+", " ", escaped)


def html(text: object) -> str:
    """Any text as HTML that shows exactly that text."""
    return escape(str(text), quote=True)


def shortened(text: str, length: int) -> str:
    """The beginning of a text, with an ellipsis where something was left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 row, 1,797 rows."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Roughly how long, for a person who waits."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def label(name: str | None) -> str:
    """A given label, or the words for its absence."""
    return "no label" if name is None else name


def interval(share: "Estimate") -> str:
    """The interval of a share, in words.

    >>> from engine.proportion import Estimate
    >>> interval(Estimate(0.431, 0.75, 0.949))
    '43 to 95 % with 95 % confidence'
    """
    return f"{percent(share.low)} to {percent(share.high)} % with 95 % confidence"


def percent(share: float) -> str:
    """A share in percent, with as many decimals as it takes to see it.

    >>> percent(0.0004), percent(0.004), percent(0.05), percent(0.25), percent(0.0)
    ('0.04', '0.4', '5.0', '25', '0')
    """
    number = 100 * share
    if 0 < number < 0.1:
        return f"{number:.1g}"
    return f"{number:.1f}" if 0 < number < 9.95 else f"{number:.0f}"
