"""Pictures of 6000 x 4000 pixels on the card: small where they are looked at, whole on zoom."""

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Route

from store.opening import open_dataset
from store.readers import Request
from tests.browser.card_serving import visit
from tests.browser.serving import card_of, press, served

pytestmark = pytest.mark.browser

WIDE, HIGH = 6_000, 4_000
SIDES = "image => [image.naturalWidth, image.naturalHeight]"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Ten photographs of two kinds, as large as a camera makes them, in three formats."""
    folder = tmp_path_factory.mktemp("huge")
    for number in range(10):
        kind, ending = ("light", "dark")[number % 2], ("jpg", "png", "tif")[number % 3]
        image = Image.new("RGB", (WIDE, HIGH), (250 - 20 * number,) * 3 if number % 2 else "navy")
        ImageDraw.Draw(image).ellipse((1_000, 500, 5_000, 3_500), fill=(90, 20 * number, 60))
        place = folder / "photos" / kind
        place.mkdir(parents=True, exist_ok=True)
        packed = {"compression": "packbits"} if ending == "tif" else {}
        image.save(place / f"{number}.{ending}", **packed)
    opened = open_dataset(folder / "photos", Request(), workspace=folder / "photos.secondlook")
    with served(tmp_path_factory.mktemp("server"), opened.workspace.folder) as running:
        yield running
        assert "Traceback" not in running.log()


def test_a_card_shows_a_small_copy_and_the_zoom_the_whole(page, server):
    """Of every format; nothing is wider than the screen, and the wheel enlarges."""
    page.goto(f"{server.url}/review?blind=false")
    card_of(page)
    shown = page.locator(".stage .picture img")
    for _ in range(4):
        page.wait_for_selector(".stage .picture img:not(.coming)")
        assert shown.evaluate(SIDES) == [1_024, 683]
        press(page, "k")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1_280

    page.keyboard.press("z")
    page.wait_for_selector(".zoom .preview", state="hidden")
    whole = page.locator(".zoom .whole")
    assert whole.evaluate(SIDES) == [WIDE, HIGH]
    before = whole.bounding_box()
    whole.hover()
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        "([image, width]) => image.getBoundingClientRect().width > 2 * width",
        arg=[whole.element_handle(), before["width"]],
    )


def test_the_zoom_shows_the_small_copy_until_the_whole_is_there(page, card_server, tmp_path):
    """And for good where the whole never comes."""
    held: list[Route] = []
    page.route("**/picture/huge/0", lambda route: held.append(route))
    page.route("**/picture/huge/1", lambda route: route.abort())
    card_server.fresh(tmp_path / "log.jsonl")
    visit(page, card_server, "huge")
    preview, whole = page.locator(".zoom .preview"), page.locator(".zoom .whole")

    page.keyboard.press("z")
    page.wait_for_selector(".zoom .preview:not(.coming)")
    assert preview.evaluate(SIDES) == [1_024, 682]
    assert not whole.is_visible()
    held[0].continue_()
    preview.wait_for(state="hidden")
    assert whole.evaluate(SIDES) == [WIDE, HIGH]

    page.keyboard.press("z")
    press(page, "k")
    with page.expect_event("requestfailed"):
        page.keyboard.press("z")
    page.wait_for_selector(".zoom .preview:not(.coming)")
    assert not whole.is_visible()
