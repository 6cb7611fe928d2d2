"""What the review card promises about saving: nothing lost, nothing doubled, whatever happens."""

import signal

import pytest

from tests.browser.card_serving import card_of, press, short, visit, wait_saved

pytestmark = pytest.mark.browser
ASKED_TWICE = """what => performance.getEntriesByType("resource")
    .filter(one => one.name.endsWith(what)).length > 1"""


def each_once(log, ids):
    """Every example decided once, each by a decision of its own, in the order they were made."""
    assert [one["ids"] for one in log] == [[id] for id in ids]
    assert len({one["decision_id"] for one in log}) == len(ids)


SHOWN_AT_SEND = """window.shown = []; const real = window.fetch; window.fetch = (what, ...more) => {
    const card = document.querySelector('#host')?.shadowRoot?.querySelector('.example > .quiet');
    if (String(what).includes('/decisions')) shown.push(card?.textContent);
    return real(what, ...more);
};"""


def test_a_decision_leaves_once_the_next_card_is_drawn(page, server):
    """The server's work does not compete with the paint; the browser kept it before."""
    page.add_init_script(SHOWN_AT_SEND)
    first = visit(page, server)
    second = press(page, "k") and card_of(page)
    wait_saved(page)

    assert page.evaluate("shown") == [second]
    each_once(server.log(), [first])


def test_a_reload_in_the_middle_of_fifty_fast_decisions(page, server):
    """The server is slow, so some wait when the page goes; the next one sends them."""
    visit(page, server)
    server.order(decisions_delay=0.4)
    made = [press(page, "k") for _ in range(25)]
    page.reload()
    card_of(page)
    made += [press(page, "k") for _ in range(25)]
    wait_saved(page)

    each_once(server.log(), sorted(set(made)))
    assert len(set(made)) == 50


def test_a_server_killed_before_it_wrote(page, server):
    """The decisions wait in the browser until it is back."""
    visit(page, server)
    server.end(signal.SIGKILL)
    made = [press(page, key) for key in ("k", "x", "2")]
    page.get_by_text("3 not saved yet").wait_for()
    page.get_by_text("trying again").first.wait_for()
    server.start()
    wait_saved(page)

    each_once(server.log(), made)


def test_a_server_killed_after_it_wrote_and_before_it_said_so(page, server):
    """The same decision is sent again and is one."""
    visit(page, server)
    server.order(lose_answer=True)
    made = [press(page, "k")]
    server.process.wait(30)
    made.append(press(page, "x"))
    assert len(server.log()) == 1
    server.start()
    wait_saved(page)

    each_once(server.log(), made)


def test_a_connection_cut(page, server):
    """Going on works for as long as there are cards; the mark says how many wait."""
    visit(page, server)
    page.context.set_offline(True)
    made = [press(page, "k") for _ in range(15)]
    page.get_by_text("15 not saved yet").wait_for()
    page.context.set_offline(False)
    wait_saved(page)

    each_once(server.log(), made)


def test_a_cut_connection_and_no_card_left_goes_on_by_itself(page, server):
    """Past the last prefetched card the screen says that it waits, and then has the next one."""
    visit(page, server)
    page.context.set_offline(True)
    for _ in range(19):
        press(page, "k")
    page.keyboard.press("k")
    page.get_by_text("Fetching the next card").wait_for()
    page.keyboard.press("k")  # no card is on the screen
    page.context.set_offline(False)
    page.wait_for_selector("[data-ready='row-0020']")
    wait_saved(page)

    each_once(server.log(), [f"row-{number:04d}" for number in range(20)])


def test_two_tabs_send_each_their_own(page, server):
    """A living tab's unsent decisions stay its own; a closed tab's are sent by the next one."""
    visit(page, server)
    # Only this tab's line is cut.
    page.route("**/decisions", lambda route: route.abort())
    press(page, "k")
    second = page.context.new_page()
    visit(second, server, more="&card=row-0100")
    press(second, "x")
    wait_saved(second)
    assert short(server.log()) == [("row-0100", "drop", None)]

    page.close()
    third = page.context.new_page()
    visit(third, server)
    wait_saved(third)
    assert short(server.log())[1:] == [("row-0000", "keep", None)]
    tabs = {one["tab"] for one in server.asked("cards")}
    assert len(tabs) == 3


def test_a_duplicated_tab_is_another_tab(page, server):
    """The browser copies the session's storage into it, with the name of the tab."""
    visit(page, server)
    with page.expect_popup() as opened:
        page.evaluate("url => window.open(url) && 0", page.url)
    card_of(opened.value)

    assert len({one["tab"] for one in server.asked("cards")}) == 2


