"""From looking to doing in a real browser: decide about all that pass, take it back, review."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from engine.example import digits_example
from store.decisions import DecisionLog
from store.lists import ids_of_list, lists_in
from store.opening import open_in_memory
from store.workspace import Workspace
from tests.browser.serving import PATIENCE, Server, card_of, served

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # a busy machine: what is waited for is the effect, not the time
THREES = quote(json.dumps([{"column": "given", "names": ["3"]}]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The digits, opened."""
    folder = tmp_path_factory.mktemp("explore-doing")
    open_in_memory(digits_example(), folder / "digits.secondlook")
    return folder


@pytest.fixture(scope="module")
def server(folder):
    """A server with the digits open."""
    with served(folder, folder / "digits.secondlook") as running:
        yield running


@pytest.fixture
def log(folder) -> DecisionLog:
    """What is on disk."""
    return DecisionLog(folder / "digits.secondlook" / "decisions.db")


@pytest.fixture(scope="module")
def threes() -> set[str]:
    """Ids of the rows given 3."""
    dataset = digits_example()
    return set(dataset.ids((dataset.labels == 3).nonzero()[0]))


def explore(page: Page, server: Server, more: str = "") -> None:
    """The Explore page, when it has counted; the first time waits for the audit."""
    page.goto(f"{server.url}/explore?{more}")
    page.wait_for_selector(".doing-bar[data-rows]:not([data-rows='0'])", timeout=PATIENCE)


def choose(page: Page, action: str) -> None:
    """Press a button of the bar and wait until the preview can be confirmed."""
    page.locator(f".doing-bar [data-do={action}]").click()
    if action == "relabel":
        page.get_by_role("combobox", name="Name of the class").fill("5")
        page.keyboard.press("Enter")
    page.locator("[data-do=confirm]:not([disabled])").wait_for()


def test_all_that_pass_are_relabelled_as_one_and_taken_back_as_one(page, server, log, threes):
    """The preview names rows, classes and reviewer; saved means on disk; one undo, announced."""
    explore(page, server, f"parts={THREES}")
    expect(page.locator(".meant")).to_have_text(f"{len(threes)} examples that pass the filter")
    choose(page, "relabel")

    dialog = page.get_by_role("dialog")
    expect(dialog.locator("h2")).to_have_text(f"Relabel {len(threes)} examples to 5")
    expect(dialog).to_contain_text("by Ada")
    expect(dialog.locator("tbody th")).to_have_text(["3", "5"])
    expect(dialog.locator(".tile")).to_have_count(10)
    box = dialog.get_by_role("textbox", name="Note").bounding_box()
    assert box is not None
    assert box["height"] < 80  # one line, whatever the sheets of other panels say
    assert log.decisions() == ()
    page.locator("[data-do=confirm]").click()
    saved = page.locator(".doing-bar[data-saved]").get_attribute("data-saved")
    [decision] = log.decisions()
    assert (decision.decision_id, set(decision.ids), decision.label) == (saved, threes, "5")

    undo = page.get_by_role("button", name=f"Undo: {len(threes)} examples relabelled → 5")
    undo.click()
    page.wait_for_selector(f".doing-bar[data-undone='{saved}']")
    assert [one.action for one in log.decisions()] == ["relabel", "undo"]
    expect(page.locator(".doing-said")).to_have_text(
        f"Taken back: {len(threes)} examples relabelled → 5."
    )
    expect(undo).to_have_count(0)


def test_an_answer_that_is_lost_is_asked_for_again_and_is_one_decision(page, server, log):
    """The server wrote it, the connection broke: the button says so, and the id is the same."""
    explore(page, server, f"parts={THREES}")
    before, lost = len(log.decisions()), []

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)  # it arrived, and is on disk
        return route.abort()

    page.route("**/explore/*/decide", lose)
    choose(page, "flag")
    page.locator("[data-do=confirm]").click()
    page.get_by_text("It is not known whether this was saved").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".doing-said")).to_contain_text("Not known to be saved: Flag")
    page.locator(".doing-bar [data-do=again]").click()
    page.wait_for_selector(".doing-bar[data-saved]")

    assert lost == [200]
    assert len(log.decisions()) == before + 1
    page.locator(".doing-bar [data-do=undo]").click()
    page.wait_for_selector(".doing-bar[data-undone]")


