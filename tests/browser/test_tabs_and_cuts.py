"""The whole application in two tabs and over a cut line: nothing lost, nothing doubled."""

import time

import pytest

from engine.example import digits_example
from store.decisions import DecisionLog
from store.opening import open_in_memory
from store.settling import settle
from tests.browser.line import line_to
from tests.browser.serving import card_of, press, served

pytestmark = pytest.mark.browser
CUT = 20.0
"""Seconds: long enough for Streamlit to miss its own connection and to try again."""
KEYS = "kxkkxkkkxkkxkkk"
SIGN = """is_there => is_there === getComputedStyle(document.querySelector(".stApp"), "::after")
    .content.includes("No connection")"""
ACTIONS = {"k": "keep", "x": "drop"}


@pytest.fixture(scope="module")
def served_log(tmp_path_factory):
    """One server for both tests and the log it writes."""
    folder = tmp_path_factory.mktemp("application")
    opened = open_in_memory(digits_example(), folder / "digits.secondlook")
    with served(folder, opened.workspace.folder) as server:
        yield server, DecisionLog(opened.workspace.log_path)


def test_two_tabs_of_one_person_share_the_work(page, served_log):
    """Neither shows what the other has; every key counts once, and Backspace is the tab's own."""
    server, log = served_log
    page.goto(f"{server.url}/review")
    card_of(page)
    second = page.context.new_page()
    second.goto(f"{server.url}/review")
    card_of(second)
    before = len(log.decisions())
    kept, dropped = [], []
    for _ in range(12):
        kept.append(press(page, "k"))
        dropped.append(press(second, "x"))
    page.keyboard.press("Backspace")
    page.wait_for_selector(f"[data-ready='{kept[-1]}']")
    for tab in (page, second):
        tab.wait_for_selector("[data-unsaved='0']")

    said = log.decisions()[before:]
    made = [decision for decision in said if decision.action != "undo"]
    assert [one.ids for one in made if one.action == "keep"] == [(id_,) for id_ in kept]
    assert [one.ids for one in made if one.action == "drop"] == [(id_,) for id_ in dropped]
    assert len({decision.ids for decision in made}) == len(made) == 24
    assert {*kept[:-1], *dropped} == set(settle(said))


def test_a_line_cut_for_twenty_seconds(page, served_log):
    """Keys go on; once it is mended all arrive, each once, in order, and the work goes on."""
    server, log = served_log
    with line_to(server.port) as line:
        page.goto(f"{line.url}/review")
        card_of(page)
        before = len(log.decisions())
        line.cut()
        began, made = time.monotonic(), []
        for number, key in enumerate(KEYS, 1):
            made.append((press(page, key), ACTIONS[key]))
            left = began + CUT * number / len(KEYS) - time.monotonic()
            page.wait_for_timeout(1_000 * max(left, 0))
        page.wait_for_function(SIGN, arg=True)
        assert page.get_attribute("[data-unsaved]", "data-unsaved") == str(len(KEYS))
        assert len(log.decisions()) == before
        line.mend()
        page.wait_for_selector("[data-unsaved='0']")
        page.wait_for_function(SIGN, arg=False)
        made.append((press(page, "k"), "keep"))
        page.wait_for_selector("[data-unsaved='0']")

    said = log.decisions()[before:]
    assert [(decision.ids, decision.action) for decision in said] == [
        ((id_,), action) for id_, action in made
    ]
    assert len({id_ for id_, _ in made}) == len(KEYS) + 1
