"""Saved filters: conditions under names, kept in the workspace and asked anew whenever used."""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from store.array_files import write_text
from store.errors import UserError
from store.workspace import Workspace, writing

FOLDER = "filters"
MARK = "@"
"""In front of a name where a condition is expected: no condition begins with it."""
LONGEST_NAME, LONGEST_SLUG = 100, 40


@dataclass(frozen=True)
class SavedFilter:
    """where: a condition in SQL, "" = every row. named: a kept list as well, None = all rows."""

    name: str
    where: str
    named: str | None = None


def save_filter(workspace: Workspace, saved: SavedFilter) -> None:
    """Keep it, in the place of another of that name; whole or not at all.

    Raises UserError for a name or a filter that says nothing, and where nothing can be written.
    """
    name = saved.name
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME:
        raise UserError(
            f"{name!r:.120} is no name for a filter. Give it 1 to {LONGEST_NAME} characters, "
            "without blanks at the ends."
        )
    if not saved.where.strip() and saved.named is None:
        raise UserError("There is no filter to save: every row passes. Choose some rows first.")
    try:
        text = json.dumps(asdict(saved), ensure_ascii=False, indent=2)
        text.encode()
    except UnicodeEncodeError as problem:
        raise UserError(f"{name!r} holds half of a character. Type it again.") from problem
    path = _path(workspace, name)
    with writing(workspace.folder):
        path.parent.mkdir(exist_ok=True)
        write_text(path, text + "\n")


def saved_filters(workspace: Workspace) -> tuple[SavedFilter, ...]:
    """All of them by name. A file that cannot be read is left alone and left out."""
    files = sorted((workspace.folder / FOLDER).glob("*.json"))
    found = [one for one in map(_read, files) if one is not None]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.name)))


def saved_filter(workspace: Workspace, name: str) -> SavedFilter:
    """The one of that name. Raises UserError, with the names there are, where there is none."""
    found = _read(_path(workspace, name))
    if found is None or found.name != name:
        there = ", ".join(repr(one.name) for one in saved_filters(workspace)) or "none"
        raise UserError(
            f"There is no saved filter {name!r:.120} in {workspace.folder}. There are: {there}. "
            "Save one on the page Explore."
        )
    return found


def forget_filter(workspace: Workspace, name: str) -> None:
    """Delete it. Raises UserError where there is none."""
    saved_filter(workspace, name)
    with writing(workspace.folder):
        _path(workspace, name).unlink(missing_ok=True)


def condition_of(workspace: Workspace, where: str) -> SavedFilter:
    """What is meant where a condition may be typed: itself, or the saved filter after an @.

    Raises UserError for a name that there is none of.
    """
    where = where.strip()
    if not where.startswith(MARK):
        return SavedFilter("", where)
    return saved_filter(workspace, where.removeprefix(MARK).strip())


def _path(workspace: Workspace, name: str) -> Path:
    """Any name as the name of a file, another for every name, also where case does not count."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG]
    digest = blake2b(name.encode(errors="surrogatepass"), digest_size=6).hexdigest()
    return workspace.folder / FOLDER / f"{slug or 'filter'}-{digest}.json"


def _read(path: Path) -> SavedFilter | None:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        name, where, named = facts["name"], facts["where"], facts.get("named")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if not (isinstance(name, str) and isinstance(where, str) and isinstance(named, str | None)):
        return None
    return SavedFilter(name, where, named)
