"""Gestures on a page in a browser, and how long until everything has answered them."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Request, WebSocket

CORNERS = 32
QUIET = 700
"""Milliseconds after an answer in which what belongs to it may still travel."""
FIND = """
(selector) => {
    const inside = (root) => root.querySelector(selector) ?? [...root.querySelectorAll("*")]
        .map((one) => one.shadowRoot && inside(one.shadowRoot)).find(Boolean);
    return inside(document);
}
"""
WATCH = """
({selectors, names, done, limit}) => {
    const find = FIND;
    const known = Object.fromEntries(selectors.map((one) => [one, find(one)]));
    const read = () => Object.fromEntries(names.map(([selector, name]) => {
        if (!known[selector]?.isConnected) known[selector] = find(selector);
        return [name, known[selector]?.dataset[name] ?? null];
    }));
    const isDone = new Function("was", "now", `return ${done};`);
    const was = read();
    let lifted = null;
    const lift = () => { lifted ??= performance.now(); };
    addEventListener("pointerup", lift, {capture: true, once: true});
    window.answered = new Promise((resolve) => {
        const look = () => {
            const now = performance.now();
            if (lifted !== null && isDone(was, read())) resolve(now - lifted);
            else if (lifted !== null && now - lifted > limit) resolve(null);
            else requestAnimationFrame(look);
        };
        look();
    });
}
""".replace("FIND", FIND.strip())


@dataclass
class Traffic:
    """What a page sends and receives."""

    socket: int = 0
    requests: list[Request] = field(default_factory=list)

    def watch(self, page: Page) -> "Traffic":
        """Count from now on; before the page is opened, or its socket is not seen."""
        page.on("websocket", self._watch_socket)
        page.on("requestfinished", lambda request: self.requests.append(request))
        return self

    def _watch_socket(self, socket: WebSocket) -> None:
        for kind in ("framesent", "framereceived"):
            socket.on(kind, self._count)

    def _count(self, payload: str | bytes) -> None:
        self.socket += len(payload if isinstance(payload, bytes) else payload.encode())

    def forget(self) -> None:
        """Begin anew."""
        self.socket = 0
        self.requests.clear()

    def http(self) -> int:
        """Bytes of bodies, both ways, since then."""
        sizes = [request.sizes() for request in list(self.requests)]
        return sum(one["requestBodySize"] + max(one["responseBodySize"], 0) for one in sizes)


@dataclass(frozen=True)
class Answered:
    """ms: from the lifted button until the answer, None = none within the limit."""

    ms: float | None
    socket: int
    http: int


def timed(
    page: Page,
    traffic: Traffic,
    gesture: Callable[[], None],
    *,
    reads: dict[str, str],
    done: str,
    limit: float,
) -> Answered:
    """Do a gesture; its answer is there once `done` holds.

    reads: name of a data attribute -> selector of its element. done: an expression in JavaScript of
    `was` and `now`, what they held before the gesture and hold. limit: seconds.
    """
    facts = {
        "selectors": list(set(reads.values())),
        "names": [[selector, name] for name, selector in reads.items()],
        "done": done,
        "limit": 1000 * limit,
    }
    page.evaluate(WATCH, facts)
    traffic.forget()
    gesture()
    ms = page.evaluate("window.answered")
    page.wait_for_timeout(QUIET)
    return Answered(ms, traffic.socket, traffic.http())


def attribute(page: Page, selector: str, name: str) -> Any:
    """A data attribute of the first such element, through shadow roots."""
    return page.evaluate(f"({FIND.strip()})({json.dumps(selector)})?.dataset[{json.dumps(name)}]")


def ring(page: Page, box: dict[str, float], part: float) -> None:
    """Draw around the middle of a box with the button held: `part` of its width and height."""
    across, up = box["width"] / 2, box["height"] / 2
    x, y = box["x"] + across, box["y"] + up
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS + 1)]
    places = [
        (x + part * across * math.cos(turn), y + part * up * math.sin(turn)) for turn in turns
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()
