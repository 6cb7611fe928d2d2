"""The filter line and the charts in a browser: what is chosen in one shows in all."""

import json
import re
import shutil
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from engine.audit import audit
from store.opening import open_dataset
from store.readers import Request
from store.saved_filters import saved_filters
from store.workspace import Workspace
from tests.browser.exploring import brushing
from tests.browser.hostile_texts import HOSTILE
from tests.browser.serving import PATIENCE, served

pytestmark = pytest.mark.browser

N = 120
SCORE = "[data-chart='column joined_evidence']"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Texts of three topics in three clouds, every eighth with a wrong label; prices and shops."""
    folder = tmp_path_factory.mktemp("made")
    rng = np.random.default_rng(0)
    topics = np.arange(N) % 3
    names = np.array(["apple", "iron", "wave"])
    given = np.where(np.arange(N) % 8 == 0, names[(topics + 1) % 3], names[topics])
    np.save(folder / "vectors.npy", np.eye(8)[topics] + 0.2 * rng.normal(size=(N, 8)))
    table = {
        "id": [f"row-{row}" for row in range(N)],
        "label": given,
        "text": [f"{names[topics[row]]} number {row}" for row in range(N)],
        "price": np.round(rng.gamma(2, 5, N), 2),
        "shop": [f"shop {row % 20:02}" for row in range(N)],
    }
    pq.write_table(pa.table(table), folder / "made.parquet")
    request = Request(id="id", label="label", text="text", embeddings=str(folder / "vectors.npy"))
    opened = open_dataset(folder / "made.parquet", request)
    audit(opened.dataset, opened.workspace)
    return opened.workspace.folder


@pytest.fixture(scope="module")
def server(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with served(folder, made) as running:
        yield running
        assert "Traceback" not in running.log()


@pytest.fixture
def explored(page: Page, server, made):
    """The page, drawn; without the filters of an earlier test."""
    shutil.rmtree(made / "filters", ignore_errors=True)
    page.goto(f"{server.url}/explore")
    settled(page, N)
    page.wait_for_selector(f"{SCORE}[data-fresh=true]")
    return page


def settled(page: Page, filtered: int | None = None) -> int:
    """Wait for so many rows, or any number of them; returns it."""
    value = "" if filtered is None else f"='{filtered}'"
    page.wait_for_selector(f".explore[data-filtered{value}]", timeout=PATIENCE)
    return int(str(page.get_attribute(".explore", "data-filtered")))


def fresh(page: Page, chart: str) -> None:
    page.wait_for_selector(f"{chart}[data-fresh=true]")


def brush(page: Page, chart: str, low: float, high: float) -> None:
    """Drag over a part of a histogram's width."""
    with brushing(page, chart, low, high):
        pass


def type_condition(page: Page, text: str) -> None:
    page.locator(".filter .condition").click()
    field = page.locator(".filter textarea")
    field.fill(text)
    field.press("Enter")


def counts_of(page: Page, chart: str) -> list[int]:
    """The numbers beside a chart's bars."""
    fresh(page, chart)
    said = page.locator(f"{chart} .bar .number").all_inner_texts()
    return [int(one.replace(",", "")) for one in said]


def test_a_brush_filters_the_other_charts_and_the_line_says_it(explored):
    page = explored
    given = "[data-chart='column given']"
    assert sum(counts_of(page, given)) == N

    brush(page, SCORE, 0.51, 0.99)

    condition = page.locator(".filter .condition code")
    expect(condition).to_have_text("joined_evidence >= 0.5")
    page.wait_for_selector(f".explore[data-filtered]:not([data-filtered='{N}'])")
    passed = settled(page)
    assert 0 < passed < N
    assert page.locator(".filter .counts").inner_text() == f"{passed} of {N} rows"
    expect(page.locator(f"{SCORE} .own")).to_be_visible()
    fresh(page, given)
    assert sum(counts_of(page, given)) == passed

    page.locator(f"{given} .bar").first.click()
    expect(condition).to_contain_text(" AND given IN (")
    expect(page.locator(".filter .chip")).to_have_count(2)
    page.locator(".filter .chip button").first.click()
    expect(page.locator(".filter .chip")).to_have_count(1)
    expect(condition).to_have_text(re.compile(r"^given IN \('\w+'\)$"))
    page.get_by_role("button", name="Clear all").click()
    settled(page, N)


