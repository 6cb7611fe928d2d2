"""The table of the Explore page in Chromium: scrolled, sorted, decided in, looked at closer."""

import json

import numpy as np
import pytest

from engine.example import digits_example
from pages.shared.component_files import component_url
from store.decisions import DecisionLog
from store.opening import open_in_memory
from tests.browser.serving import PATIENCE, served

pytestmark = pytest.mark.browser

FIRST = ".table .line[aria-rowindex='2']"


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """The example, opened once."""
    return open_in_memory(digits_example(), tmp_path_factory.mktemp("digits") / "d.secondlook")


@pytest.fixture(scope="module")
def server(digits, tmp_path_factory):
    """A server with the example open."""
    with served(tmp_path_factory.mktemp("server"), digits.workspace.folder) as running:
        yield running
        assert "Traceback" not in running.log()


@pytest.fixture
def log(digits):
    """What is new in the log since the test began."""
    log = DecisionLog(digits.workspace.log_path)
    before = len(log.decisions())
    return lambda: DecisionLog(digits.workspace.log_path).decisions()[before:]


def visit(page, server, **query):
    """The Explore page, once its table shows rows."""
    address = "&".join(f"{name}={value}" for name, value in query.items())
    page.goto(f"{server.url}/explore?{address}")
    whole(page)


def whole(page):
    """Every line on the screen has its row."""
    page.wait_for_selector(".table[data-loaded=true]", timeout=PATIENCE)


def ids(page):
    """Ids of the lines on the screen, from top to bottom."""
    lines = page.locator(".table .line:not([hidden])")
    found = lines.evaluate_all("all => all.map((one) => [one.place, one.dataset.row])")
    return [id_ for _, id_ in sorted(found)]


def focus(page):
    page.locator(".table .grid").focus()


def shows(page, id_):
    page.wait_for_selector(f".table .line:not([hidden])[data-row='{id_}']")


def test_the_first_and_the_last_row_are_a_key_apart(page, server):
    """1,797 rows by id: the list begins and ends where it should, and few lines exist."""
    sort = json.dumps({"by": "id", "descending": False})
    visit(page, server, sort=sort)
    focus(page)
    assert ids(page)[:2] == ["digit-0000", "digit-0001"]
    page.keyboard.press("End")
    shows(page, "digit-1796")
    page.wait_for_selector(".line.current[data-row='digit-1796']")
    whole(page)

    last = ids(page)
    assert last == [f"digit-{row:04d}" for row in range(1797 - len(last), 1797)]
    assert page.locator(".table .line").count() < 40
    page.keyboard.press("Home")
    page.wait_for_selector(".line.current[data-row='digit-0000']")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.locator(".line.current").get_attribute("aria-rowindex") != "2"


def test_a_title_sorts_and_says_so(page, server, digits):
    """Three presses: one way, the other, as the list has it. The address holds it."""
    visit(page, server)
    before = ids(page)
    title = page.get_by_role("columnheader", name="id", exact=True)
    title.get_by_role("button").click()
    shows(page, "digit-0000")
    assert title.get_attribute("aria-sort") == "ascending"
    title.get_by_role("button").click()
    shows(page, "digit-1796")
    page.wait_for_function("decodeURIComponent(location.search).includes('\"descending\":true')")
    assert title.get_attribute("aria-sort") == "descending"
    page.reload()
    whole(page)
    assert ids(page)[0] == "digit-1796"
    title.get_by_role("button").click()
    shows(page, before[0])
    assert title.get_attribute("aria-sort") == "none"


def test_a_label_changed_in_its_cell_is_a_decision_and_undone_by_a_key(page, server, log):
    """Picked by its digit, saved, marked; then taken back."""
    visit(page, server)
    id_ = ids(page)[1]
    line = page.locator(f".line[data-row='{id_}']")
    line.locator(".relabel").click()
    page.wait_for_selector("[data-dialog=picker][open]")
    page.keyboard.press("8")
    page.wait_for_selector(f".saved-line[data-saved~='{id_}'][data-unsaved='0']")
    page.wait_for_selector(f".line[data-row='{id_}'][data-verdict='relabel']")

    assert line.locator(".relabel .label").inner_text() == "8"
    assert line.locator(".mark").inner_text() == "✓"
    [entry] = log()
    assert (entry.action, entry.label, entry.ids) == ("relabel", "8", (id_,))
    assert (entry.because["queue"], entry.reviewer) == ("table", "Ada")
    focus(page)
    page.keyboard.press("Backspace")
    page.wait_for_selector(f".line[data-row='{id_}'][data-verdict='undecided']")
    assert log()[-1].undoes == entry.decision_id
    assert line.locator(".relabel .label").inner_text() != "8"


