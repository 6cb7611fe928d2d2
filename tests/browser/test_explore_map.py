"""The map in Chromium, with WebGL and without: what is drawn around is what is selected."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from store.opening import open_in_memory
from tests.browser.exploring import (
    CHROMIUM_GL,
    NO_WEBGL,
    centre_of,
    drawn_around,
    field_box,
    masks_of,
    near_edge,
    open_map,
    painted,
    places_of,
    screen_of,
    selected_ids,
    settled,
)
from tests.browser.serving import served

pytestmark = pytest.mark.browser
N = 400


@pytest.fixture(scope="module")
def server(tmp_path_factory, make_dataset):
    """400 texts in three clouds that overlap, two classes, one text that is hostile."""
    folder = tmp_path_factory.mktemp("map")
    rng = np.random.default_rng(5)
    vectors = np.zeros((N, 5))
    vectors[:, :2] = rng.normal(size=(N, 2)) + np.array([[0, 0], [2, 1], [4, -1]])[np.arange(N) % 3]
    vectors += 0.05 * rng.normal(size=vectors.shape)
    labels = [["ant", "bee"][row % 2] for row in range(N)]
    texts = [f"text {row} <img src=x onerror=alert(1)>" for row in range(N)]
    weight = [float(row) for row in range(N)]
    dataset = make_dataset(
        labels, texts=texts, embeddings=vectors.astype(np.float32), weight=weight
    )
    workspace = folder / "map.secondlook"
    open_in_memory(dataset, workspace)
    with served(folder, workspace) as running:
        yield running


@pytest.fixture(scope="module")
def gl_browser(browser: Browser, chromium: str) -> Iterator[Browser]:
    """Chromium with WebGL2, painted by the processor."""
    started = browser.browser_type.launch(executable_path=chromium, args=CHROMIUM_GL)
    yield started
    started.close()


@pytest.fixture(params=["webgl", "canvas"])
def tab(request, browser, gl_browser, server) -> Iterator[Page]:
    """The map, painted; errors on the way fail the test."""
    context = (gl_browser if request.param == "webgl" else browser).new_context(
        viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    if request.param == "canvas":
        page.add_init_script(NO_WEBGL)
    open_map(page, f"{server.url}/explore")
    assert page.locator(".map").get_attribute("data-renderer") == request.param
    yield page
    context.close()
    assert wrong == []


STAR = [(0.5, 0.1), (0.75, 0.85), (0.1, 0.35), (0.9, 0.35), (0.25, 0.85)]


def test_a_lasso_selects_what_lies_inside(tab):
    """On a view that is zoomed and turned, a star that crosses itself: the same ids as crossings
    counted on the screen, but for points that lie on the line itself."""
    tab.locator(".map .field").focus()
    for key in ("+", "[", "[", "[", "ArrowLeft", "l"):
        tab.keyboard.press(key)
    painted(tab)
    corners = drawn_around(tab, STAR)

    found = selected_ids(tab)

    spots = screen_of(tab, places_of(tab))
    sure = ~near_edge(spots, corners)
    expected = np.array([_inside(spot, corners) for spot in spots])
    assert 10 < expected.sum() < N - 10
    assert found[sure].tolist() == expected[sure].tolist()
    assert sure.sum() > 0.9 * N


def test_shift_adds_and_alt_takes_away(tab):
    """A box, another one with Shift, and a third that overlaps both with Alt."""
    spots = screen_of(tab, places_of(tab))
    # Between the points, as shares of them from left to right and from above.
    shares = [(0.1, 0.1, 0.6, 0.6), (0.4, 0.3, 0.95, 0.9), (0.3, 0.2, 0.7, 0.5)]
    boxes = [[np.quantile(spots[:, at % 2], one) for at, one in enumerate(box)] for box in shares]
    field = field_box(tab)
    tab.locator(".map .field").focus()
    tab.keyboard.press("b")
    within, sure = [], np.ones(N, dtype=bool)
    for box, modifier in zip(boxes, [None, "Shift", "Alt"], strict=True):
        left, top, right, bottom = box
        if modifier:
            tab.keyboard.down(modifier)
        before = tab.url
        corners = [(left / field["width"], top / field["height"])]
        corners.append((right / field["width"], bottom / field["height"]))
        corners = drawn_around(tab, corners, box=True)
        if modifier:
            tab.keyboard.up(modifier)
        tab.wait_for_function("before => location.href !== before", arg=before)
        within.append(_in_box(spots, corners))
        sure &= ~near_edge(spots, _all_four(corners))

    first, second, third = within
    assert (first & third).any()
    assert (second & ~first).any()
    expected = (first | second) & ~third
    assert selected_ids(tab)[sure].tolist() == expected[sure].tolist()
    assert sure.sum() > 0.8 * N


def test_the_selection_survives_a_sort_a_filter_a_recolour_and_another_layout(tab):
    """Ids, not places: the same rows, less those that the filter leaves out."""
    tab.locator(".map .field").focus()
    tab.keyboard.press("b")
    drawn_around(tab, [(0.3, 0.2), (0.7, 0.8)], box=True)
    before = selected_ids(tab)
    assert 20 < before.sum() < N - 20

    tab.locator("[data-look=colour] select").select_option("weight")
    tab.wait_for_selector(".map[data-colour=weight]")
    assert selected_ids(tab).tolist() == before.tolist()

    tab.locator("[data-look=layout] select").select_option("pca")
    tab.wait_for_selector(".map[data-layout=pca]")
    assert selected_ids(tab).tolist() == before.tolist()

    tab.locator("[data-look=colour] select").select_option("given")
    tab.locator(".legend button", has_text="bee").click()
    tab.wait_for_selector(f".map[data-filtered='{N // 2}']")
    tab.wait_for_function("location.search.includes('parts=')")
    assert selected_ids(tab).tolist() == (before & (np.arange(N) % 2 == 1)).tolist()


def test_a_click_selects_a_point_and_shows_it(tab):
    """The one below the pointer; Shift adds a second, Alt takes the first away again."""
    spots = screen_of(tab, places_of(tab))
    box = field_box(tab)
    one, other = _lonely(spots, box, 2)
    for row, modifiers in [(one, []), (other, ["Shift"]), (one, ["Alt"])]:
        before = tab.url
        x, y = spots[row]
        tab.locator(".map .field").click(position={"x": x, "y": y}, modifiers=modifiers)
        tab.wait_for_function("before => location.href !== before", arg=before)

    assert np.flatnonzero(selected_ids(tab)).tolist() == [other]


def test_the_pointer_shows_the_text_and_nothing_of_it_runs(tab):
    """The card names the row's id; its text is text."""
    spots = screen_of(tab, places_of(tab))
    [row] = _lonely(spots, field_box(tab), 1)
    box = field_box(tab)
    tab.mouse.move(box["x"] + spots[row][0], box["y"] + spots[row][1])
    tab.locator(".hover", has_text=f"text {row} <img").wait_for()

    assert tab.locator(".hover img[onerror]").count() == 0


