"""A fresh browser profile for every test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.card_serving import CardServer

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where it is; a test without it is skipped, or fails where SECOND_LOOK_REQUIRE_BROWSER=1."""
    named = os.environ.get("SECOND_LOOK_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = (
            "Chromium is not installed: apt install chromium, or name it in SECOND_LOOK_CHROMIUM"
        )
        if os.environ.get("SECOND_LOOK_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, started once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in a profile of its own; errors on its console fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("request", lambda request: wrong.extend(_foreign(request.url)))
    yield tab
    context.close()

    assert wrong == []


def _foreign(url: str) -> list[str]:
    """Addresses off this machine: the application works without a network."""
    ours = url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:"))
    return [] if ours else [url]


@pytest.fixture(scope="session")
def card_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardServer]:
    """One stub for all tests of the review card."""
    server = CardServer(tmp_path_factory.mktemp("card") / "log.jsonl")
    yield server
    server.end()


@pytest.fixture
def server(card_server: CardServer, tmp_path: Path) -> CardServer:
    """The stub with an empty log and nothing wrong with it."""
    card_server.fresh(tmp_path / "log.jsonl")
    return card_server
