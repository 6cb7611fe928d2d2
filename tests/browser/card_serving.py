"""The stub of card_stub.py in a process of its own, and a review card as a visitor sees it."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.serving import ROOT, free_port

ROOT_OF_CARD = "document.querySelector('#host').shadowRoot.querySelector('.review')"


class CardServer:
    """The stub; it can be killed, started again on the same log, and told to misbehave."""

    def __init__(self, log: Path) -> None:
        self.path = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start the process and wait until it answers."""
        command = [sys.executable, "-m", "tests.browser.card_stub", str(self.path), str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        patience = time.monotonic() + 60
        while time.monotonic() < patience and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/requests", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        pytest.fail("The stub did not start.")

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the process and wait for it."""
        self.process.send_signal(how)
        self.process.wait(30)

    def fresh(self, log: Path) -> None:
        """An empty log for the next test."""
        self.path = log
        if self.process.poll() is not None:
            self.start()
        self._post("fresh", {"log": str(log)})

    def order(self, **trouble: Any) -> None:
        """Delays and failures from now on; none = as it should be."""
        self._post("control", trouble)

    def asked(self, route: str) -> list[dict[str, Any]]:
        """What was asked of a route so far."""
        with urllib.request.urlopen(f"{self.url}/requests", timeout=5) as answer:
            return [one for one in json.load(answer) if one["route"] == route]

    def log(self) -> list[dict[str, Any]]:
        """The decisions on disk."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        return [json.loads(line) for line in lines]

    def _post(self, where: str, what: dict[str, Any]) -> None:
        body = json.dumps(what).encode()
        request = urllib.request.Request(f"{self.url}/{where}", body, method="POST")
        with urllib.request.urlopen(request, timeout=5):
            pass


def visit(page: Page, server: CardServer, name: str = "digits", more: str = "") -> str:
    """Open a review and wait for its first card; returns its id."""
    page.goto(f"{server.url}/?set={name}{more}")
    return card_of(page)


def card_of(page: Page) -> str:
    """Id of the card whose keys are active."""
    page.wait_for_selector(".review[data-ready]:not([data-ready=''])")
    return str(page.evaluate(f"{ROOT_OF_CARD}.dataset.ready"))


def press(page: Page, key: str) -> str:
    """Press a key and wait for the next card; returns the id of the one it was pressed on."""
    before = card_of(page)
    page.keyboard.press(key)
    page.wait_for_function(
        f"before => ![before, ''].includes({ROOT_OF_CARD}.dataset.ready)", arg=before
    )
    return before


def wait_saved(page: Page, unsaved: int = 0) -> None:
    """Wait until that many decisions are left unsaved."""
    page.wait_for_selector(f".review[data-unsaved='{unsaved}']")


def short(log: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """(id, action, label) of each decision."""
    return [(",".join(one["ids"]), one["action"], one["label"]) for one in log]
