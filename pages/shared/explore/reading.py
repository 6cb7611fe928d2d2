"""Parts of a request of the Explore page, checked where it is read."""

from typing import Any

from store.errors import UserError

LONGEST = 200


def text_of(facts: dict[str, Any], name: str) -> str:
    """A short text that has to be there. Raises UserError without it."""
    found = facts.get(name)
    if not isinstance(found, str) or not found.strip() or len(found) > LONGEST:
        raise UserError(f"{name} is {found!r:.60}; a text was expected. Reload the page.")
    return found


def turn_of(facts: dict[str, Any]) -> tuple[str, int]:
    """The tab that asks, and the number of its question. Raises UserError without one."""
    turn = facts.get("turn")
    if isinstance(turn, bool) or not isinstance(turn, int):
        raise UserError(f"turn is {turn!r:.60}; a whole number was expected. Reload the page.")
    return text_of(facts, "tab"), turn


def reviewer_of(facts: dict[str, Any]) -> str:
    """Who asks. Raises UserError for somebody without a name."""
    found = facts.get("reviewer")
    if not isinstance(found, str) or not found.strip():
        raise UserError("The reviewer has no name. Type yours in the sidebar, then decide again.")
    return found.strip()
