"""While a hand is down: charts, counts and map follow it; nothing else does until it lets go."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from engine.example import digits_example
from store.opening import open_in_memory
from tests.browser.exploring import brushing, centre_of, drawn_around, field_box
from tests.browser.serving import PATIENCE, served

pytestmark = pytest.mark.browser
SCORE = "[data-chart='column joined_evidence']"
GIVEN = "[data-chart='column given']"
N = 1797


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with the digits open."""
    folder = tmp_path_factory.mktemp("live")
    open_in_memory(digits_example(), folder / "digits.secondlook")
    with served(folder, folder / "digits.secondlook") as running:
        yield running
        assert "Traceback" not in running.log()


@pytest.fixture
def explored(page: Page, server) -> Page:
    """The page, drawn."""
    page.goto(f"{server.url}/explore")
    page.wait_for_selector(f".explore[data-filtered='{N}']", timeout=PATIENCE)
    page.wait_for_selector(f"{SCORE}[data-fresh=true]")
    page.wait_for_selector(".table[data-loaded=true]")
    page.wait_for_selector(f".map[data-points='{N}']")
    return page


def held(page: Page) -> int:
    """How many rows a hand that is down would choose, once that is known."""
    page.wait_for_selector(".explore[data-held]")
    return int(str(page.get_attribute(".explore", "data-held")))


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Let the page work until something has come of it; the time limit of the run ends it else."""
    while not is_so():
        page.wait_for_timeout(20)


def bars(page: Page) -> list[int]:
    said = page.locator(f"{GIVEN} .bar .number").all_inner_texts()
    return [int(one.split("/")[0].replace(",", "")) for one in said]


def test_numbers_that_come_late_do_not_show_while_a_hand_is_down(page, server):
    """Those of the choice, which a better map or a decision asks for as well."""
    late: list[Route] = []
    page.route("**/counts", lambda route: late.append(route), times=1)
    page.goto(f"{server.url}/explore")
    page.wait_for_selector(f"{SCORE}[data-fresh=true]", timeout=PATIENCE)
    condition = page.locator(".filter .condition code")
    with brushing(page, SCORE, 0.51, 0.99):
        expect(condition).to_have_text("joined_evidence >= 0.5")
        passing = held(page)
        late[0].continue_()
        page.wait_for_selector(f".explore[data-filtered='{N}']")
        page.wait_for_timeout(500)
        expect(condition).to_have_text("joined_evidence >= 0.5")
        assert held(page) == passing
    expect(page.locator(".filter .counts")).to_have_text(f"{passing} of 1,797 rows")


def test_a_brush_is_followed_before_it_is_let_go(explored):
    """Counts, bars, condition and map are those of the choice to come; the table, the history and
    the address are not, and letting go makes it one step back."""
    page = explored
    address = page.url
    with brushing(page, SCORE, 0.51, 0.99):
        # The hand stopped here; what it passed on its way was something else.
        expect(page.locator(".filter .condition code")).to_have_text("joined_evidence >= 0.5")
        passing = held(page)
        assert 0 < passing < N
        expect(page.locator(".filter .counts")).to_have_text(f"{passing} of 1,797 rows")
        page.wait_for_selector(f".map[data-filtered='{passing}']")
        assert page.get_attribute(".table", "data-total") == str(N)
        assert page.get_attribute(".explore", "data-filtered") == str(N)
        assert page.get_by_role("button", name="Undo view").is_disabled()
        expect(page.locator(".filter .chip")).to_have_count(0)
        assert page.url == address
        assert sum(bars(page)) == passing

    page.wait_for_selector(f".explore[data-filtered='{passing}']:not([data-held])")
    page.wait_for_selector(f".table[data-loaded=true][data-total='{passing}']")
    page.get_by_role("button", name="Undo view").click()
    page.wait_for_selector(f".explore[data-filtered='{N}']")
    expect(page.get_by_role("button", name="Undo view")).to_be_disabled()


def test_a_brush_that_comes_back_to_where_it_was_leaves_nothing(explored):
    """All of the histogram is no condition: what was shown meanwhile goes."""
    page = explored
    plot = page.locator(f"{SCORE} .plot").bounding_box()
    with brushing(page, SCORE, 0.0, 0.4):
        condition = page.locator(".filter .condition code")
        expect(condition).to_have_text(re.compile(r"^joined_evidence < 0.4"))
        page.wait_for_selector(f".map[data-filtered='{held(page)}']")
        page.mouse.move(plot["x"] + plot["width"] + 5, plot["y"] + 20)

    page.wait_for_selector(f".explore[data-filtered='{N}']:not([data-held])")
    page.wait_for_selector(f".map[data-filtered='{N}']")
    page.wait_for_selector(f"{GIVEN}[data-fresh=true]")
    assert sum(bars(page)) == N
    expect(page.locator(".filter .counts")).to_have_text("1,797 of 1,797 rows")
    expect(page.get_by_role("button", name="Undo view")).to_be_disabled()


def test_escape_gives_a_brush_up(explored):
    """The brush that was there is drawn again, what was chosen stays, letting go adds nothing."""
    page = explored
    with brushing(page, SCORE, 0.51, 0.99):
        expect(page.locator(".filter .condition code")).to_have_text("joined_evidence >= 0.5")
        passing = held(page)
    page.wait_for_selector(f".explore[data-filtered='{passing}']:not([data-held])")
    page.wait_for_url(re.compile("parts="))
    drawn = page.locator(f"{SCORE} .brush").evaluate("(one) => one.outerHTML")
    address = page.url

    with brushing(page, SCORE, 0.01, 0.3):
        page.wait_for_selector(".explore[data-held]")
        page.keyboard.press("Escape")
        page.wait_for_selector(f".explore[data-filtered='{passing}']:not([data-held])")
        page.wait_for_selector(f".map[data-filtered='{passing}']")

    expect(page.locator(".filter .counts")).to_have_text(f"{passing} of 1,797 rows")
    expect(page.locator(".filter .condition code")).to_have_text("joined_evidence >= 0.5")
    assert page.locator(f"{SCORE} .brush").evaluate("(one) => one.outerHTML") == drawn
    assert page.url == address


def test_a_lasso_is_followed_and_escape_gives_it_up(explored):
    """What is inside is counted while it is drawn, and forgotten when it is not finished."""
    page = explored
    page.locator(".map [data-mode=lasso]").click()
    field = field_box(page)
    x, _ = centre_of(field)
    page.mouse.move(field["x"] + 2, field["y"] + 2)
    page.mouse.down()
    page.mouse.move(field["x"] + field["width"] - 4, field["y"] + 2, steps=4)
    page.mouse.move(x, field["y"] + field["height"] - 4, steps=4)
    until(page, lambda: 0 < held(page) <= N)  # its first corners are a line, with nothing in it
    expect(page.locator(".meant")).to_contain_text("selected")
    assert page.get_attribute(".table", "data-total") == str(N)
    page.keyboard.press("Escape")
    page.wait_for_selector(".explore[data-selected='']:not([data-held])")
    page.wait_for_selector(".map[data-selected='']")
    page.mouse.up()
    expect(page.locator(".meant")).to_have_text("All 1,797 examples")
    expect(page.get_by_role("button", name="Undo view")).to_be_disabled()

    drawn_around(page, [(0.02, 0.02), (0.98, 0.02), (0.5, 0.98)])
    page.wait_for_selector(".explore[data-selected]:not([data-selected='']):not([data-held])")
    selected = page.get_attribute(".explore", "data-selected")
    page.wait_for_selector(f".table[data-loaded=true][data-total='{selected}']")


def test_one_question_is_in_flight_and_the_latest_wins(explored):
    """However slow the server and quick the hand: a second question waits for the first answer, and
    is about where the hand is by then."""
    page = explored
    waiting: list[Route] = []
    asked: list[dict] = []

    def hold_back(route: Route) -> None:
        asked.append(route.request.post_data_json)
        waiting.append(route)

    page.route("**/explore/*/held", hold_back)
    plot = page.locator(f"{SCORE} .plot").bounding_box()
    with brushing(page, SCORE, 0.01, 0.3):
        for part in (0.4, 0.5, 0.6, 0.7):
            page.mouse.move(plot["x"] + plot["width"] * part, plot["y"] + 20)
        until(page, lambda: len(waiting) == 1)
        waiting[0].continue_()
        until(page, lambda: len(waiting) == 2)
        high = page.evaluate("parts => parts[0].high", asked[1]["choice"]["parts"])
        assert high == pytest.approx(0.7, abs=0.05)
        assert asked[1]["turn"] > asked[0]["turn"]

    # Let go while the second one is on its way: it is not waited for.
    page.wait_for_selector(f".explore[data-filtered]:not([data-filtered='{N}']):not([data-held])")
    assert len(asked) == 2
    page.unroute("**/explore/*/held")
