"""Streamlit's own front end: which of its files a page draws with, told without its Python."""

import json
from functools import cache, lru_cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

EVERYWHERE = ("BidiComponent", "Html", "TextInput")
ELEMENTS = {
    "": (*EVERYWHERE, "Button", "Metric", "Progress"),
    "score": (*EVERYWHERE, "Button", "Checkbox", "NumberInput", "Selectbox"),
    "explore": EVERYWHERE,
    "review": (*EVERYWHERE, "Selectbox"),
    "export": (*EVERYWHERE, "Button", "Checkbox", "Metric", "NumberInput", "Selectbox"),
    "methods": EVERYWHERE,
}
"""By page, "" being the first, what it soon draws. What is not named comes when it is drawn."""
OF_AN_ELEMENT = "/lib/src/components/"
"""In the name of what draws one: "../lib/src/components/widgets/Button/Button.tsx"."""


@cache
def static_folder() -> Path:
    """Where Streamlit keeps what it sends to every browser."""
    found = find_spec("streamlit")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0], "static")


def loading(document: bytes, urls: list[str]) -> bytes:
    """The document of a page, with links by which the browser loads these modules at once."""
    links = [f'<link rel="modulepreload" href="{escape(url)}">' for url in urls]
    before, end, after = document.partition(b"</head>")
    return before + "\n".join(["", *links, ""]).encode() + end + after


@lru_cache(maxsize=8)
def element_urls(*elements: str) -> list[str]:
    """The files that draw these elements ("Button"), as named from a page; [] where none are known.

    Streamlit fetches them when it first hears of an element, and what they import after that. Those
    that every document loads anyway are not among them.
    """
    folder = static_folder()
    try:
        files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        document = (folder / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:  # another version of Streamlit's
        return []
    begun = [name for name in files if OF_AN_ELEMENT in name and Path(name).stem in elements]
    urls = [f"./{files[name]['file']}" for name in _with_imports(begun, files)]
    return [url for url in urls if url not in document]


def _with_imports(names: list[str], files: dict[str, dict[str, list[str]]]) -> list[str]:
    """These entries of the list and all that they import, each once, in the order it is met."""
    found = list(dict.fromkeys(names))
    for name in found:  # it grows on the way
        found += [one for one in files[name].get("imports", ()) if one not in found]
    return found