def test_the_view_is_undone_apart_from_decisions(explored):
    page = explored
    undo = page.get_by_role("button", name="Undo view")
    expect(undo).to_be_disabled()
    page.locator(f"{SCORE} input").first.fill("0.5")
    page.locator(f"{SCORE} input").first.press("Tab")
    page.wait_for_selector(f".explore[data-filtered]:not([data-filtered='{N}'])")
    passed = settled(page)

    page.locator(".filter .condition").focus()
    page.keyboard.press("Control+z")
    settled(page, N)
    page.keyboard.press("Control+Shift+Z")
    settled(page, passed)
    undo.click()
    settled(page, N)

    field = page.locator(".filter input[type=search]")
    field.fill("apple")
    field.press("Control+z")
    assert settled(page) == N  # in a field it is the field's own
    assert page.get_by_role("button", name="Redo view").is_enabled()


def test_a_typed_condition_filters_and_a_wrong_one_is_told(explored):
    page = explored
    type_condition(page, "label = 'apple' AND price < 10")
    expect(page.locator(".filter .chip")).to_have_text(re.compile("SQL: label = 'apple'"))
    passed = settled(page)
    assert passed < N

    type_condition(page, "label = AND")
    expect(page.locator(".message")).to_contain_text("cannot be read as a condition")
    field = page.locator(".filter textarea")
    expect(field).to_have_value("label = AND")
    assert settled(page) == passed
    field.press("Escape")
    expect(page.locator(".message")).to_have_count(0)
    expect(page.locator(".filter .condition code")).to_have_text("label = 'apple' AND price < 10")

    type_condition(page, "")
    settled(page, N)


def test_words_and_patterns_are_searched(explored):
    page = explored
    field = page.locator(".filter input[type=search]")
    field.fill("WAVE number")
    field.press("Enter")
    settled(page, N // 3)
    page.get_by_role("checkbox", name="Regular expression").check()
    field.fill("number (1|2)$")
    field.press("Enter")
    settled(page, 2)
    field.fill("(")
    field.press("Enter")
    expect(page.locator(".message")).to_be_visible()
    assert settled(page) == 2


def test_bars_matrix_and_names_choose(explored):
    page = explored
    page.locator("[data-chart=matrix] td:not(.same) [data-cell]:not([disabled])").first.click()
    expect(page.locator(".filter .chip")).to_have_count(2)
    page.wait_for_selector(f".explore[data-filtered]:not([data-filtered='{N}'])")
    fresh(page, "[data-chart=matrix]")
    page.locator("[data-chart=matrix] [aria-pressed=true]").click()
    settled(page, N)

    shop = "[data-chart='column shop']"
    page.locator(shop).scroll_into_view_if_needed()
    fresh(page, shop)
    expect(page.locator(f"{shop} .bar")).to_have_count(12)
    page.locator(f"{shop} .bar").nth(0).click()
    settled(page, 6)
    fresh(page, shop)
    page.locator(f"{shop} .bar").nth(1).click(modifiers=["Shift"])
    settled(page, 12)
    page.get_by_role("button", name="… 8 more").click()
    page.get_by_role("searchbox", name="Search shop").fill("SHOP 19")
    page.get_by_role("checkbox", name="shop 19").check()
    page.keyboard.press("Escape")
    settled(page, 18)
    expect(page.locator(f"{shop} .bar[aria-pressed=true]")).to_have_count(3)


def test_the_map_of_dynamics_is_brushed_on_both_axes(explored):
    page = explored
    plot = page.locator("[data-chart=dynamics] .plot")
    plot.scroll_into_view_if_needed()
    fresh(page, "[data-chart=dynamics]")
    box = plot.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=3)
    page.mouse.up()

    condition = page.locator(".filter .condition code")
    expect(condition).to_contain_text("cartography_variability < ")
    expect(condition).to_contain_text("cartography_confidence >= ")
    plot.dblclick()
    settled(page, N)


