"""A window that Streamlit's script left white comes back by itself, once."""

import pytest
from playwright.sync_api import expect

from engine.example import digits_example
from store.opening import open_in_memory
from tests.browser.serving import card_of, served

pytestmark = pytest.mark.browser
GIVEN_UP = """() => {
    document.getElementById("root").replaceChildren();
    dispatchEvent(new ErrorEvent("error", {message: "Bad delta path index 3"}));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with the digits open."""
    folder = tmp_path_factory.mktemp("healing")
    opened = open_in_memory(digits_example(), folder / "digits.secondlook")
    with served(folder, opened.workspace.folder) as running:
        yield running


def test_a_white_window_is_loaded_again_but_not_for_ever(page, server):
    """The same card is back; what fails at once again stays as it is."""
    page.goto(f"{server.url}/review")
    card = card_of(page)
    page.wait_for_function("window.secondLookWatches === true")
    with page.expect_navigation():
        page.evaluate(GIVEN_UP)

    assert card_of(page) == card
    page.wait_for_function("window.secondLookWatches === true")
    page.evaluate("dispatchEvent(new ErrorEvent('error', {message: 'something small'}))")
    page.wait_for_timeout(500)
    assert card_of(page) == card
    page.evaluate(GIVEN_UP)
    page.wait_for_timeout(1_000)
    expect(page.locator("#root")).to_be_empty()


def test_it_takes_no_room(page, server):
    """Above the title there is as much as without it."""
    page.goto(f"{server.url}/review")
    card_of(page)
    heights = page.locator("[class*=st-key-healing]").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert heights == [0]