def test_decisions_keep_their_reviewer(page, server):
    """What waits was decided by the one who was named then, not by the one who is named now."""
    visit(page, server)
    server.order(decisions_status=503)
    press(page, "k")
    page.evaluate("window.mountCard({ reviewer: 'Grace' })")
    press(page, "x")
    server.order()
    wait_saved(page)

    assert [(one["ids"], one["reviewer"]) for one in server.log()] == [
        (["row-0000"], "Ada"),
        (["row-0001"], "Grace"),
    ]


def test_a_refused_decision_is_told_and_comes_again(page, server):
    """The server's own sentence, until it is dismissed; the card is open again."""
    visit(page, server)
    server.order(refuse=True)
    press(page, "f")
    message = page.get_by_text("This dataset is read-only.")
    message.wait_for()
    wait_saved(page)
    page.get_by_role("button", name="Dismiss").click()
    message.wait_for(state="hidden")
    page.wait_for_function("performance.getEntriesByName('second-look-card').length > 1")
    assert short(server.log()) == []
    for _ in range(10):  # it comes back behind the cards that stay
        if press(page, "k") == "row-0000":
            break
    else:
        pytest.fail("The refused card did not come back.")


def test_a_server_that_says_no_is_quoted_once_and_asked_again(page, server):
    """403 with a sentence: shown once however often it is said, and the decision waits."""
    visit(page, server)
    server.order(decisions_status=403, says="You may only look.")
    press(page, "k")
    page.get_by_text("You may only look.").wait_for()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_function(ASKED_TWICE, arg="decisions")
    assert page.get_by_text("You may only look.").count() == 1
    wait_saved(page, 1)
    server.order()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "keep", None)]


def test_a_full_storage_is_said_and_still_saves(page, server):
    """Nothing can be kept in the browser: the person is warned, the decision is sent anyway."""
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    visit(page, server)
    press(page, "k")
    page.get_by_text("This browser keeps nothing").wait_for()
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "keep", None)]


def test_a_run_of_the_page_changes_nothing_on_the_screen(page, server):
    """The same view: same card, no request. Another view: its first card."""
    visit(page, server)
    press(page, "k")
    wait_saved(page)
    page.wait_for_function("performance.getEntriesByName('second-look-saved').length > 0")
    page.evaluate("window.mountCard()")
    press(page, "k")
    wait_saved(page)
    view = {"queue": "outliers", "pile": "undecided", "order": "fixed"}
    page.evaluate("view => window.mountCard({ view })", view)
    page.wait_for_selector("[data-ready='row-0002']")

    views = [one["view"]["queue"] for one in server.asked("cards")]
    assert views[-1] == "outliers"
    assert "outliers" not in views[:-1]


def test_a_card_taken_away_leaves_no_key_behind(page, server):
    """After the clean-up a key does nothing; mounted again it works once."""
    visit(page, server)
    page.evaluate("window.unmountCard()")
    page.keyboard.press("k")
    page.evaluate("window.mountCard()")
    assert press(page, "x") == "row-0000"
    wait_saved(page)

    assert short(server.log()) == [("row-0000", "drop", None)]


def test_the_queue_is_fetched_again_behind_the_next_two(page, server):
    """Each answered decision asks anew: the card on the screen and the next two stay."""
    visit(page, server)
    press(page, "k")
    wait_saved(page)
    page.wait_for_function(ASKED_TWICE, arg="cards")

    first, second = server.asked("cards")[:2]
    assert (first["keep"], first["seen"], first["want"]) == ([], 0, 20)
    assert second["keep"] == ["row-0001", "row-0002", "row-0003"]
    assert second["seen"] == 4
    assert first["tab"] == second["tab"]


def test_a_server_that_is_not_ready_says_so(page, server):
    """503 with a sentence: it stands where the card will be, and the card comes by itself."""
    server.order(cards_status=503, says="The search for suspects is not done yet.")
    page.goto(f"{server.url}/")
    page.get_by_text("The search for suspects is not done yet.").wait_for()
    server.order()

    assert card_of(page) == "row-0000"


def test_the_count_of_cards_goes_on_over_a_reload(page, server):
    """Which cards are blind follows from it, so it must not begin anew."""
    visit(page, server)
    press(page, "k")
    press(page, "k")
    wait_saved(page)
    page.reload()
    card_of(page)

    assert server.asked("cards")[-1]["seen"] == 2