def test_a_saved_filter_is_applied_after_a_reload(explored, made):
    page = explored
    type_condition(page, "label = 'iron'")
    page.wait_for_selector(f".explore[data-filtered]:not([data-filtered='{N}'])")
    passed = settled(page)
    page.get_by_role("button", name="Saved filters").click()
    page.get_by_role("textbox", name="Name of the filter").fill('my "iron" <b>')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-filter]")).to_have_count(1)
    assert [one.where for one in saved_filters(Workspace(made))] == ["label = 'iron'"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear all").click()
    settled(page, N)
    page.wait_for_function("!location.search.includes('where=')")

    page.reload()
    settled(page, N)
    page.get_by_role("button", name="Saved filters").click()
    page.locator("[data-filter]").click()
    settled(page, passed)
    page.get_by_role("button", name="Saved filters").click()
    page.get_by_role("button", name='Forget my "iron" <b>').click()
    expect(page.locator("[data-filter]")).to_have_count(0)
    assert saved_filters(Workspace(made)) == ()


def test_a_link_shows_the_same_in_another_browser(explored, browser):
    page = explored
    brush(page, SCORE, 0.51, 0.99)
    page.wait_for_selector(f".explore[data-filtered]:not([data-filtered='{N}'])")
    type_condition(page, "joined_evidence >= 0.5 AND length(text) > 10")
    page.wait_for_function("location.search.includes('length')")
    page.get_by_role("button", name="Charts…").click()
    page.get_by_role("checkbox", name="groups by shop table").check()
    page.keyboard.press("Escape")
    page.wait_for_function("location.search.includes('groups')")
    passed = settled(page)

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    other = context.new_page()
    other.goto(page.url)

    settled(other, passed)
    line = page.locator(".filter .condition code").inner_text()
    expect(other.locator(".filter .condition code")).to_have_text(line)
    expect(other.locator("[data-chart='groups shop']")).to_be_attached()
    context.close()


def test_charts_are_chosen_folded_and_taken_away(explored):
    page = explored
    page.get_by_role("button", name="Charts…").click()
    page.get_by_role("searchbox", name="Search charts").fill("verdict bars")
    expect(page.locator(".chart-menu li").filter(visible=True)).to_have_count(1)
    page.locator(".chart-menu .close").click()
    fold = page.locator(f"{SCORE} .fold")
    fold.click()
    expect(page.locator(f"{SCORE} .plot")).to_be_hidden()
    page.reload()
    settled(page, N)
    expect(page.locator(f"{SCORE} .plot")).to_be_hidden()
    page.locator(f"{SCORE} .fold").click()
    fresh(page, SCORE)
    expect(page.locator(f"{SCORE} .plot")).to_be_visible()
    page.locator(f"{SCORE} .top .close").click()
    expect(page.locator(SCORE)).to_have_count(0)
    page.wait_for_function("location.search.includes('charts=')")
    page.reload()
    settled(page, N)
    page.wait_for_selector("[data-chart=matrix][data-fresh=true]")
    expect(page.locator(SCORE)).to_have_count(0)


def test_names_of_a_hostile_dataset_are_text(page, tmp_path):
    """Columns, classes and groups are shown, filtered and offered as they are."""
    n = len(HOSTILE) * 4
    words = [HOSTILE[row % len(HOSTILE)] for row in range(n)]
    column, number = HOSTILE[11], HOSTILE[0]
    table = {"id": [f"r{row}" for row in range(n)], "label": words, column: words}
    pq.write_table(pa.table(table | {number: np.arange(n) / n}), tmp_path / "hostile.parquet")
    kinds = np.random.default_rng(0).normal(size=(n // 4, 8)).astype(np.float32)
    np.save(tmp_path / "vectors.npy", kinds[np.arange(n) % len(kinds)])
    request = Request(id="id", label="label", embeddings=str(tmp_path / "vectors.npy"))
    opened = open_dataset(tmp_path / "hostile.parquet", request)
    happened: list[str] = []
    page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    page.on("frameattached", lambda frame: happened.append(frame.url))
    names = ["column given", "matrix", f"column {column}", f"groups {column}", f"column {number}"]
    with served(tmp_path, opened.workspace.folder) as server:
        page.goto(f"{server.url}/explore?charts={quote(json.dumps(names))}")
        settled(page, n)
        expect(page.locator(".card")).to_have_count(len(names))
        for place, name in enumerate(names):
            card = page.locator(".card").nth(place)
            assert card.get_attribute("data-chart") == name
            card.scroll_into_view_if_needed()
            expect(card).to_have_attribute("data-fresh", "true")
        for place in (0, 2):
            bar = page.locator(".card").nth(place).locator(".bar").first
            said = bar.locator(".words").inner_text()
            bar.click()
            settled(page, 4)
            assert said.split()[0] in page.locator(".filter .chip").inner_text()
            page.get_by_role("button", name="Clear all").click()
            settled(page, n)
        page.get_by_role("button", name="Help on conditions").click()
        expect(page.locator("[data-dialog=filter-help] tr")).not_to_have_count(0)
        assert "Traceback" not in server.log()
    assert happened == []