def test_keys_and_buttons_keep_drop_and_flag(page, server, log):
    """On the row with the keyboard, which moves by arrows; a held key is one decision."""
    visit(page, server, sort=json.dumps({"by": "id", "descending": True}))
    focus(page)
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.wait_for_selector(".saved-line[data-saved~='digit-1795']")
    page.locator(".line[data-row='digit-1794']").get_by_role("button", name="Flag").click()
    page.wait_for_selector(".saved-line[data-saved~='digit-1794'][data-unsaved='0']")

    said = [(entry.action, entry.ids) for entry in log()]
    assert said == [
        ("keep", ("digit-1796",)),
        ("drop", ("digit-1795",)),
        ("flag", ("digit-1794",)),
    ]


def test_a_decision_that_was_not_saved_yet_survives_a_reload(page, server, log):
    """The server is out of reach, the page loaded again: it is written once."""
    visit(page, server, sort=json.dumps({"by": "id", "descending": False}))
    page.route("**/review/*/decisions", lambda route: route.abort())
    focus(page)
    page.keyboard.press("x")
    page.wait_for_selector(".saved-line[data-unsaved='1']")
    page.wait_for_selector(f"{FIRST}[data-verdict='drop']")
    assert log() == ()
    page.reload()
    whole(page)
    page.unroute("**/review/*/decisions")
    page.wait_for_selector(".saved-line[data-saved~='digit-0000'][data-unsaved='0']")

    assert [(entry.action, entry.ids) for entry in log()] == [("drop", ("digit-0000",))]


def test_ticks_are_the_selection(page, server):
    """One, another, all between them; the table goes on showing the others as well."""
    visit(page, server, sort=json.dumps({"by": "id", "descending": False}))
    for row in (2, 4):
        page.get_by_role("checkbox", name=f"Tick digit-000{row}").click()
        page.wait_for_selector(f".line[data-row='digit-000{row}'][aria-selected=true]")
    page.wait_for_selector(".explore[data-selected='2']")
    page.get_by_role("checkbox", name="Tick digit-0007").click(modifiers=["Shift"])
    page.wait_for_selector(".explore[data-selected='5']")
    assert page.locator(".table").get_attribute("data-total") == "1797"
    page.get_by_role("checkbox", name="Tick digit-0004").click()
    page.wait_for_selector(".explore[data-selected='4']")
    page.get_by_role("button", name="Show only what is selected").click()
    page.wait_for_selector(".table[data-total='4'][data-loaded=true]")

    assert ids(page) == ["digit-0002", "digit-0005", "digit-0006", "digit-0007"]


def test_columns_are_chosen_and_remembered(page, server):
    """By a menu with a search; a new visit shows the same."""
    visit(page, server)
    page.get_by_role("button", name="Columns", exact=True).click()
    page.get_by_role("searchbox", name="Find a column").fill("neighbour v")
    page.locator("[data-dialog=columns]").get_by_label("Neighbour vote").check()
    page.keyboard.press("Escape")
    page.get_by_role("columnheader", name="Neighbour vote").wait_for()
    page.goto(f"{server.url}/explore")
    whole(page)

    page.get_by_role("columnheader", name="Neighbour vote").wait_for()


def test_one_row_closer_is_in_the_address(page, browser, server, digits, log):
    """Opened by Enter, walked by arrows and neighbours, decided, seen by whoever gets the link."""
    visit(page, server)
    first, second = ids(page)[:2]
    focus(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".closer[data-row='{first}']")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(f".closer[data-row='{second}']")
    page.keyboard.press("k")
    page.wait_for_selector(f".saved-line[data-saved~='{second}'][data-unsaved='0']")
    page.locator(".closer .earlier li").first.wait_for()
    near = page.locator(".closer .near-grid .tile").first.get_attribute("data-id")
    page.locator(".closer .near-grid .tile").first.click()
    page.wait_for_selector(f".closer[data-row='{near}']")
    page.wait_for_function(f"new URL(location.href).searchParams.get('row') === '{near}'")

    assert [(entry.action, entry.ids) for entry in log()] == [("keep", (second,))]
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(page.url)
    tab.wait_for_selector(f".closer[data-row='{near}']", timeout=PATIENCE)
    href = tab.get_by_role("link", name="Review this one").get_attribute("href")
    assert href.endswith(f"&card={near}")
    tab.close()
    context.close()
    page.locator(".closer h2").focus()
    page.keyboard.press("Escape")
    page.locator(".closer").wait_for(state="hidden")
    page.wait_for_function("!new URL(location.href).searchParams.has('row')")


def test_the_neighbours_of_a_row_become_the_selection_and_the_order(page, server):
    """Select these; sort all by nearness."""
    visit(page, server)
    id_ = ids(page)[0]
    focus(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".closer[data-row='{id_}']")
    page.get_by_role("button", name="Select these").click()
    page.wait_for_selector(".explore[data-selected='16']")
    page.wait_for_selector(".table[data-total='16'][data-loaded=true]")
    page.get_by_role("button", name="Sort all by nearness").click()
    page.wait_for_selector(f"{FIRST}[data-row='{id_}']")
    distances = page.locator(".line:not([hidden]) .cell.distance").all_inner_texts()

    assert len(distances) > 5


