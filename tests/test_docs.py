"""Prose is run: lists are generated, links lead somewhere, examples in docstrings hold."""

import doctest
import importlib
import re
from pathlib import Path

import pytest
from click import Context

from benchmarks.scoreboard import scoreboard
from engine.__main__ import PLACES, command_line
from engine.document import scorer_page, with_scorer_table

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for folder in ("store", "index", "engine")
    for path in (ROOT / folder).rglob("*.py")
    if path.stem != "__main__"
)


def test_the_scorer_page_says_what_the_code_says():
    """`python -m engine.document` writes it anew."""
    assert (ROOT / "docs" / "scorers.md").read_text(encoding="utf-8") == scorer_page()


def test_the_readme_lists_every_scorer():
    """The same command renews the table."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert readme == with_scorer_table(readme)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page):
    """Every relative link of a page points at a file of the repository."""
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("name", sorted(PLACES))
def test_every_command_has_help_with_an_example_and_is_in_the_readme(name):
    """A command nobody can find is a command nobody has."""
    command = command_line.get_command(Context(command_line), name)

    assert command.help
    assert command.epilog.startswith(f"Example:  second-look {name}")
    assert f"second-look {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_hold(module):
    """Every doctest of the application passes."""
    result = doctest.testmod(importlib.import_module(module))

    assert result.failed == 0


@pytest.mark.parametrize("module", MODULES)
def test_every_public_thing_has_a_docstring(module):
    """Modules, and the public functions and classes defined in them."""
    loaded = importlib.import_module(module)
    silent = [
        name
        for name, value in vars(loaded).items()
        if getattr(value, "__module__", None) == module
        and not name.startswith("_")
        and callable(value)
        and not value.__doc__
    ]

    assert loaded.__doc__
    assert silent == []


def test_the_scoreboard_says_what_was_measured():
    """`python -m benchmarks.scoreboard` writes it anew from the rows of the benchmark."""
    page = (ROOT / "docs" / "scoreboard.md").read_text(encoding="utf-8")

    assert page == scoreboard()
