"""The map of the Explore page as a visitor sees it, and its numbers by a way of their own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Page

CHROMIUM_GL = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]
NO_WEBGL = """
const original = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : original.call(this, kind, ...rest);
};
"""
ASK = """async ([what, body]) => {
  const asked = performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname);
  const about = asked.find((path) => /^[/]explore[/][^/]+[/]about$/.test(path));
  const headers = { "Content-Type": "application/json", "X-Second-Look": "explore" };
  const whole = { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(about.replace("about", what), whole);
  return [...new Uint8Array(await answer.arrayBuffer())];
}"""
WRITTEN = """([view, steps]) => {
  const asked = new URL(location.href).searchParams;
  const drawn = (asked.get("drawn") ?? "").split(".").length - 1;
  return (asked.get("view") ?? "") === view && drawn === Number(steps);
}"""
FILLED = 0.92
PATIENCE = 300_000


def open_map(page: Page, url: str) -> None:
    """Open the page and wait until the better layout is painted."""
    page.goto(url)
    page.wait_for_selector(".map[data-layout=umap]:not([data-painted='0'])", timeout=PATIENCE)
    painted(page)


def painted(page: Page) -> None:
    """Wait until the view rests and all of it is painted."""
    page.wait_for_selector(".map .field[data-resting='true']")


def field_box(page: Page) -> dict[str, float]:
    """Of the inside of the field, without its border: x, y, width, height."""
    box = page.locator(".map .field").bounding_box()
    assert box is not None
    return {
        "x": box["x"] + 1,
        "y": box["y"] + 1,
        "width": box["width"] - 2,
        "height": box["height"] - 2,
    }


def centre_of(box: dict[str, float]) -> tuple[float, float]:
    """Of a box on the screen."""
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def numbers_of(page: Page, what: str, **body: Any) -> tuple[dict[str, Any], bytes]:
    """Head and body of an answer of numbers, asked by the page itself."""
    answer = bytes(page.evaluate(ASK, [what, body]))
    length = int.from_bytes(answer[:4], "little")
    return json.loads(answer[4 : 4 + length]), answer[4 + length :]


def places_of(page: Page) -> np.ndarray:
    """(n, 2) float64 of the layout that is shown."""
    layout = page.locator(".map").get_attribute("data-layout")
    _, body = numbers_of(page, "places", layout=layout)
    return np.frombuffer(body, "<f4").reshape(-1, 2).astype(np.float64)


def screen_of(page: Page, places: np.ndarray) -> np.ndarray:
    """(n, 2) pixels right and down from the corner of the field, from the view in the address."""
    box = field_box(page)
    low, high = places.min(axis=0), places.max(axis=0)
    view = parse_qs(urlsplit(settled(page)).query).get("view")
    at = json.loads(view[0]) if view else {"scale": 1, "angle": 0}
    centre = [at["x"], at["y"]] if view else (low + high) / 2
    k = FILLED * min([box["width"], box["height"]] / (high - low)) * at["scale"]
    cos, sin = np.cos(at["angle"]), np.sin(at["angle"])
    x, y = (places - centre).T
    right = box["width"] / 2 + k * (cos * x - sin * y)
    down = box["height"] / 2 - k * (sin * x + cos * y)
    return np.stack([right, down], axis=1)


def settled(page: Page) -> str:
    """The address once what is looked at has been written into it."""
    painted(page)
    map_ = page.locator(".map")
    said = [map_.get_attribute("data-view"), map_.get_attribute("data-steps")]
    page.wait_for_function(WRITTEN, arg=said)
    return page.url


def drawn_around(
    page: Page, shares: list[tuple[float, float]], *, box: bool = False
) -> list[tuple[float, float]]:
    """Draw through shares of the field; returns the corners in pixels of the field."""
    field = field_box(page)
    corners = [(a * field["width"], b * field["height"]) for a, b in shares]
    page.mouse.move(field["x"] + corners[0][0], field["y"] + corners[0][1])
    page.mouse.down()
    for right, down in corners[1:]:
        page.mouse.move(field["x"] + right, field["y"] + down, steps=1 if box else 12)
    page.mouse.up()
    page.wait_for_function("location.search.includes('drawn=')")
    return corners


def near_edge(spots: np.ndarray, corners: list[tuple[float, float]]) -> np.ndarray:
    """(n,) bool: within a pixel and a half of the line, where a simplified stroke may differ."""
    near = np.zeros(len(spots), dtype=bool)
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        one, other = np.array(start), np.array(end)
        along = ((spots - one) @ (other - one) / ((other - one) @ (other - one))).clip(0, 1)
        near |= np.hypot(*(spots - one - along[:, None] * (other - one)).T) < 1.5
    return near


def masks_of(page: Page) -> list[np.ndarray]:
    """(n,) bool what passes and what is selected, for the choice in the address."""
    query = parse_qs(urlsplit(settled(page)).query)
    choice: dict[str, Any] = {"parts": json.loads(query["parts"][0]) if "parts" in query else []}
    if "drawn" in query:
        choice |= _drawn(page)
    n = len(places_of(page))
    head, body = numbers_of(page, "masks", choice=choice)
    length = -(-n // 8)
    found = [body[:length]]
    if head["selected"] is not None:
        start = -(-length // 4) * 4
        found.append(body[start : start + length])
    bits = [np.unpackbits(np.frombuffer(one, np.uint8), bitorder="little")[:n] for one in found]
    return [one.astype(bool) for one in bits]


def selected_ids(page: Page) -> np.ndarray:
    """(n,) bool of the rows that a link to this page selects, once the map shows them."""
    page.wait_for_selector(".map[data-selected]:not([data-selected=''])")
    selected = masks_of(page)[1]
    page.wait_for_selector(f".map[data-selected='{int(selected.sum())}']")
    return selected


def _drawn(page: Page) -> dict[str, Any]:
    """Steps and layout as the browser reads them from the address."""
    return page.evaluate(
        """async () => {
          const code = performance.getEntriesByType("resource").map((one) => one.name)
            .find((name) => name.includes("/explore/address.js"));
          return (await import(code)).readAddress().choice;
        }"""
    )


@contextmanager
def brushing(page: Page, chart: str, low: float, high: float) -> Iterator[None]:
    """With a drag from one part of a histogram's width to another, and the button still down."""
    plot = page.locator(f"{chart} .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * low, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * high, box["y"] + 25, steps=4)
    yield
    page.mouse.up()
