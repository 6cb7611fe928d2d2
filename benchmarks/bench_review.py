"""How long from a key press to the painted next card, and until the decision is on disk?

    python -m benchmarks.bench_review --folder review [--rows 100000 1000000]

Made pictures (8 x 8 pixels in ten classes, a tenth of the labels wrong), ten neighbour thumbnails
on every card, in headless Chromium: 100 decisions at a person's pace (half a second apart) and 100
as fast as a key can be hammered (50 ms apart). Beside it the same card as a plain Streamlit
fragment. The workspaces are kept in the folder, so that a second run finds the audit done. Rows
go to results/review.csv.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.bench_open import CHROMIUM, free_port, wait_for_port
from benchmarks.record import append
from engine.audit import audit
from store.dataset import Dataset, Roles
from store.opening import open_in_memory
from store.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
PACES = {"a person's pace (500 ms)": 500, "as fast as the keys go (50 ms)": 50}
Screen = tuple[str, Path, Callable[[Page, "Running", int], dict[str, float]]]
DECISIONS = 100
WIDTH = 32


def workspace(folder: Path, n: int) -> Path:
    """A dataset of n made pictures, opened and audited."""
    where = folder / f"{n}.secondlook"
    if not where.exists():
        began = time.monotonic()
        open_in_memory(made(n), where)
        print(f"{n:,} rows opened in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    space = Workspace(where)
    audit(space.load(), space)
    print(f"{n:,} rows audited in {time.monotonic() - began:.0f} s")
    return where


def made(n: int) -> Dataset:
    """Ten kinds of pictures with noise; the embedding is a projection of the pixels."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 10, n)
    kinds = rng.random((10, 8, 8), dtype=np.float32)
    images = np.empty((n, 8, 8), dtype=np.uint8)
    embeddings = np.empty((n, WIDTH), dtype=np.float32)
    turn = rng.normal(size=(64, WIDTH)).astype(np.float32)
    for start in range(0, n, 100_000):
        rows = slice(start, min(start + 100_000, n))
        kind = kinds[truth[rows]]
        pixels = np.clip(kind + rng.normal(scale=0.25, size=kind.shape), 0, 1)
        images[rows] = pixels * 255
        embeddings[rows] = pixels.reshape(len(pixels), 64).astype(np.float32) @ turn
    given = np.where(rng.random(n) < 0.1, (truth + rng.integers(1, 10, n)) % 10, truth)
    classes = tuple("0123456789")
    table = pa.table(
        {"id": pa.array([f"picture-{row:07}" for row in range(n)]),
         "label": pa.array(classes).take(pa.array(given)).cast(pa.string())}
    )  # fmt: skip
    content = np.zeros((n, 16), dtype=np.uint8)
    content[:, :8] = np.arange(n, dtype="<u8").view(np.uint8).reshape(n, 8)
    return Dataset(
        name=f"{n:,} pictures",
        table=table,
        roles=Roles(id="id", label="label"),
        classes=classes,
        labels=given.astype(np.int64),
        content=content,
        embeddings=embeddings,
        images=images,
    )


class Running:
    """A Streamlit script on a free port."""

    def __init__(self, script: Path, place: Path) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.port", str(self.port), "--server.headless", "true"]
        command += ["--server.fileWatcherType", "none"]  # as in the application's own settings
        more = {"SECOND_LOOK_WORKSPACES": str(place), "SECOND_LOOK_REVIEWER": "bench"}
        python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            command, cwd=place.parent, env=os.environ | more | {"PYTHONPATH": python_path},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_port(self.port, self.process)

    def megabytes(self) -> float:
        """Resident memory of the server."""
        return resident(self.process.pid)

    def end(self) -> None:
        """Stop it and wait."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def component(page: Page, running: Running, pace: int) -> dict[str, float]:
    """The review card: from the browser's own marks."""
    page.goto(f"http://127.0.0.1:{running.port}/review")
    page.wait_for_selector("[data-ready]:not([data-ready=''])", timeout=600_000)
    page.wait_for_timeout(2_000)
    before = int(page.evaluate("performance.getEntriesByName('second-look-key').length"))
    press(page, pace)
    page.wait_for_selector("[data-unsaved='0']", timeout=120_000)
    page.wait_for_timeout(500)
    marks = page.evaluate(
        """() => performance.getEntriesByType('mark')
            .filter((one) => one.name.startsWith('second-look-'))
            .map((one) => [one.name.slice(12), one.startTime, one.detail])"""
    )
    keys = [(at, detail) for name, at, detail in marks if name == "key"][before:]
    drawn = np.array([at for name, at, _ in marks if name == "card"])
    saved = {detail["decision_id"]: at for name, at, detail in marks if name == "saved"}
    to_card = [float(drawn[drawn > at].min()) - at for at, _ in keys if (drawn > at).any()]
    to_saved = [saved[detail["decision_id"]] - at for at, detail in keys]
    return summary(len(to_saved), to_card, to_saved)


