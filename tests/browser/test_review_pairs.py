"""The card of a pair in a browser: what it shows, what its keys say, and a whole query at once."""

import pytest

from tests.browser.card_serving import card_of, press, short, visit, wait_saved

pytestmark = pytest.mark.browser


def test_the_keys_say_whether_the_passage_is_relevant(page, server):
    """Enter, K, X, the digits, Space and F, each with its words; saved in the same words."""
    visit(page, server, "pairs")
    buttons = page.locator(".actions .main button .words").all_inner_texts()
    assert buttons == ["Relevant", "Not relevant", "Duplicate", "Skip", "Flag"]
    press(page, "Enter")
    page.get_by_text("row-0000: 1 · relevant").first.wait_for()
    for key in ("k", "x", "0", "1", "Space", "f"):
        press(page, key)
    wait_saved(page)

    assert short(server.log()) == [
        ("row-0000", "relabel", "1"),
        ("row-0001", "keep", None),
        ("row-0002", "drop", None),
        ("row-0003", "keep", None),
        ("row-0004", "relabel", "1"),
        ("row-0005", "skip", None),
        ("row-0006", "flag", None),
    ]


def test_grades_have_their_own_digits(page, server):
    """Five grades: 0 to 4 are on 0 to 4, and named."""
    visit(page, server, "grades")
    named = page.locator(".actions .classes button:visible .words").all_inner_texts()
    assert sorted(named)[0::4] == ["0 · not relevant", "4 · highly relevant"]
    for key in "40":
        press(page, key)
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "relabel", "4"), ("row-0001", "keep", None)]


def test_an_undo_brings_the_pair_back(page, server):
    """Judged, undone, judged otherwise."""
    visit(page, server, "pairs")
    press(page, "k")
    page.keyboard.press("Backspace")
    page.wait_for_selector("[data-ready='row-0000']")
    press(page, "Enter")
    wait_saved(page)

    assert [one["action"] for one in server.log()] == ["keep", "undo", "relabel"]


def test_the_card_shows_the_query_its_positives_and_the_words_in_common(page, server):
    """Marks are elements around text; what is known stands beside, with its reason."""
    visit(page, server, "pairs")
    assert page.locator(".query mark").all_inner_texts() == ["lamp", "works"]
    assert page.locator(".text mark").all_inner_texts() == ["lamp"]
    page.get_by_text("7 of 100 candidates judged").wait_for()
    page.get_by_text("Known to be relevant (2)").wait_for()
    notes = page.locator(".positives .foot .quiet").all_inner_texts()

    assert notes == [
        "d900 · similarity 0.90",
        "d901 · found in this review · similarity 0.88",
    ]
    assert page.locator(".verdict").inner_text().count("nobody judged it") == 1
    # A name out of the data is text.
    assert "<b>splade</b>: not named" in page.locator(".verdict").inner_text()


def test_a_query_without_a_known_positive_says_so(page, server):
    """An empty list would look like a fault."""
    visit(page, server, "alone")

    page.get_by_text("No other passage is known to answer this query").wait_for()


def test_a_bare_pair_fills_nothing_in(page, server):
    """No suggestion, no rank, no similarity; a grade decides."""
    visit(page, server, "pairs", "&card=row-0007")
    page.get_by_text("judge for yourself").wait_for()
    assert "similarity" not in page.locator(".positives").inner_text()
    page.keyboard.press("Enter")
    page.get_by_text("pick a grade, or say not relevant").first.wait_for()

    assert card_of(page) == "row-0007"


def test_the_whole_query_is_decided_by_two_keys(page, server):
    """Two of thirty ticked and marked relevant, the 28 others not; one entry and one undo each."""
    visit(page, server, "pairs")
    page.keyboard.press("w")
    page.get_by_text("30 of 40 candidates without a verdict").wait_for()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.get_by_text("Mark 2 ticked relevant").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("28 of 38 candidates without a verdict").wait_for()
    page.keyboard.press("Enter")  # nothing is ticked any more: no decision
    page.keyboard.press("k")
    page.get_by_text("10 of 10 candidates without a verdict").wait_for()
    page.keyboard.press("w")
    page.wait_for_selector("dialog.whole:not([open])", state="attached")
    wait_saved(page)

    first, second = server.log()
    assert (first["ids"], first["action"], first["label"]) == (
        ["row-0100", "row-0102"],
        "relabel",
        "1",
    )
    assert (len(second["ids"]), second["action"], second["ticket"]) == (28, "keep", "whole")
    assert not set(first["ids"]) & set(second["ids"])
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.wait_for_function("document.querySelector('#host').shadowRoot.querySelector('.saved')")
    wait_saved(page)
    assert [one["undoes"] for one in server.log()[2:]] == [
        second["decision_id"],
        first["decision_id"],
    ]


def test_more_candidates_come_on_demand_and_ticks_stay(page, server):
    """Thirty, then all forty; the one ticked before is ticked still."""
    visit(page, server, "grades")
    page.get_by_role("button", name="Whole query").click()
    page.get_by_text("30 of 40").wait_for()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Show more").click()
    page.get_by_text("40 of 40").wait_for()
    page.keyboard.press("3")
    page.get_by_text("39 of 39").wait_for()
    wait_saved(page)

    assert short(server.log()) == [("row-0100", "relabel", "3")]


def test_examples_have_no_whole_query(page, server):
    """Neither a button nor a key, and no line in the help."""
    visit(page, server)
    page.keyboard.press("w")
    page.keyboard.press("?")
    page.wait_for_selector("dialog.help[open]")

    assert "whole query" not in page.locator("dialog.help").inner_text()
    assert not page.locator("dialog.whole").is_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 800)])
@pytest.mark.parametrize("name", ["pairs", "grades", "alone"])
def test_nothing_is_wider_than_the_screen(page, server, name, width, height):
    """On a desk and on a telephone; the query above the passage, positives beside or below."""
    page.set_viewport_size({"width": width, "height": height})
    visit(page, server, name)
    boxes = {part: page.locator(part).bounding_box() for part in (".query", ".stage", ".positives")}

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert boxes[".query"]["y"] < boxes[".stage"]["y"]
    beside = boxes[".positives"]["x"] > boxes[".stage"]["x"] + boxes[".stage"]["width"] - 1
    below = boxes[".positives"]["y"] > boxes[".stage"]["y"] + boxes[".stage"]["height"] - 1
    assert (beside, below) == ((True, False) if width > 700 else (False, True))


def test_the_buttons_stay_where_they_are_from_card_to_card(page, server):
    """Long or short, with or without positives: a finger on a button hits the same one again."""
    visit(page, server, "grades")
    places = set()
    for _ in range(6):
        box = page.locator(".actions .accept").bounding_box()
        places.add((box["x"], box["y"]))
        press(page, "k")

    assert len(places) == 1
