"""TREC's marked-up files: topics in <top> or <topic>, documents in <DOC>, as SGML or as XML.

SGML leaves fields open: each ends where the next one begins. XML closes them. Both are read the
same way, field by field, so that what is neither quite opens as well.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Literal, NamedTuple

from store.errors import UserError
from store.progress import Progress
from store.readers.retrieval.lines import SHOWN, first_line, lines_of

Side = Literal["passages", "queries"]
RECORDS: dict[Side, tuple[str, ...]] = {"queries": ("top", "topic"), "passages": ("doc",)}
IDS = ("num", "number", "docno", "docid", "id")
"""Fields that name a record, and attributes of its own tag."""
TITLES = ("title", "headline", "hl")
WORDS: dict[Side, tuple[str, ...]] = {
    "queries": ("query", "title", "question", "desc", "description"),
    "passages": ("text", "contents", "body"),
}
"""Fields with what is asked or told, the first that a record has."""
TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*)([^<>]*)>")
ATTRIBUTE = re.compile(r"""([\w.-]+)\s*=\s*["']([^"']*)["']""")
CAPTION = re.compile(r"^\s*(Number|Topic|Description|Narrative)\s*:\s*", re.IGNORECASE)
"""TREC's topics say again in words what a field is."""


class Record(NamedTuple):
    """line: where it begins. fields: by tag in small letters; "" = what stands in no field."""

    line: int
    fields: dict[str, str]


def is_marked_up(path: Path) -> bool:
    """Its first line begins with a tag."""
    return first_line(path).lstrip().startswith("<")


def elements_of(path: Path, side: Side, progress: Progress) -> Iterator[tuple[int, str, str]]:
    """(number of its first line, id, text) of every topic or document.

    A topic's text is its query or title; a document's is its title and its text. Raises UserError
    for a record without an id, a topic without a text, and for a file that is cut off.
    """
    for line, fields in _records(path, side, progress):
        id_ = next((fields[name] for name in IDS if fields.get(name)), "")
        text = next((fields[name] for name in (*WORDS[side], "") if fields.get(name)), "")
        if side == "passages":
            title = next((fields[name] for name in TITLES if fields.get(name)), "")
            text = f"{title} {text}".strip()
        if not id_ or (side == "queries" and not text):
            lacks = "no id" if not id_ else "no text"
            has = ", ".join(f"<{name}>" for name in fields if name) or "nothing"
            raise UserError(
                f"the record from line {line} of {path.name} has {lacks} (it has {has}). Expected "
                f"was one of {', '.join(f'<{name}>' for name in IDS)} and one of "
                f"{', '.join(f'<{name}>' for name in WORDS[side])}."
            )
        yield line, id_, text


def _records(path: Path, side: Side, progress: Progress) -> Iterator[Record]:
    """Every record of a file. What stands outside of them, such as an XML header, says nothing."""
    names = "|".join(RECORDS[side])
    begins = re.compile(rf"<({names})(\s[^<>]*)?>", re.IGNORECASE)
    ends = re.compile(rf"</({names})\s*>", re.IGNORECASE)
    start, parts = 0, list[str]()
    for number, line in lines_of(path, progress):
        rest = line
        while rest:
            if not start:
                opened = begins.search(rest)
                if opened is None:
                    break
                start, parts = number, []
                parts.append(_as_fields(opened[2] or ""))
                rest = rest[opened.end() :]
            closed = ends.search(rest)
            parts.append(rest if closed is None else rest[: closed.start()])
            rest = "" if closed is None else rest[closed.end() :]
            if closed is not None:
                yield Record(start, _fields("\n".join(parts)))
                start = 0
    if start:
        raise UserError(
            f"{path.name} ends within the record that begins in line {start}: {parts[-1][:SHOWN]}. "
            "It may have been cut off; fetch it again."
        )


def _as_fields(attributes: str) -> str:
    """Attributes of a record's own tag, number="1", written as its fields are."""
    return "".join(f"<{name}>{value}</{name}>" for name, value in ATTRIBUTE.findall(attributes))


def _fields(text: str) -> dict[str, str]:
    """By tag in small letters what stands in it; what stands twice comes one after the other.

    A tag that is never closed ends where the next one begins. One within another, as in
    <TEXT><P>…</P></TEXT>, is a part of it.
    """
    tags = [tag for tag in TAG.finditer(text) if not tag[3].endswith("/")]
    closed = {tag[2].lower() for tag in tags if tag[1]}
    found: dict[str, list[str]] = {}
    inside, place = list[str](), 0
    for tag in tags:
        _keep(found, inside, text[place : tag.start()])
        place, name = tag.end(), tag[2].lower()
        if tag[1]:
            inside = inside[: inside.index(name)] if name in inside else inside
        else:
            inside = [*(one for one in inside if one in closed), name]
    _keep(found, inside, text[place:])
    known = {name: " ".join(" ".join(parts).split()) for name, parts in found.items()}
    return {name: CAPTION.sub("", words) for name, words in known.items()}


def _keep(found: dict[str, list[str]], inside: list[str], words: str) -> None:
    if words.strip():
        for name in dict.fromkeys(inside or [""]):
            found.setdefault(name, []).append(unescape(words))
