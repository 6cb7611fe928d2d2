"""A retrieval set in a real browser: pairs judged by key, one undone, a whole query by its list."""

import pytest

from store.decisions import DecisionLog
from store.opening import open_in_memory
from store.verdicts import apply_verdicts
from tests.browser.serving import card_of, press, served
from tests.retrieval_sets import made_retrieval

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A made set of 24 queries and 240 passages."""
    folder = tmp_path_factory.mktemp("pairs")
    return open_in_memory(made_retrieval().dataset(), folder / "made.secondlook").workspace


@pytest.fixture(scope="module")
def server(tmp_path_factory, workspace):
    """A server that has it open."""
    with served(tmp_path_factory.mktemp("server"), workspace.folder) as running:
        yield running


def test_ten_pairs_are_judged_by_key_and_one_undone(page, server, workspace):
    """Five relevant, four not, one a duplicate; the last is undone and comes back."""
    page.goto(f"{server.url}/review?blind=false&order=fixed")
    judged = [press(page, key) for key in ["Enter", "k"] * 4 + ["Enter", "x"]]
    page.wait_for_selector(f"[data-saved~='{judged[-1]}']")
    page.keyboard.press("Backspace")
    page.wait_for_selector(f"[data-ready='{judged[-1]}']")
    page.wait_for_selector("[data-unsaved='0']")

    dataset = workspace.load()
    decisions = DecisionLog(workspace.log_path).decisions()
    assert [one.ids[0] for one in decisions[:10]] == judged
    assert {one.unit for one in decisions} == {"pair"}
    assert (decisions[-1].action, decisions[-1].undoes) == ("undo", decisions[9].decision_id)
    applied = apply_verdicts(dataset, decisions)
    rows = dataset.rows_of(judged)
    assert (applied.actions[rows] != "undecided").tolist() == [True] * 9 + [False]
    # Whatever each was judged before: Enter says relevant.
    assert [dataset.classes[label] for label in applied.labels[rows[:10:2]]] == ["1"] * 5


def test_one_query_is_reviewed_by_its_list(page, server, workspace):
    """Two are ticked and marked relevant, the others shown not: two decisions."""
    before = len(DecisionLog(workspace.log_path).decisions())
    page.goto(f"{server.url}/review?query=q7&blind=false")
    assert card_of(page).startswith("q7/")
    page.get_by_text("Only q7").wait_for()
    page.keyboard.press("w")
    page.wait_for_selector(".whole-list [data-id]")
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.get_by_text("Mark 2 ticked relevant").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Mark 0 ticked relevant").wait_for()
    page.keyboard.press("k")
    page.wait_for_selector("[data-unsaved='0']")
    page.keyboard.press("w")

    relevant, others = DecisionLog(workspace.log_path).decisions()[before:]
    assert (relevant.action, relevant.label, len(relevant.ids)) == ("relabel", "1", 2)
    assert (others.action, len(others.ids)) == ("keep", 28)
    assert {id_.split("/")[0] for id_ in (*relevant.ids, *others.ids)} == {"q7"}
    assert relevant.because == {"queue": "whole query", "of": "q7"}


@pytest.mark.parametrize("address", ["", "score", "explore", "export", "methods"])
def test_every_page_stands(page, server, address):
    """The sidebar says Pairs, and no page shows a traceback."""
    page.goto(f"{server.url}/{address}")
    page.get_by_role("link", name="Pairs").wait_for()
    page.get_by_role("heading").first.wait_for()

    assert page.locator("[data-testid='stException']").count() == 0


def test_nothing_went_wrong_on_the_server(server):
    """No traceback in the server's log after all of the above."""
    assert "Traceback" not in server.log()