def test_zooming_holds_the_place_below_the_pointer(tab):
    """And a link to it shows the same in another browser, with the same selection."""
    box = field_box(tab)
    at = (0.3 * box["width"], 0.7 * box["height"])
    before = _data_at(tab, at)
    tab.mouse.move(box["x"] + at[0], box["y"] + at[1])
    tab.mouse.wheel(0, -500)
    tab.wait_for_function("location.search.includes('view=')")

    assert _view(tab)["scale"] > 1.5
    assert np.allclose(_data_at(tab, at), before, atol=0.02)

    tab.locator(".map .field").focus()
    tab.keyboard.press("l")
    drawn_around(tab, STAR)
    chosen = selected_ids(tab)
    other = tab.context.browser.new_context(viewport={"width": 1280, "height": 900})
    fresh = other.new_page()
    open_map(fresh, tab.url)
    fresh.wait_for_selector(".map[data-selected]:not([data-selected=''])")
    assert selected_ids(fresh).tolist() == chosen.tolist()
    assert np.allclose(screen_of(fresh, places_of(fresh)), screen_of(tab, places_of(tab)), atol=1)
    other.close()


def test_close_enough_every_point_says_what_it_is(tab):
    """Few points in view: their texts stand beside them."""
    spots = screen_of(tab, places_of(tab))
    [row] = _lonely(spots, field_box(tab), 1)
    box = field_box(tab)
    tab.mouse.move(box["x"] + spots[row][0], box["y"] + spots[row][1])
    for _ in range(6):
        tab.mouse.wheel(0, -400)

    tab.locator(f".reveal [data-id='row-{row}']").wait_for()


