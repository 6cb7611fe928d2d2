"""The review card in a browser: what each key, click and swipe does, on a server made for it."""

import pytest

from tests.browser.card_serving import card_of, press, short, visit, wait_saved

pytestmark = pytest.mark.browser


def test_a_key_decides_and_the_next_card_is_there(page, server):
    """Enter takes the suggestion; the address names the card on the screen; saved means logged."""
    assert visit(page, server, more="&other=kept%20as%20is") == "row-0000"
    assert press(page, "Enter") == "row-0000"
    page.wait_for_selector("[data-saved~='row-0000']")

    assert short(server.log()) == [("row-0000", "relabel", "1")]
    assert server.log()[0]["ticket"] == "ticket-0"
    assert server.log()[0]["seconds"] > 0
    page.wait_for_function("location.search.includes('card=row-0001')")
    assert "other=kept" in page.url


def test_every_action_has_its_key(page, server):
    """Keep, drop, skip, flag and a class; a class called 3 is on the 3, wherever it stands."""
    visit(page, server)
    for key in ("k", "x", "Space", "f", "3", "0"):
        press(page, key)
    wait_saved(page)

    assert short(server.log()) == [
        ("row-0000", "keep", None),
        ("row-0001", "drop", None),
        ("row-0002", "skip", None),
        ("row-0003", "flag", None),
        ("row-0004", "relabel", "3"),
        ("row-0005", "relabel", "0"),
    ]


def test_likely_classes_come_first_on_the_digits(page, server):
    """Classes that are no digits: the third likeliest, and the given one, which is the last."""
    visit(page, server, "letters")
    press(page, "3")
    press(page, "0")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "relabel", "d"), ("row-0001", "keep", None)]


def test_an_agreeing_suggestion_is_kept_by_enter(page, server):
    """Suggested equals given: Enter keeps, and the card says that both agree."""
    visit(page, server, more="&card=row-0005")
    page.get_by_text("agrees with the given label").wait_for()
    press(page, "Enter")
    wait_saved(page)

    assert short(server.log()) == [("row-0005", "keep", None)]


def test_a_bare_card_fills_nothing_in(page, server):
    """Enter does nothing and says so; the classes stand in the dataset's order."""
    visit(page, server, more="&card=row-0007")
    page.get_by_text("judge for yourself").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("No suggestion to accept").first.wait_for()

    assert card_of(page) == "row-0007"
    press(page, "1")
    wait_saved(page)
    assert short(server.log()) == [("row-0007", "relabel", "1")]


def test_typing_a_note_with_every_shortcut_changes_no_label(page, server):
    """Every key of the table in the note: one decision comes of it, and it carries the note."""
    visit(page, server)
    page.keyboard.press("n")
    typed = "kxfmnz cras 1234567890 /? "
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.keyboard.type("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")

    assert card_of(page) == "row-0000"
    assert server.log() == []
    press(page, "k")
    press(page, "k")
    wait_saved(page)
    assert [one["note"] for one in server.log()] == [typed + "\nBackspac", ""]


def test_keys_typed_elsewhere_stay_there(page, server):
    """In another field, on another button, in a dialog of the page, and with a modifier."""
    visit(page, server)
    page.locator("#outside").press_sequentially("kx1")
    page.locator("#elsewhere").press("Enter")
    page.locator("#elsewhere").press("Space")
    dialog = "<div role=dialog><button id=within>ok</button><p id=free contenteditable>x</p></div>"
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", dialog)
    page.locator("#within").press("k")
    page.locator("#free").press("k")
    page.evaluate("document.activeElement.blur()")
    for key in ("Control+k", "Alt+k", "Meta+k"):
        page.keyboard.press(key)

    assert card_of(page) == "row-0000"
    press(page, "k")
    wait_saved(page)
    assert short(server.log()) == [("row-0000", "keep", None)]


