"""Examples as HTML: our own picture addresses and escaped text, nothing else of the dataset."""

from collections.abc import Sequence
from functools import lru_cache

from pages.shared.picture_routes import picture_url
from pages.shared.project import Project
from pages.shared.words import html, shortened
from pages.shared.words import label as label_words
from store.errors import UserError
from store.media import sides_of, text_of

THUMBNAIL = 128
TINY = 64
"""Images up to this side are enlarged with crisp pixels; smoothing would hide what is there."""


def crispness(project: Project, row: int) -> str:
    """The class of an image element."""
    return "sl-crisp" if longer_side(project, row) <= TINY else ""


def longer_side(project: Project, row: int) -> int:
    """Of a row's picture, in pixels; something larger than tiny where it cannot be read."""
    images = project.dataset.images
    return max(images.shape[1:3]) if images is not None else _longer_side(project, row)


@lru_cache(maxsize=4096)
def _longer_side(project: Project, row: int) -> int:
    try:
        return max(sides_of(project.dataset, row))
    except UserError:  # told by whoever asks for the picture itself
        return TINY + 1


def source(project: Project, row: int, size: int | None = None) -> str:
    """Address of a row's picture."""
    return picture_url(project.fingerprint, project.dataset.content[row].tobytes(), size)


def label(name: str | None, role: str = "") -> str:
    """A label as a small badge; role "given" or "suggested" gives it its colour."""
    if name is None:
        role = "none"
    words = html(label_words(name))
    return f'<span class="sl-label {role}" title="{words}">{words}</span>'


def columns(project: Project, row: int) -> list[tuple[str, str]]:
    """A row of a dataset without text or picture, less its label and what is known to be right."""
    dataset = project.dataset
    hidden = {dataset.roles.label, dataset.roles.truth}
    shown = dataset.table.slice(row, 1).to_pylist()[0].items()
    return [(name, shortened(str(value), 300)) for name, value in shown if name not in hidden]


def small(project: Project, row: int, badge: str, note: str = "") -> str:
    """One example as a tile, with a badge and a short note below it."""
    dataset = project.dataset
    if dataset.media == "image":
        address = source(project, row, THUMBNAIL)
        body = f'<img class="{crispness(project, row)}" loading="lazy" src="{address}" alt="">'
    else:
        words = shortened(text_of(dataset, row), 160) if dataset.media == "text" else ""
        words = words or dataset.ids([row])[0]
        body = f'<div class="sl-snippet" dir="auto">{html(words)}</div>'
    name = html(dataset.ids([row])[0])
    foot = f'<div class="sl-foot">{badge}<span class="sl-quiet sl-number">{html(note)}</span></div>'
    return f'<div class="sl-tile" title="{name}">{body}{foot}</div>'


def grid(project: Project, tiles: Sequence[str]) -> str:
    """Tiles side by side: ten pictures to a line, or as many texts as fit."""
    kind = "ten" if project.dataset.media == "image" else "texts"
    return f'<div class="sl-grid {kind}">{"".join(tiles)}</div>'
