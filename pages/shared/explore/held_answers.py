"""What would be chosen if the hand that still draws or brushes let go now."""

from typing import Any

from pages.shared.explore.about import counts
from pages.shared.explore.chart_answers import each_chart
from pages.shared.explore.explorer import Explorer
from pages.shared.explore.map_answers import masks
from pages.shared.explore.numbers import Numbers
from pages.shared.explore.reading import turn_of

OVERTAKEN = Numbers({"overtaken": True}, [])


def held(explorer: Explorer, facts: dict[str, Any]) -> Numbers:
    """Counts, charts and, where `map` is true, masks of a choice, as one answer.

    A hand asks ten times a second, so what the same tab has overtaken, also by letting go, is
    dropped: before the work, for which questions of all tabs queue up, and between its parts.
    """
    is_overtaken = explorer.turns.begin(*turn_of(facts))
    with explorer.turns.alone:
        if is_overtaken():
            return OVERTAKEN
        head: dict[str, Any] = {"counts": counts(explorer, facts), "charts": []}
        for chart in each_chart(explorer, facts):
            if is_overtaken():
                return OVERTAKEN
            head["charts"].append(chart)
        if facts.get("map") is not True:
            return Numbers(head, [])
        found = masks(explorer, facts)
        return Numbers(head | found.head, found.arrays)


ANSWERS: dict[str, Any] = {"held": held}
