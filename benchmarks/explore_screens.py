"""The Explore page and a plain plotly chart, visited and used as `bench_explore` measures them."""

import http.client
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from benchmarks.gestures import Answered, Traffic, attribute, ring, timed
from benchmarks.running import Running
from store.workspace import Workspace

SMALL, LARGE = 0.1, 0.9
"""Share of the points in a small lasso, and part of the map's width that a large one takes."""
TIMES, FILTERS, VISITS = 5, 20, 3
FIRST, PATIENCE = 600_000, 120_000
"""Milliseconds: a first visit waits for the audit, a second one for nothing."""
OURS = {"selected": ".explore", "filtered": ".explore", "total": ".table", "loaded": ".table"}
LASSOED = (
    "now.selected && now.selected !== was.selected && (now.total === null || "
    "(now.total === now.selected && now.loaded === 'true'))"
)
FILTERED = "now.filtered !== was.filtered && Number(now.version) > Number(was.version)"
WITHIN = """
(part) => {
    const chart = document.querySelector(".js-plotly-plot");
    const {_fullData: traces, _fullLayout: {xaxis, yaxis}} = chart;
    const [across, up] = [xaxis._length / 2, yaxis._length / 2];
    let inside = 0;
    for (const {x, y} of traces) {
        for (let point = 0; point < x.length; point += 1) {
            const right = (xaxis.d2p(x[point]) - across) / across;
            const down = (yaxis.d2p(y[point]) - up) / up;
            inside += right * right + down * down < part * part;
        }
    }
    return inside;
}
"""
"""How many points of a plotly figure are in a ring: one of no points would change nothing."""
PAINTED = """
async ([there, patience]) => {
    const inside = (root) => root.querySelector(there) !== null ||
        [...root.querySelectorAll("*")].some(({shadowRoot}) => shadowRoot && inside(shadowRoot));
    const end = performance.now() + patience;
    while (!inside(document)) {
        if (performance.now() > end) throw new Error(`Timeout: no ${there}`);
        await new Promise(requestAnimationFrame);
    }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return Date.now() / 1000;
}
"""
"""When something is there and painted. Asked in the page: an answer from outside waits for all that
the page does after that paint."""
Lasso = Callable[[float], Answered]


@dataclass(frozen=True)
class Visit:
    """A tab, what travels to and from it, and the seconds until it was there."""

    page: Page
    traffic: Traffic
    seconds: float


def visit(context: BrowserContext, address: str, there: str, patience: float) -> Visit:
    """Open an address and wait until something is there and painted."""
    page = context.new_page()
    page.set_default_timeout(patience)
    traffic = Traffic().watch(page)
    began = time.time()
    page.goto(address)
    return Visit(page, traffic, page.evaluate(PAINTED, [there, patience]) - began)


def visits(context: BrowserContext, address: str, there: str) -> tuple[Visit, float]:
    """The last of a few visits, and the median of their seconds."""
    times = []
    for _ in range(VISITS):
        seen = visit(context, address, there, PATIENCE)
        times.append(seen.seconds)
        if len(times) < VISITS:
            seen.page.wait_for_timeout(3_000)
            seen.page.close()
    return seen, statistics.median(times)


def ours(
    context: BrowserContext, running: Running, place: Path, n: int, limit: float
) -> dict[str, object]:
    """The Explore page."""
    address = f"http://127.0.0.1:{running.port}/explore"
    layout = os.environ["SECOND_LOOK_LAYOUT"].lower()
    painted = f".map[data-points='{n}'][data-layout='{layout}']:not([data-painted='0'])"
    first = visit(context, address, painted, FIRST).page
    cancel = first.get_by_role("button", name="Cancel")
    if cancel.count():  # with --pca: the machine is not to work on a layout that is not measured
        cancel.first.click()
    first.wait_for_timeout(2_000)
    first.close()
    ask = Asking(running, place)
    while ask("slices", {})["state"] == "running":  # begun by the first visit, kept for all others
        time.sleep(0.5)
    seen, seconds = visits(context, address, painted)
    page = seen.page
    page.locator(".table[data-loaded='true']").first.wait_for(state="attached")
    page.wait_for_timeout(2_000)
    page.locator(".map [data-mode='lasso']").first.click()
    box = page.locator(".map canvas").first.bounding_box()
    assert box is not None

    def lasso(part: float) -> Answered:
        page.locator(".map .field").first.focus()
        page.keyboard.press("Escape")
        page.locator(".explore[data-selected='']").wait_for(state="attached")
        page.wait_for_timeout(300)
        gesture = partial(ring, page, box, part)
        return timed(page, seen.traffic, gesture, reads=OURS, done=LASSOED, limit=limit)

    def selected() -> int:
        return int(attribute(page, ".explore", "selected") or 0)

    def share_of(part: float) -> float:
        return -1.0 if lasso(part).ms is None else selected() / n

    found = lassoed(lasso, selected, n, around(share_of))
    server = filter_on_the_server(ask)
    page.keyboard.press("Escape")
    brushes = [brushed(seen, 0.2 + 0.05 * turn, limit) for turn in range(TIMES)]
    known = [one for one in brushes if one is not None]
    return {
        "renderer": attribute(page, ".map", "renderer"),
        "layout": attribute(page, ".map", "layout"),
        "paint_warm_s": round(seconds, 2),
        **found,
        "filter_server_p50_ms": server[0],
        "filter_server_max_ms": server[1],
        "filter_browser_ms": round(statistics.median(known)) if known else "",
    }