def test_escape_clears_and_names_stand_where_their_points_are(tab):
    """The classes are named on the map; after Escape nothing is selected."""
    tab.locator(".names span", has_text="ant").wait_for()
    tab.locator(".map .field").focus()
    tab.keyboard.press("l")
    drawn_around(tab, STAR)
    tab.wait_for_selector(".map[data-selected]:not([data-selected=''])")
    tab.keyboard.press("Escape")

    tab.wait_for_selector(".map[data-selected='']")
    assert "drawn=" not in settled(tab)


def test_a_lost_context_is_painted_another_way(gl_browser, server):
    """The graphics card goes away and does not come back: the processor paints all of it."""
    context = gl_browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    open_map(page, f"{server.url}/explore")
    page.evaluate(LOSE)
    page.wait_for_selector(".map[data-renderer=canvas]")

    assert page.locator(".map").get_attribute("data-points") == str(N)
    context.close()


LOSE = """() => {
  const find = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.matches(".painted canvas")) return node;
      const found = node.shadowRoot && find(node.shadowRoot);
      if (found) return found;
    }
  };
  find(document).getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
}"""


def test_one_finger_draws_and_two_zoom(browser, server):
    """On a narrow screen, by touch, in the mode of the lasso."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    open_map(page, f"{server.url}/explore")
    page.locator("[data-mode=lasso]").click()
    box = field_box(page)
    points = [(box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in STAR]
    touch = context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", _touch("touchStart", points[0]))
    for point in points[1:]:
        touch.send("Input.dispatchTouchEvent", _touch("touchMove", point))
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_selector(".map[data-selected]:not([data-selected=''])")
    assert masks_of(page)[1].any()

    x, y = centre_of(box)
    touch.send("Input.dispatchTouchEvent", _touch("touchStart", (x - 20, y), (x + 20, y)))
    for far in (40, 60, 80):
        touch.send("Input.dispatchTouchEvent", _touch("touchMove", (x - far, y), (x + far, y)))
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("location.search.includes('view=')")
    assert 2.5 < _view(page)["scale"] < 6
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def _touch(kind: str, *points: tuple[float, float]) -> dict:
    return {
        "type": kind,
        "touchPoints": [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)],
    }


def _inside(spot, corners) -> bool:
    """Even-odd, by how often a ray to the right crosses: written apart from the application's."""
    x, y = spot
    odd = False
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd


def _all_four(corners) -> list[tuple[float, float]]:
    (left, top), (right, bottom) = corners
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _in_box(spots, corners) -> np.ndarray:
    (left, top), (right, bottom) = corners
    x, y = spots.T
    return (x > left) & (x < right) & (y > top) & (y < bottom)


def _lonely(spots, box, count: int) -> list[int]:
    """Rows with most room around them, well inside the field."""
    away = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    x, y = spots.T
    well_in = (x > 60) & (y > 60) & (x < box["width"] - 60) & (y < box["height"] - 60)
    room = np.where(well_in, away.min(axis=1), 0)
    return np.argsort(-room)[:count].tolist()


def _view(tab: Page) -> dict[str, float]:
    return json.loads(parse_qs(urlsplit(settled(tab)).query)["view"][0])


def _data_at(tab: Page, at: tuple[float, float]) -> np.ndarray:
    """The place of the layout at a spot of the field, from three points and where they are seen."""
    places = places_of(tab)
    spots = screen_of(tab, places)
    ones = np.hstack([spots, np.ones((len(spots), 1))])
    plane, *_ = np.linalg.lstsq(ones, places, rcond=None)
    return np.array([*at, 1.0]) @ plane
