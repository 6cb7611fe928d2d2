"""How long until the map is there, and until everything has answered a lasso or a filter?

    python -m benchmarks.bench_explore --folder explore [--rows 50000 200000 1000000] [--pca]

Made pictures (see `benchmarks.made_pictures`) in headless Chromium with WebGL by its software
renderer. Measured on the second visit: the first paint of the map; a lasso drawn with the mouse
around a tenth of the points and around most of them, until the counts and the table have changed; a
range of the default score, asked of the server and brushed on its histogram, until the charts are
drawn anew; the browser's memory; what travels through the WebSocket and by HTTP for one selection.
Beside it the same points as a plain st.plotly_chart. The workspaces are kept in the folder; the
better layout of a million rows takes long to make, and --pca leaves it out. Nothing else may run on
the machine meanwhile. Rows go to results/explore.csv.
"""

import argparse
import http.client
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, TimeoutError, sync_playwright

from benchmarks.bench_open import CHROMIUM
from benchmarks.gestures import Answered, Traffic, attribute, ring, timed
from benchmarks.made_pictures import workspace
from benchmarks.record import append
from benchmarks.running import ROOT, Running, browser_megabytes
from pages.shared.project import Project
from store.workspace import Workspace

GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SMALL, LARGE = 0.1, 0.95
"""Share of the points in a small lasso, and part of the map's width that a large one takes."""
TIMES, FILTERS = 5, 20
FIRST, PATIENCE = 600_000, 120_000
"""Milliseconds: a first visit waits for the audit, a second one for nothing."""
OURS = {"selected": ".explore", "filtered": ".explore", "total": ".table", "loaded": ".table"}
LASSOED = (
    "now.selected && now.selected !== was.selected && (now.total === null || "
    "(now.total === now.selected && now.loaded === 'true'))"
)
FILTERED = "now.filtered !== was.filtered && Number(now.version) > Number(was.version)"
Lasso = Callable[[float], Answered]
Run = Callable[[BrowserContext, Running, Path, int, float], dict[str, object]]


def prepare(place: Path, *, pca: bool) -> None:
    """The better layout, so that a visit does not wait for it."""
    if pca:
        return
    project = Project(Workspace(place))
    project.audit.wait()
    audit = project.audit.result()
    assert audit is not None
    began = time.monotonic()
    project.lay_out(audit).wait()
    project.lay_out(audit).result()
    print(f"{place.name}: laid out in {time.monotonic() - began:.0f} s")


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
    began = time.monotonic()
    page.goto(address)
    page.locator(there).first.wait_for(state="attached", timeout=patience)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return Visit(page, traffic, time.monotonic() - began)


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
    seen = visit(context, address, painted, PATIENCE)
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

    found = lassoed(lasso, lambda: int(attribute(page, ".explore", "selected") or 0), n)
    server = filter_on_the_server(running, place)
    page.keyboard.press("Escape")
    brushes = [brushed(seen, 0.2 + 0.05 * turn, limit) for turn in range(TIMES)]
    known = [one for one in brushes if one is not None]
    return {
        "renderer": attribute(page, ".map", "renderer"),
        "layout": attribute(page, ".map", "layout"),
        "paint_warm_s": round(seen.seconds, 2),
        **found,
        "filter_server_p50_ms": server[0],
        "filter_server_max_ms": server[1],
        "filter_browser_ms": round(statistics.median(known)) if known else "",
    }


def lassoed(lasso: Lasso, selected: Callable[[], int], n: int) -> dict[str, object]:
    """A small lasso and a large one, each a few times and never twice the same."""
    low, high, part = 0.02, 1.0, 0.3
    for _ in range(7):  # how wide a tenth of the points is
        if lasso(part).ms is None:
            break
        share = selected() / n
        if 0.8 * SMALL < share < 1.2 * SMALL:
            break
        low, high = (part, high) if share < SMALL else (low, part)
        part = (low + high) / 2
    found: dict[str, object] = {}
    for name, size in (("small", part), ("large", LARGE)):
        answers = []
        for turn in range(TIMES):
            answers.append(lasso(size * (1 - 0.01 * turn)))
            if answers[-1].ms is None:  # it never came back, and would not the next time
                break
        times = [one.ms for one in answers if one.ms is not None]
        came = len(times) == len(answers)
        found[f"{name}_share"] = round(selected() / n, 3) if came else ""
        found[f"{name}_lasso_ms"] = round(statistics.median(times)) if came else "never came back"
        found[f"{name}_socket_bytes"] = max(one.socket for one in answers)
        found[f"{name}_http_bytes"] = max(one.http for one in answers)
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