def fragment(page: Page, running: Running, pace: int) -> dict[str, float]:
    """The same card as a fragment: from key-down until another card is in the page."""
    page.goto(f"http://127.0.0.1:{running.port}/")
    page.wait_for_selector("[data-shown]", timeout=600_000)
    page.wait_for_timeout(2_000)
    page.evaluate(
        """() => {
            window.keys = []; window.cards = [];
            let shown = document.querySelector('[data-shown]').dataset.shown;
            addEventListener('keydown', (event) => keys.push(event.timeStamp), true);
            new MutationObserver(() => {
                const now = document.querySelector('[data-shown]')?.dataset.shown;
                if (now && now !== shown) {
                    shown = now;
                    requestAnimationFrame(() => cards.push(performance.now()));
                }
            }).observe(document.body, {subtree: true, childList: true, attributes: true});
        }"""
    )
    press(page, pace)
    page.wait_for_timeout(5_000)
    keys, cards = page.evaluate("[window.keys, window.cards]")
    drawn = np.array(cards)
    to_card = [float(drawn[drawn > at].min()) - at for at in keys if (drawn > at).any()]
    return summary(len(cards), to_card, to_card)


def press(page: Page, pace: int) -> None:
    """100 decisions: mostly keep, now and then a relabel, a drop or a skip."""
    for number in range(DECISIONS):
        page.keyboard.press("kkkxk "[number % 6].replace(" ", "Space"))
        page.wait_for_timeout(pace)


def summary(made_it: int, to_card: list[float], to_saved: list[float]) -> dict[str, float]:
    """Milliseconds, and how many of the decisions arrived."""
    return {
        "decisions": made_it,
        "card_p50_ms": round(float(np.percentile(to_card, 50)), 1),
        "card_p95_ms": round(float(np.percentile(to_card, 95)), 1),
        "saved_p50_ms": round(float(np.percentile(to_saved, 50)), 1),
        "saved_p95_ms": round(float(np.percentile(to_saved, 95)), 1),
    }


def browser_megabytes() -> float:
    """Resident memory of all of Chromium's processes, pages they share counted in each."""
    names = {path.parent: path.read_text() for path in Path("/proc").glob("[0-9]*/comm")}
    return sum(resident(int(folder.name)) for folder, name in names.items() if "chrom" in name)


def resident(process: int) -> float:
    """Megabytes of a process, 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


SCREENS = (
    ("ours", ROOT / "app.py", component),
    ("Streamlit fragment", ROOT / "benchmarks" / "fragment_card.py", fragment),
)


def measure(
    browser: Browser, place: Path, n: int, screens: Sequence[Screen]
) -> list[dict[str, object]]:
    """Every screen at both paces."""
    rows: list[dict[str, object]] = []
    for who, script, run in screens:
        for words, pace in PACES.items():
            running = Running(script, place)
            try:
                page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
                found = run(page, running, pace)
                found["server_mb"] = round(running.megabytes())
                found["browser_mb"] = round(browser_megabytes())
                page.context.close()
            finally:
                running.end()
            rows.append({"rows": n, "screen": who, "pace": words, **found})
            print(rows[-1])
    return rows


def main() -> None:
    """Measure every size, print and append."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--ours-only", action="store_true", help="without the Streamlit fragment")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    places = {n: workspace(options.folder, n) for n in options.rows}
    rows: list[dict[str, object]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for n, place in places.items():
            rows += measure(browser, place, n, SCREENS[:1] if options.ours_only else SCREENS)
        browser.close()
    print(append("review", rows, packages=("streamlit", "torch", "numpy")))


if __name__ == "__main__":
    main()