def test_a_focused_button_leaves_enter_and_space_to_the_card(page, server):
    """After a click or a Tab, Enter accepts and Space skips: the button does not fire as well."""
    visit(page, server)
    page.get_by_role("button", name="Flag").click()
    page.wait_for_selector("[data-ready='row-0001']")
    press(page, "Space")
    page.locator("[data-command=drop]").first.focus()
    press(page, "Enter")
    page.locator("[data-command=drop]").first.focus()
    press(page, "Space")
    wait_saved(page)

    assert [one["action"] for one in server.log()] == ["flag", "skip", "relabel", "skip"]


def test_a_held_key_is_one_decision(page, server):
    """The keyboard's own repetitions are ignored."""
    visit(page, server)
    for _ in range(5):
        page.keyboard.down("k")
    page.keyboard.up("k")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "keep", None)]


TWO_KEYS = """keys => keys.forEach(key =>
    window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""


def test_a_too_fast_digit_goes_to_the_card_that_was_visible(page, server):
    """Two digits before a new frame: both are about the first card, the last one counts."""
    visit(page, server)
    page.evaluate(TWO_KEYS, ["1", "2"])
    page.wait_for_selector("[data-ready='row-0001']")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "relabel", "1"), ("row-0000", "relabel", "2")]


def test_a_key_that_bounces_is_one_decision(page, server):
    """The same key twice before a new frame decides once, and the next card stays open."""
    visit(page, server)
    page.evaluate(TWO_KEYS, ["k", "k"])
    page.wait_for_selector("[data-ready='row-0001']")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "keep", None)]


def test_a_key_handled_late_still_belongs_to_its_own_card(page, server):
    """The page was busy; the second key had gone down before the second card was painted."""
    visit(page, server)
    page.evaluate("""() => {
        const late = new KeyboardEvent("keydown", { key: "x" });
        window.dispatchEvent(new KeyboardEvent("keydown", { key: "k" }));
        return new Promise(done => setTimeout(() => { window.dispatchEvent(late); done(); }, 400));
    }""")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "keep", None), ("row-0000", "drop", None)]
    assert card_of(page) == "row-0001"


def test_undo_goes_back_thirty_cards(page, server):
    """Each undo shows the card it undid; afterwards nothing is in force."""
    visit(page, server)
    made = [press(page, "k") for _ in range(30)]
    back = []
    for id in reversed(made):
        page.keyboard.press("Backspace")
        page.wait_for_selector(f"[data-ready='{id}']")
        back.append(id)
    wait_saved(page)

    log = server.log()
    undone = {one["undoes"] for one in log if one["action"] == "undo"}
    assert back == made[::-1]
    assert undone == {one["decision_id"] for one in log if one["action"] == "keep"}
    assert len(log) == 60


def test_undo_gives_the_note_back(page, server):
    """What was written on the card is not lost with the decision."""
    visit(page, server)
    page.keyboard.press("n")
    page.keyboard.type("a seven?")
    page.keyboard.press("Escape")
    press(page, "k")
    press(page, "Backspace")
    press(page, "x")
    wait_saved(page)

    assert [one["note"] for one in server.log()] == ["a seven?", "", "a seven?"]


def test_after_a_reload_undo_asks_the_server(page, server):
    """This page made nothing yet: the reviewer's last decision in force is undone and shown."""
    visit(page, server)
    press(page, "k")
    press(page, "x")
    wait_saved(page)
    page.reload()
    assert card_of(page) == "row-0002"
    page.keyboard.press("Backspace")
    page.wait_for_selector("[data-ready='row-0001']")
    page.keyboard.press("Backspace")
    page.wait_for_selector("[data-ready='row-0000']")
    page.keyboard.press("Backspace")
    page.get_by_text("Nothing of yours is left to undo.").wait_for()


