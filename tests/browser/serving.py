"""The application in a process of its own, and what a visitor sees of it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300_000
"""Milliseconds until a card must be there: a busy machine compiles for a minute at the first."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """The application in a process of its own."""

    def __init__(self, folder: Path, *workspaces: Path, port: int | None = None) -> None:
        self.folder, self.workspaces = folder, workspaces
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start the process and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        command += ["--server.port", str(self.port), "--server.headless", "true"]
        joined = os.pathsep.join(map(str, self.workspaces))
        environment = os.environ | {"SECOND_LOOK_WORKSPACES": joined, "SECOND_LOOK_REVIEWER": "Ada"}
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        patience = time.monotonic() + 120
        while time.monotonic() < patience and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"The server did not start:\n{self.log()}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process and wait for it."""
        self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(30)

    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def served(folder: Path, *workspaces: Path, port: int | None = None) -> Iterator[Server]:
    """A server that is gone afterwards."""
    server = Server(folder, *workspaces, port=port)
    try:
        yield server
    finally:
        server.end()


def card_of(tab: Page) -> str:
    """Id of the card whose keys are on the screen.

    The first card of a fresh installation waits for the audit and the compiler.
    """
    try:
        tab.wait_for_selector("[data-ready]:not([data-ready=''])", timeout=PATIENCE)
    except TimeoutError:
        pytest.fail(f"No card came to {tab.url}, where this was shown:\n{tab.inner_text('body')}")
    shown = tab.get_attribute("[data-ready]", "data-ready")
    tab.wait_for_selector(f"[data-card='{escaped(str(shown))}']")
    return str(shown)


def escaped(text: str) -> str:
    """Any text inside the quotes of a CSS selector."""
    return "".join(one if one.isalnum() else f"\\{ord(one):x} " for one in text)


def press(tab: Page, key: str) -> str:
    """Press a key and wait for the next card; returns the id of the one it was pressed on."""
    before = card_of(tab)
    tab.keyboard.press(key)
    tab.wait_for_selector(
        f"[data-ready]:not([data-ready='']):not([data-ready='{escaped(before)}'])"
    )
    return before
