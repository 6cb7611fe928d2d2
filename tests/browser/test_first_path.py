"""The whole path in a real browser: open the example, review by key, undo, export, read back."""

import zipfile
from pathlib import Path

import pyarrow.csv
import pytest

from store.decisions import DecisionLog
from tests.browser.serving import card_of, press, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the server runs: the example's workspace is made here."""
    return tmp_path_factory.mktemp("first-path")


@pytest.fixture(scope="module")
def server(folder):
    """A server with nothing open."""
    with served(folder) as running:
        yield running


def test_from_nothing_to_a_clean_copy(page, server, folder):
    """Two clicks bring the first card; three keys and one undo are two decisions in the export."""
    page.goto(server.url)
    page.get_by_role("button", name="Open the example").click()
    page.get_by_text("90 of the 1,797 labels are planted errors").wait_for()
    page.get_by_role("button", name="Start review").click()

    first = press(page, "Enter")
    second = press(page, "x")
    third = press(page, "k")
    page.wait_for_selector(f"[data-saved~='{third}']")
    page.keyboard.press("Backspace")
    page.wait_for_selector(f"[data-ready='{third}']")
    page.get_by_text("found 2 of 90").wait_for()

    page.get_by_role("link", name="Export").click()
    page.get_by_role("heading", name="What will change").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the clean copy").click()
    saved = folder / "clean.zip"
    download.value.save_as(saved)

    with zipfile.ZipFile(saved) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".csv")]
        with archive.open(name) as file:
            table = pyarrow.csv.read_csv(
                file,
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types={"label": "string", "true_label": "string"}
                ),
            )
    rows = {row["id"]: row for row in table.to_pylist()}
    assert len(rows) == 1_796
    assert second not in rows
    assert third in rows
    assert rows[first]["label"] == rows[first]["true_label"]
    log = DecisionLog(folder / "digits.secondlook" / "decisions.db")
    assert [one.action for one in log.decisions()] == ["relabel", "drop", "keep", "undo"]


def test_a_deep_link_brings_the_same_card_back(page, server):
    """The address of a card opens that card, also for somebody who was never here before."""
    page.goto(f"{server.url}/review")
    card_of(page)
    page.goto(f"{page.url.split('&card=')[0]}&card=digit-0007")

    assert card_of(page) == "digit-0007"


def test_a_fast_key_never_lands_on_another_example(page, server, folder):
    """Ten presses in a row: each decision is about the card it was made on, once.

    On a busy machine two may come before the next card is painted: the same key twice on a card
    that is still on the screen is one decision.
    """
    log = DecisionLog(folder / "digits.secondlook" / "decisions.db")
    before = len(log.decisions())
    page.goto(f"{server.url}/review")
    card_of(page)
    for _ in range(10):
        page.keyboard.press("k")
        page.wait_for_timeout(40)  # the speed of the typist, not a wait for an effect
    page.wait_for_selector("[data-unsaved='0']")

    made = log.decisions()[before:]
    assert 1 <= len(made) == len({decision.ids for decision in made}) <= 10
    assert all(decision.because["queue"] == "joined_evidence" for decision in made)


def test_typing_in_a_field_fires_no_key(page, server, folder):
    """The reviewer's name may contain every letter that is a key."""
    log = DecisionLog(folder / "digits.secondlook" / "decisions.db")
    before = len(log.decisions())
    page.goto(f"{server.url}/review")
    shown = card_of(page)
    field = page.get_by_role("textbox", name="Reviewer")
    field.fill("")
    field.press_sequentially("Max Kf 1")
    field.press("Tab")
    page.wait_for_function(
        "document.querySelector('input[aria-label=Reviewer]').value == 'Max Kf 1'"
    )

    assert card_of(page) == shown
    assert len(log.decisions()) == before


def test_nothing_went_wrong_on_the_server(server):
    """No traceback in the server's log after all of the above."""
    assert "Traceback" not in server.log()