def around(share_of: Callable[[float], float]) -> float:
    """How large a ring around the middle has a tenth of the points. share_of: a ring's share."""
    low, high, part = 0.02, 1.0, 0.5
    for _ in range(8):
        share = share_of(part)
        if 0.9 * SMALL < share < 1.1 * SMALL:
            break
        low, high = (part, high) if share < SMALL else (low, part)
        part = (low + high) / 2
    return part


def lassoed(lasso: Lasso, selected: Callable[[], int], n: int, part: float) -> dict[str, object]:
    """A small lasso and a large one, each a few times and never twice the same."""
    found: dict[str, object] = {}
    for name, size in (("small", part), ("large", LARGE)):
        answers = []
        for turn in range(TIMES):
            # Ever larger: plotly takes a drag that begins inside an outline for a move of it.
            answers.append(lasso(size * (1 + 0.01 * turn)))
            if answers[-1].ms is None:  # it never came back, and would not the next time
                break
        times = [one.ms for one in answers if one.ms is not None]
        came = len(times) == len(answers)
        found[f"{name}_share"] = round(selected() / n, 3) if came else ""
        found[f"{name}_lasso_ms"] = round(statistics.median(times)) if came else "never came back"
        found[f"{name}_socket_bytes"] = round(statistics.median(one.socket for one in answers))
        found[f"{name}_http_bytes"] = round(statistics.median(one.http for one in answers))
        if not came:
            break
    return found


def brushed(seen: Visit, start: float, limit: float) -> float | None:
    """Milliseconds until the charts are drawn anew after a drag over the first histogram."""
    page = seen.page
    plot = page.locator(".charts .card.histogram .plot").first
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = plot.bounding_box()
    assert box is not None

    def drag() -> None:
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + start * box["width"], middle)
        page.mouse.down()
        page.mouse.move(box["x"] + (start + 0.2) * box["width"], middle, steps=5)
        page.mouse.up()

    reads = {"filtered": ".explore", "version": ".charts"}
    return timed(page, seen.traffic, drag, reads=reads, done=FILTERED, limit=limit).ms


class Asking:
    """Questions of the Explore page, without a browser."""

    def __init__(self, running: Running, place: Path) -> None:
        self.fingerprint = Workspace(place).project()["fingerprint"]
        self.port = running.port

    def __call__(self, what: str, body: dict[str, object]) -> dict[str, Any]:
        """The answer. Raises RuntimeError where there is none."""
        headers = {"Content-Type": "application/json", "X-Second-Look": "explore"}
        whole = json.dumps({"reviewer": "bench", "tab": "bench", **body})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", f"/explore/{self.fingerprint}/{what}", whole, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{what}: {answer.status} {text[:200]!r}")
        found: dict[str, Any] = json.loads(text)
        return found


def filter_on_the_server(ask: Asking) -> tuple[float, float]:
    """Median and most milliseconds of the usual charts for a range nobody has asked for before."""
    charts = [{"name": name} for name in ask("chart_list", {})["usual"]]
    times = []
    for turn in range(FILTERS + 2):
        low = 0.01 + 0.02 * turn
        choice = {"parts": [{"column": "joined_evidence", "low": low, "high": None}]}
        began = time.monotonic()
        ask("charts", {"choice": choice, "charts": charts})
        times.append(1000 * (time.monotonic() - began))
    return round(statistics.median(times[2:])), round(max(times[2:]))


def plotly(
    context: BrowserContext, running: Running, place: Path, n: int, limit: float
) -> dict[str, object]:
    """The same points in st.plotly_chart."""
    address = f"http://127.0.0.1:{running.port}/"
    canvas = ".js-plotly-plot .gl-canvas"
    visit(context, address, canvas, FIRST).page.close()
    seen, seconds = visits(context, address, canvas)
    page = seen.page
    page.wait_for_timeout(3_000)
    box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box is not None

    def lasso(part: float) -> Answered:
        gesture = partial(ring, page, box, part)
        reads, done = {"selected": "[data-selected]"}, "now.selected !== was.selected"
        return timed(page, seen.traffic, gesture, reads=reads, done=done, limit=limit)

    def selected() -> int:
        return int(str(attribute(page, "[data-selected]", "selected")).split()[0])

    def share_of(part: float) -> float:
        return float(page.evaluate(WITHIN, part)) / n

    found = lassoed(lasso, selected, n, around(share_of))
    return {"renderer": "scattergl", "paint_warm_s": round(seconds, 2), **found}
