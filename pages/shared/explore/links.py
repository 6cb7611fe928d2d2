"""Links to the Explore page: a choice as its address says it (components/explore/address.js)."""

import base64
import json
from collections.abc import Sequence

MOST_IDS = 200
"""Ids in an address: servers and messengers cut what is longer than a few thousand characters."""


def where(condition: str) -> dict[str, str]:
    """Rows that a condition in SQL holds for."""
    return {"where": condition}


def one_of(column: str, names: Sequence[str | None]) -> dict[str, str]:
    """Rows with one of these names in a column; None = none at all."""
    return {"parts": json.dumps([{"column": column, "names": list(names)}], ensure_ascii=False)}


def ids(chosen: Sequence[str]) -> dict[str, str]:
    """These rows as a selection; the first of them where they are too many for an address."""
    text = json.dumps(list(chosen[:MOST_IDS]), ensure_ascii=False).encode()
    return {"drawn": ".i~" + base64.urlsafe_b64encode(text).decode().rstrip("=")}
