"""How long from a key press to the painted next card, and until the decision is on disk?

    python -m benchmarks.bench_review --folder review [--rows 100000 1000000]

Made pictures (8 x 8 pixels in ten classes, a tenth of the labels wrong), ten neighbour thumbnails
on every card, in headless Chromium: 100 decisions at a person's pace (half a second apart) and 100
as fast as a key can be hammered (50 ms apart). Beside it the same card as a plain Streamlit
fragment. The workspaces are kept in the folder, so that a second run finds the audit done. Rows
go to results/review.csv.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.bench_open import CHROMIUM
from benchmarks.made_pictures import workspace
from benchmarks.record import append
from benchmarks.running import ROOT, Running, browser_megabytes

PACES = {"a person's pace (500 ms)": 500, "as fast as the keys go (50 ms)": 50}
Screen = tuple[str, Path, Callable[[Page, Running, int], dict[str, float]]]
DECISIONS = 100


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
