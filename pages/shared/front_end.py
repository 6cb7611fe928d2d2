"""Streamlit's own front end: in which of its files an element is drawn."""

import json
from functools import lru_cache
from pathlib import Path

from streamlit import file_util

OF_AN_ELEMENT = "/lib/src/components/"
"""In the name of what draws one: "../lib/src/components/widgets/Button/Button.tsx"."""


@lru_cache(maxsize=8)
def element_urls(*elements: str) -> list[str]:
    """The files that draw these elements ("Button"), as named from a page; [] where none are known.

    Streamlit fetches them when it first hears of an element, and what they import after that. Those
    that every document loads anyway are not among them.
    """
    folder = Path(file_util.get_static_dir())
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