def test_rows_that_changed_meanwhile_are_looked_at_again(page, server, log):
    """Another tab decided: the filter means other rows, nothing is written, look again."""
    waiting = quote("verdict = 'undecided' AND given = '7'")
    explore(page, server, f"where={waiting}")
    choose(page, "drop")
    other = page.context.new_page()
    sevens = quote(json.dumps([{"column": "given", "names": ["7"]}]))
    explore(other, server, f"parts={sevens}")
    choose(other, "keep")
    other.locator("[data-do=confirm]").click()
    other.wait_for_selector(".doing-bar[data-saved]")
    before = len(log.decisions())

    page.locator("[data-do=confirm]").click()
    page.get_by_text("No row is chosen").wait_for()
    expect(page.locator("[data-do=confirm]")).to_have_text("Look again")
    assert len(log.decisions()) == before
    other.locator(".doing-bar [data-do=undo]").click()
    other.wait_for_selector(".doing-bar[data-undone]")


def test_a_list_is_made_chosen_and_survives_a_restart(page, server, folder, threes):
    """By keyboard alone; the address of the list means the same afterwards."""
    explore(page, server, f"parts={THREES}")
    page.locator(".doing-bar [data-do=list]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Name of the list").fill("my threes")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-list='my threes']")
    assert set(ids_of_list(Workspace(folder / "digits.secondlook"), "my threes").to_pylist()) == (
        threes
    )
    server.end()
    server.start()

    explore(page, server)
    page.locator(".lists-panel summary").click()
    page.get_by_role("button", name="my threes").first.click()
    expect(page.locator(".meant")).to_have_text(f"{len(threes)} examples of the list")
    page.wait_for_function("location.search.includes('list=my')")
    explore(page, server, "list=my+threes")
    expect(page.locator(".meant")).to_have_text(f"{len(threes)} examples of the list")


def test_review_these_opens_the_review_with_them(page, server, folder, threes):
    """Cards of these rows alone, under a name that says when; a restart changes nothing."""
    explore(page, server, f"parts={THREES}&where={quote('rank > 0')}")
    page.locator(".doing-bar [data-do=review]").click()
    page.wait_for_url("**/review?**list=Explore**")
    assert card_of(page) in threes
    page.get_by_text(f"0 of {len(threes)} decided").wait_for()
    address = page.url
    server.end()
    server.start()

    page.goto(address)
    assert card_of(page) in threes
    names = [one.name for one in lists_in(Workspace(folder / "digits.secondlook"))]
    assert [name for name in names if name.startswith("Explore ")]


def test_export_opens_with_the_condition(page, server, threes):
    """And says how many rows are meant."""
    explore(page, server, f"parts={THREES}")
    page.locator(".doing-bar [data-do=export]").click()
    page.get_by_text(f"{len(threes)} of 1,797 rows are meant.").wait_for()

    expect(page.get_by_role("textbox", name="Only rows where")).to_have_value("given IN ('3')")


def test_what_deserves_a_look_is_chosen_by_a_click(page, server):
    """Each card chooses as many rows as it says."""
    explore(page, server)
    page.wait_for_selector("[data-slices]", state="attached", timeout=PATIENCE)
    for place in range(page.locator("[data-slice]").count()):
        card = page.locator(f"[data-slice='{place}']")
        rows = card.locator(".number").inner_text().split(" ")[0].replace(",", "")
        card.click()
        page.wait_for_selector(f".doing-bar[data-rows='{rows}']")


def test_nothing_went_wrong_on_the_server(server):
    """No traceback in the server's log after all of the above."""
    assert "Traceback" not in server.log()