def test_keep_one_of_copies_is_one_entry(page, server, log):
    """The other one is dropped by one entry; undone, the group is there again."""
    visit(page, server, listing="duplicates")
    page.locator(".group").first.wait_for()
    [group] = page.locator(".group").all()
    kept, other = group.get_attribute("data-ids").split()
    group.locator(".tile").nth(1).click()
    group.get_by_role("button", name="Keep this one, drop the other").click()
    page.wait_for_selector(".saved-line[data-unsaved='0'][data-saved]:not([data-saved=''])")
    page.get_by_text("No near duplicates among these rows.").wait_for()

    assert [(entry.action, entry.ids) for entry in log()] == [("drop", (kept,))]
    page.locator(".saved-line").get_by_role("button", name="Undo").click()
    page.locator(".group").first.wait_for()
    assert log()[-1].action == "undo"
    assert other


def test_a_narrow_screen_shows_cards(page, server):
    """Nothing is wider than the screen; label, picture and buttons are there."""
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, server)
    page.wait_for_selector(".grid.narrow")
    line = page.locator(FIRST)
    box = line.bounding_box()

    assert box["width"] <= 390
    assert box["height"] > 120
    for part in (".relabel", "img", ".quick >> nth=0", ".ticking"):
        inside = line.locator(part).bounding_box()
        assert inside["y"] + inside["height"] <= box["y"] + box["height"] + 1, part
        assert inside["x"] + inside["width"] <= 390, part
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


ALGEBRA = """
async (url) => {
  const { withTicks } = await import(url);
  const drawn = { op: "add", polygon: [[0, 0], [1, 0], [0, 1]] };
  const [add, subtract] = ["add", "subtract"];
  const moves = [[add, "ab"], [subtract, "a"], [add, "c"], [subtract, "d"], [add, "d"]];
  const one = (before, [op, ids]) => withTicks(before, [...ids], op);
  const run = (steps) => moves.reduce(one, steps);
  return [run([]), run([drawn]), withTicks([{ op: "add", ids: ["a"] }], ["a"], "subtract")];
}
"""


def test_ticks_are_two_steps_however_many(page, server):
    """Without a drawing there is nothing to take from; ids of both never overlap."""
    page.goto(f"{server.url}/explore")
    url = server.url + component_url("explore").replace("main.js", "ticks.js")
    alone, drawn, empty = page.evaluate(ALGEBRA, url)

    assert alone == [{"op": "add", "ids": ["b", "c", "d"]}]
    assert drawn[1:] == [
        {"op": "add", "ids": ["b", "c", "d"]},
        {"op": "subtract", "ids": ["a"]},
    ]
    assert empty == []


SCROLLED = """
async (url) => {
  const { Scroller } = await import(url);
  const node = document.createElement("div");
  const heading = document.createElement("div");
  heading.style.cssText = "position: sticky; top: 0; height: 30px";
  node.style.cssText = "height: 630px; width: 300px; overflow: auto; position: fixed; top: 0";
  document.body.append(node);
  const seen = [];
  const scroller = new Scroller(node, heading, (first, last) => seen.push([first, last]));
  const moved = (act) => new Promise((over) => {
    node.addEventListener("scroll", () => setTimeout(() => over(seen.at(-1)), 400), { once: true });
    act();
  });
  scroller.measure(1_000_000, 60, 0);
  const found = { height: scroller.sizer.offsetHeight, start: seen.at(-1) };
  found.notch = await moved(() => { node.scrollTop += 120; });
  found.middle = await moved(() => { node.scrollTop = node.scrollHeight / 2; });
  found.step = await moved(() => { node.scrollTop += 60; });
  found.end = await moved(() => { node.scrollTop = node.scrollHeight; });
  found.back = await moved(() => { scroller.reveal(777_777); });
  found.place = scroller.place(777_777) - node.scrollTop;
  return found;
}
"""


def test_a_million_rows_scroll_by_the_pixel_and_by_the_bar(page, server):
    """Nothing is too tall for a browser, a notch of the wheel skips no row, the end is the end."""
    page.goto(f"{server.url}/explore")
    url = server.url + component_url("explore").replace("main.js", "scroller.js")
    found = page.evaluate(SCROLLED, url)

    assert found["height"] <= 16_000_000
    assert found["start"] == [0, 14]
    assert found["notch"] == [0, 16]
    middle = np.mean(found["middle"])
    assert abs(middle - 500_000) < 1_000
    assert found["step"][0] - found["middle"][0] == 1
    assert found["end"][1] == 1_000_000
    assert found["back"][0] <= 777_777 < found["back"][1]
    assert 0 <= found["place"] <= 540
