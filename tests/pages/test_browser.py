"""A browser is opened where somebody asked for one."""

import asyncio
import subprocess
import threading

import pytest
from streamlit import config

from pages.shared import browser, routes

HERE = {"server.address": "127.0.0.1", "server.port": 8765}


@pytest.fixture
def shown(monkeypatch):
    """The addresses that a browser was to open."""
    addresses: list[str] = []
    monkeypatch.setattr(browser, "show", addresses.append)
    monkeypatch.delenv("SECOND_LOOK_WORKSPACES", raising=False)
    return addresses


def live(monkeypatch, settings) -> None:
    """The server begins and ends, with settings that somebody made."""
    usual = config.get_option
    monkeypatch.setattr(config, "is_manually_set", settings.__contains__)
    monkeypatch.setattr(
        config, "get_option", lambda name: settings[name] if name in settings else usual(name)
    )

    async def begin_and_end() -> None:
        async with routes.lifespan(None):
            pass

    # In a thread of its own: a browser test before this one keeps a loop in the main thread.
    server = threading.Thread(target=lambda: asyncio.run(begin_and_end()))
    server.start()
    server.join(60)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"server.headless": False}, ["http://127.0.0.1:8765"]),
        ({"server.headless": False, "server.address": "0.0.0.0"}, ["http://localhost:8765"]),
        ({"server.headless": True}, []),
        ({}, []),
    ],
    ids=str,
)
def test_the_server_opens_a_browser_only_where_it_was_told_to(monkeypatch, shown, said, expected):
    """`second-look open` says so, --no-browser says not to, and `streamlit run` says nothing."""
    live(monkeypatch, HERE | said)

    assert shown == expected


def test_what_a_browser_says_stays_off_the_terminal(monkeypatch, tmp_path, capfd):
    """The one that the system has for this is called with the address alone."""
    told = tmp_path / "told"
    for name in ("open", "xdg-open"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho noise\necho "$@" > {told}\n', encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    begun: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **kw: begun.append(start(*a, **kw)) or begun[0]
    )

    browser.show("http://127.0.0.1:8765")
    begun[0].wait(60)

    assert told.read_text(encoding="utf-8") == "http://127.0.0.1:8765\n"
    assert capfd.readouterr() == ("", "")
