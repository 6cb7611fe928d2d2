"""Everything the Explore page may ask, by name: each part of the page has a module of answers."""

from collections.abc import Callable
from typing import Any

from pages.shared.explore import (
    about,
    chart_answers,
    doing_answers,
    filter_answers,
    held_answers,
    map_answers,
    table_answers,
)
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.numbers import Numbers

Answering = Callable[[Explorer, dict[str, Any]], dict[str, Any] | Numbers]
ANSWERS: dict[str, Answering] = {
    "about": about.about,
    "counts": about.counts,
    **map_answers.ANSWERS,
    **chart_answers.ANSWERS,
    **held_answers.ANSWERS,
    **filter_answers.ANSWERS,
    **table_answers.ANSWERS,
    **doing_answers.ANSWERS,
}