def test_a_key_can_be_changed_and_is_remembered(page, server):
    """K becomes J; C belongs to Streamlit, X is taken; a reload keeps the change."""
    visit(page, server)
    page.keyboard.press("?")
    keep = page.locator("[data-key-of=keep]")
    for key, said in (
        ("c", "Streamlit"),
        ("x", "taken by “Drop the example”"),
        ("j", "Changed to J"),
    ):
        keep.click()
        page.keyboard.press(key)
        page.get_by_text(said).wait_for()
    page.keyboard.press("Escape")
    page.reload()
    card_of(page)
    page.locator("[data-command=keep] kbd").first.get_by_text("J").wait_for()
    page.keyboard.press("k")
    press(page, "j")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "keep", None)]


def test_digits_follow_likelihood_and_recent_classes_keep_theirs(page, server):
    """A remembered class stays on its digit while it is likely; the rest fill up in order."""
    visit(page, server)
    assign = """async ([classes, remembered]) => {
        const { assign } = await import("/component/review/digits.js");
        return assign(classes, new Map(remembered));
    }"""
    empty = [None] * 7

    assert page.evaluate(assign, [["a", "b", "c"], []]) == ["a", "b", "c", *empty]
    assert page.evaluate(assign, [["b", "c", "a"], [["1", "a"]]]) == ["a", "b", "c", *empty]
    assert page.evaluate(assign, [["b", "c"], [["1", "a"]]]) == ["b", "c", *empty, None]
    letters = list("abcdefghijk")
    assert page.evaluate(assign, [letters, [["0", "b"], ["1", "k"]]]) == [*"acdefghij", "b"]
    own = ["a", None, "3", None, None, None, "7", None, None, None]
    assert page.evaluate(assign, [["7", "3", "a"], [["3", "a"], ["1", "7"]]]) == own


def test_a_used_digit_keeps_its_class_on_the_next_card(page, server):
    """Digit 1 was class b on the first card; on the second it is still class b."""
    visit(page, server, "letters")
    press(page, "1")
    press(page, "1")
    wait_saved(page)

    assert [one["label"] for one in server.log()] == ["b", None]  # row-0001 is given as b: kept


def test_a_class_is_found_by_typing_its_name(page, server):
    """Of a thousand classes; no accents needed; arrows move, Enter picks."""
    visit(page, server, "many")
    page.keyboard.press("/")
    page.keyboard.type("ecl")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-ready='row-0001']")
    page.keyboard.press("/")
    page.keyboard.type("0042")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-ready='row-0002']")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    wait_saved(page)

    assert short(server.log()) == [
        ("row-0000", "relabel", "Éclair"),
        ("row-0001", "relabel", "class 0042 of fish"),
    ]


def test_matching_finds_beginnings_first(page, server):
    """Then names that contain the words, each in the dataset's order, whatever case and accents."""
    visit(page, server)
    find = """async ([names, words]) => {
        const { matches, prepare } = await import("/component/review/matching.js");
        return matches(prepare(names), words);
    }"""
    names = ["big cat", "Cat", "catfish", "dog", "ÇAT", "سِلبي"]

    assert page.evaluate(find, [names, "cat"]) == ["Cat", "catfish", "ÇAT", "big cat"]
    assert page.evaluate(find, [names, " CÁT "]) == ["Cat", "catfish", "ÇAT", "big cat"]
    assert page.evaluate(find, [names, "سلبي"]) == ["سِلبي"]
    assert page.evaluate(find, [names, ""]) == names
    assert page.evaluate(find, [names, "bird"]) == []


