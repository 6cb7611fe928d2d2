"""What the Explore page asks first, known before its component is loaded."""

from collections.abc import Mapping
from typing import Any

from pages.shared.explore.map_colours import own_column
from pages.shared.project import Project


def first_questions(project: Project, asked: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Questions and what they are about, for an address with these parameters.

    What the map needs, as map.js asks for it: a question that is put otherwise is asked twice.
    """
    audit = project.audit.result()
    if audit is None:
        return []
    explorer = project.explorer(project.with_requested(audit))
    layouts = explorer.layouts()
    if not layouts:
        return [("about", {})]
    wished = asked.get("map")
    return [
        ("about", {}),
        ("places", {"layout": wished if wished in layouts else layouts[0]}),
        ("colours", {"by": asked.get("colour") or own_column(explorer, "given")}),
    ]