def filter_on_the_server(running: Running, place: Path) -> tuple[float, float]:
    """Median and most milliseconds of the usual charts for a range nobody has asked for before."""
    fingerprint = Workspace(place).project()["fingerprint"]
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=120)

    def ask(what: str, body: dict[str, object]) -> dict[str, list[str]]:
        headers = {"Content-Type": "application/json", "X-Second-Look": "explore"}
        whole = json.dumps({"reviewer": "bench", "tab": "bench", **body})
        connection.request("POST", f"/explore/{fingerprint}/{what}", whole, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{what}: {answer.status} {text[:200]!r}")
        return json.loads(text)

    charts = [{"name": name} for name in ask("chart_list", {})["usual"]]
    times = []
    for turn in range(FILTERS + 2):
        low = 0.01 + 0.02 * turn
        choice = {"parts": [{"column": "joined_evidence", "low": low, "high": None}]}
        began = time.monotonic()
        ask("charts", {"choice": choice, "charts": charts})
        times.append(1000 * (time.monotonic() - began))
    connection.close()
    return round(statistics.median(times[2:])), round(max(times[2:]))


def plotly(
    context: BrowserContext, running: Running, place: Path, n: int, limit: float
) -> dict[str, object]:
    """The same points in st.plotly_chart."""
    address = f"http://127.0.0.1:{running.port}/"
    canvas = ".js-plotly-plot .gl-canvas"
    visit(context, address, canvas, FIRST).page.close()
    seen = visit(context, address, canvas, PATIENCE)
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

    found = lassoed(lasso, selected, n)
    return {"renderer": "scattergl", "paint_warm_s": round(seen.seconds, 2), **found}


SCREENS = (
    ("ours", ROOT / "app.py", ours),
    ("st.plotly_chart", ROOT / "benchmarks" / "plotly_map.py", plotly),
)
COLUMNS = (
    "renderer", "layout", "paint_warm_s",
    "small_share", "small_lasso_ms", "small_socket_bytes", "small_http_bytes",
    "large_share", "large_lasso_ms", "large_socket_bytes", "large_http_bytes",
    "filter_server_p50_ms", "filter_server_max_ms", "filter_browser_ms",
    "browser_mb", "server_mb", "note",
)  # fmt: skip


def measure(
    place: Path, n: int, who: str, script: Path, run: Run, limit: float
) -> dict[str, object]:
    """One screen with one dataset, in a browser and a server of its own."""
    running = Running(script, place)
    found: dict[str, object] = {}
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=[one for one in CHROMIUM if one != "--disable-gpu"] + GL,
            )
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            try:
                found = run(context, running, place, n, limit)
            except TimeoutError as problem:
                found["note"] = f"gave up: {str(problem).splitlines()[0]}"
            found["browser_mb"] = round(browser_megabytes())
            found["server_mb"] = round(running.megabytes())
            browser.close()
    finally:
        running.end()
    row = {"rows": n, "screen": who, **{name: found.get(name, "") for name in COLUMNS}}
    print(row, flush=True)
    return row


def main() -> None:
    """Measure every size, print and append."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000, 200_000, 1_000_000])
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for one lasso")
    parser.add_argument("--pca", action="store_true", help="on the first layout, not on UMAP")
    parser.add_argument("--ours-only", action="store_true", help="without st.plotly_chart")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ["SECOND_LOOK_LAYOUT"] = "PCA" if options.pca else "UMAP"
    rows = []
    for n in options.rows:
        place = workspace(options.folder, n)
        prepare(place, pca=options.pca)
        for who, script, run in SCREENS[:1] if options.ours_only else SCREENS:
            rows.append(measure(place, n, who, script, run, options.limit))
    print(append("explore", rows, packages=("streamlit", "plotly", "torch", "numpy")))


if __name__ == "__main__":
    main()