def test_more_like_this_is_one_entry_and_one_undo(page, server):
    """The ticked rows and the card itself get one decision; undo opens them all again."""
    visit(page, server)
    page.keyboard.press("m")
    page.wait_for_selector("[role=checkbox][data-id='row-0003'][aria-checked=true]")
    page.locator("[data-id='row-0003']").click()
    page.locator("[data-id='row-0001']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("4")
    page.wait_for_selector("[data-ready='row-0002']")
    wait_saved(page)

    [bulk] = server.log()
    assert (bulk["action"], bulk["label"], bulk["ticket"]) == ("relabel", "4", "bulk")
    assert bulk["ids"][:3] == ["row-0000", "row-0001", "row-0006"]
    assert "row-0003" not in bulk["ids"]
    page.keyboard.press("Backspace")
    page.wait_for_selector("[data-ready='row-0000']")
    wait_saved(page)
    assert server.log()[1]["undoes"] == bulk["decision_id"]


def test_more_like_this_can_begin_with_the_least_sure(page, server):
    """The order is asked of the server; ticks stay; all or none is one key; M closes."""
    visit(page, server)
    page.keyboard.press("m")
    page.wait_for_selector("[data-id='row-0024']")
    page.locator("[data-id='row-0002']").click()
    page.keyboard.press("s")
    page.wait_for_selector("[role=checkbox]:nth-child(2)[data-id='row-0024']")
    page.wait_for_selector("[data-id='row-0002'][aria-checked=true]")
    page.keyboard.press("a")
    page.get_by_text("25 examples ticked").wait_for()
    page.keyboard.press("a")
    page.get_by_text("0 examples ticked", exact=False).wait_for()
    page.keyboard.press("x")  # nothing is ticked
    page.keyboard.press("m")
    page.wait_for_selector("[data-dialog=alike]", state="hidden")

    assert [one["sort"] for one in server.asked("alike")] == ["nearest", "least sure"]
    assert server.log() == []


def test_the_mouse_alone_is_enough(page, server):
    """Buttons decide; the picture opens and closes; a tap on the saved line undoes."""
    visit(page, server)
    page.get_by_role("button", name="Keep").first.click()
    page.wait_for_selector("[data-ready='row-0001']")
    page.locator(".picture img").click()
    page.locator("[data-dialog=zoom] .close").click()
    page.locator(".classes button").nth(1).click()
    page.wait_for_selector("[data-ready='row-0002']")
    wait_saved(page)
    page.locator("button.saved").click()
    page.wait_for_selector("[data-ready='row-0001']")
    wait_saved(page)

    assert [one["action"] for one in server.log()] == ["keep", "relabel", "undo"]


def test_a_swipe_decides(page, server):
    """Left keeps, right takes the suggestion, a short one does nothing; it says what it will do."""
    page.set_viewport_size({"width": 390, "height": 844})
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def swipe(across: int, says: str | None = None) -> None:
        def finger(kind: str, x: int | None = None) -> None:
            points = [] if x is None else [{"x": x, "y": 250}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        finger("touchStart", 200)
        for step in range(1, 6):
            finger("touchMove", 200 + across * step // 5)
        if says:
            page.get_by_text(says, exact=True).last.wait_for()
        finger("touchEnd")

    visit(page, server)
    swipe(40)
    swipe(-150, "Keep 0")
    page.wait_for_selector("[data-ready='row-0001']")
    swipe(150, "Change to 2")
    page.wait_for_selector("[data-ready='row-0002']")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "keep", None), ("row-0001", "relabel", "2")]


def test_finish_sums_the_sitting_up(page, server):
    """Decisions by action, the time per decision, the way to the export, and the way back."""
    visit(page, server)
    press(page, "Enter")
    press(page, "k")
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("heading", name="This sitting").wait_for()
    summary = page.locator(".summary").inner_text()

    assert "decisions\t2" in summary
    assert "relabelled\t1" in summary
    assert "seconds per decision (median)" in summary
    link = page.get_by_role("link", name="Export the clean copy")
    assert link.get_attribute("href") == "/export?dataset=x"
    page.keyboard.press("k")  # no card is on the screen
    page.get_by_role("button", name="Go on").click()
    assert card_of(page) == "row-0002"
    wait_saved(page)
    assert len(server.log()) == 2


def test_the_end_of_the_queue_is_the_same_summary(page, server):
    """Eight cards, then the summary; undo brings the last one back."""
    visit(page, server, "short")
    for _ in range(7):
        press(page, "k")
    page.keyboard.press("k")
    page.get_by_role("heading", name="No card is left here").wait_for()
    wait_saved(page)
    page.keyboard.press("Backspace")
    page.wait_for_selector("[data-ready='row-0007']")
