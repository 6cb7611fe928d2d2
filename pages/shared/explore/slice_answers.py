"""What deserves a look: found in the background, chosen by one click."""

from typing import Any

import pyarrow as pa

from engine.slices import Slice
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.list_answers import kept_as, list_name
from store.errors import UserError


def slices(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """What was found so far; state "running" = ask again."""
    job = explorer.slices
    found = job.result() if job.state != "running" else None
    return {
        "state": job.state,
        "slices": [_told(place, one) for place, one in enumerate(found or ())],
    }


def choose_slice(explorer: Explorer, facts: dict[str, Any]) -> dict[str, Any]:
    """A choice of the rows of one: its conditions, or a list of its rows, which is kept."""
    found, place = explorer.slices.result() or (), facts.get("place")
    if not isinstance(place, int) or not 0 <= place < len(found):
        raise UserError("This is no longer among what was found. Reload the page.")
    one = found[place]
    if one.rows is None:
        return {"parts": _parts(one), "named": None}
    ids = explorer.project.dataset.all_ids.take(pa.array(one.rows))
    name = kept_as(explorer, facts | {"name": list_name(one.title)}, ids, {"slice": one.kind})
    return {"parts": [], "named": name}


def _told(place: int, one: Slice) -> dict[str, Any]:
    return {
        "place": place,
        "kind": one.kind,
        "title": one.title,
        "sentence": one.sentence,
        "rows": one.count,
        "p": None if one.p != one.p else one.p,  # nan is no JSON
    }


def _parts(one: Slice) -> list[dict[str, Any]]:
    return [{"column": part.column, "names": list(part.names)} for part in one.parts]


ANSWERS: dict[str, Any] = {"slices": slices, "choose-slice": choose_slice}
