"""Where two reviewers disagree: from the Data page to the card, settled by a key, taken back."""

import pytest

from engine.example import digits_example
from store.decision import decide
from store.decisions import DecisionLog
from store.opening import open_in_memory
from store.settling import settle
from tests.browser.serving import card_of, press, served

pytestmark = pytest.mark.browser
PATIENCE = 300_000


@pytest.fixture(scope="module")
def disputed(tmp_path_factory):
    """A server on the digits, its log, and three rows that Grace and Alan see differently."""
    folder = tmp_path_factory.mktemp("disputes")
    dataset = digits_example()
    opened = open_in_memory(dataset, folder / "digits.secondlook")
    log = DecisionLog(opened.workspace.log_path)
    for row in (3, 40, 700):
        other = next(name for name in dataset.classes if name != dataset.given(row))
        note = "the loop is <b>closed</b>"
        log.append(
            [
                decide(dataset, [row], "keep", reviewer="Grace"),
                decide(dataset, [row], "relabel", label=other, reviewer="Alan", note=note),
            ]
        )
    with served(folder, opened.workspace.folder) as server:
        yield server, log, dataset.ids([3, 40, 700])


def verdicts(log, ids):
    """What is in force for these rows."""
    found = settle(log.decisions())
    return sorted(found[id_].action for id_ in ids)


def test_a_dispute_is_settled_by_a_key_and_undone_by_one(page, disputed):
    """The step on the Data page leads to the cards; each says who wants what and what a key does.
    Switched off, a key is one more opinion, and the address remembers it."""
    server, log, ids = disputed
    page.goto(server.url)
    page.get_by_text("Settle where reviewers differ").wait_for(timeout=PATIENCE)
    page.get_by_role("link", name="Review 3").click()
    first = card_of(page)

    assert first in ids
    assert page.locator("section.dispute li > b").all_inner_texts() == ["Grace", "Alan"]
    lines = page.locator("section.dispute li").all_inner_texts()
    assert "kept" in lines[0]
    assert "“the loop is <b>closed</b>”" in lines[1]
    page.get_by_text("Settle for everybody").click()
    page.get_by_text("Your decision is one more opinion.", exact=True).wait_for()
    page.wait_for_function("location.search.includes('settles=false')")
    voiced = press(page, "k")
    page.wait_for_selector(f"[data-saved~='{voiced}']")
    assert verdicts(log, ids) == ["adjudicate"] * 3
    page.get_by_text("Settle for everybody").click()
    page.get_by_text("Your decision settles it for everybody.", exact=True).wait_for()
    settled = card_of(page)
    page.keyboard.press("k")
    page.get_by_text(f"Settled: {settled} kept").first.wait_for()
    assert verdicts(log, ids) == ["adjudicate", "adjudicate", "keep"]
    page.keyboard.press("Backspace")
    page.wait_for_selector(f"[data-ready='{settled}']")
    page.wait_for_selector("[data-unsaved='0']")
    assert verdicts(log, ids) == ["adjudicate"] * 3
