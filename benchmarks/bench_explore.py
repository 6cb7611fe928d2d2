"""How long until the map is there, and until everything has answered a lasso or a filter?

    python -m benchmarks.bench_explore --folder explore [--rows 50000 200000 1000000] [--pca]

Made pictures (see `benchmarks.made_pictures`) in headless Chromium with WebGL by its software
renderer. Measured when what a first visit began is done: the first paint of the map (median of
three visits); a lasso drawn with the mouse around a tenth of the points and around most of them,
until the counts and the table have changed; a range of the default score, asked of the server and
brushed on its histogram, until the charts are drawn anew; the browser's memory, pages that its
processes share counted in each and, as "own", once; what travels through the WebSocket and by HTTP
for one selection, with what is asked while the hand still moves. Beside it the same points as a
plain st.plotly_chart. The workspaces are kept in the folder; the better layout of a million rows
takes long to make, and --pca leaves it out. Nothing else may run on the machine meanwhile. Rows go
to results/explore.csv.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, sync_playwright

from benchmarks.bench_open import CHROMIUM
from benchmarks.explore_screens import ours, plotly
from benchmarks.made_pictures import workspace
from benchmarks.record import append
from benchmarks.running import ROOT, Running, browser_megabytes
from pages.shared.project import Project
from store.workspace import Workspace

GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
Run = Callable[[BrowserContext, Running, Path, int, float], dict[str, object]]
SCREENS = (
    ("ours", ROOT / "app.py", ours),
    ("st.plotly_chart", ROOT / "benchmarks" / "plotly_map.py", plotly),
)
COLUMNS = (
    "renderer", "layout", "paint_warm_s",
    "small_share", "small_lasso_ms", "small_socket_bytes", "small_http_bytes",
    "large_share", "large_lasso_ms", "large_socket_bytes", "large_http_bytes",
    "filter_server_p50_ms", "filter_server_max_ms", "filter_browser_ms",
    "browser_mb", "browser_own_mb", "server_mb", "note",
)  # fmt: skip


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
            except Error as problem:
                found["note"] = f"gave up: {str(problem).splitlines()[0]}"
            found["browser_mb"] = round(browser_megabytes())
            found["browser_own_mb"] = round(browser_megabytes(shared=False))
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
