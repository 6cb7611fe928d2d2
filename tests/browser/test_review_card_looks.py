"""What the review card shows, and to whom: text as it is, no jumps, names for a screen reader."""

import re

import pytest

from tests.browser.card_serving import ROOT_OF_CARD, press, visit
from tests.browser.card_stub import COMPONENTS, PARAGRAPH

pytestmark = pytest.mark.browser


def test_text_of_a_dataset_is_never_markup(page, server):
    """Tags, Markdown and addresses are shown as they are."""
    visit(page, server, "hostile")
    text = page.locator(".stage .text").text_content()

    assert text.startswith("0. <img src=x onerror=")
    assert (
        page.evaluate(f"{ROOT_OF_CARD}.querySelectorAll('b.x, .text *, .label *, li *').length")
        == 4 * 4 + 2  # a text is drawn in two parts, for its end comes later
    )
    assert page.title() == "card"


@pytest.mark.parametrize("name", ["digits", "long", "arabic", "many", "both", "fields"])
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_nothing_is_wider_than_the_screen(page, server, name, width, theme):
    """No card, grid or finder scrolls the page sideways."""
    page.set_viewport_size({"width": width, "height": 844})
    visit(page, server, name, f"&theme={theme}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("m")
    page.wait_for_selector("[data-dialog=alike] [role=checkbox]")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_card_moves_the_buttons_of_the_next(page, server):
    """The buttons stand where they stood, whatever the cards say."""
    visit(page, server)
    places = set()
    for _ in range(8):  # the eighth is bare, the third has an earlier decision, the fourth moved up
        box = page.locator(".actions [data-command=keep]").bounding_box()
        places.add((round(box["x"]), round(box["y"])))
        press(page, "k")

    assert len(places) == 1


def test_a_long_text_is_there_to_its_end(page, server):
    """Its beginning comes with the card, the rest a moment later; the next card begins anew."""
    visit(page, server, "long")
    whole = f"0. {PARAGRAPH * 400}"
    page.wait_for_function(
        f"whole => {ROOT_OF_CARD}.querySelector('.text').textContent === whole", arg=whole
    )
    press(page, "k")
    whole = f"1. {PARAGRAPH * 400}"
    page.wait_for_function(
        f"whole => {ROOT_OF_CARD}.querySelector('.text').textContent === whole", arg=whole
    )


def test_everything_has_a_name_for_a_screen_reader(page, server):
    """Every control and picture that is there says what it is, and the card is announced."""
    visit(page, server)
    nameless = page.evaluate(f"""[...{ROOT_OF_CARD}.querySelectorAll("button, input, textarea, a")]
        .filter(node => !(node.innerText || node.ariaLabel || node.title || node.labels?.length))
        .filter(node => node.checkVisibility()).map(node => node.outerHTML)""")

    assert nameless == []
    assert page.locator(".stage img").get_attribute("alt") == "Example row-0000"
    page.get_by_role("status").get_by_text("Card 1, given 0, suggested 1").wait_for(
        state="attached"
    )
    press(page, "k")
    page.get_by_role("status").get_by_text("Saved: row-0000 kept: 0").wait_for(state="attached")


def test_the_modules_make_no_markup_and_stay_small():
    """No text becomes markup or code, nothing is fetched from elsewhere, no file is long."""
    files = sorted(COMPONENTS.glob("*/*.js"))
    assert files
    for path in files:
        source = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source
        )
        named = source.replace("http://www.w3.org/2000/svg", "")  # a name, which nobody fetches
        assert not re.search(r"https?://", named), path.name
        assert len(source.splitlines()) <= 200, path.name


def test_a_picture_never_stands_beside_the_labels_of_another_card(page, server):
    """While the next picture is on its way, its place is empty."""
    held = []
    page.route("**/picture/digits/1", lambda route: held.append(route))
    visit(page, server)
    image = page.locator(".stage img")
    image.wait_for(state="visible")
    press(page, "k")
    assert image.evaluate("node => getComputedStyle(node).visibility") == "hidden"
    for route in held:
        route.continue_()
    page.unroute("**/picture/digits/1")
    image.wait_for(state="visible")

    assert image.get_attribute("src") == "/picture/digits/1"
