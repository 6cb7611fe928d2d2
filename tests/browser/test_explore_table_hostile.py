"""Text of a dataset is text in the table, the closer look and among near duplicates."""

import pytest

from tests.browser.hostile_texts import HOSTILE
from tests.browser.serving import PATIENCE, served
from tests.browser.test_hostile_texts import inert, made, watched

pytestmark = pytest.mark.browser

__all__ = ["watched"]


@pytest.mark.parametrize("texts", [True, False], ids=["texts", "fields"])
def test_nothing_of_a_hostile_dataset_runs_in_the_table(watched, tmp_path, texts):
    """Every column shown, labels picked from, a row closer, groups of copies."""
    page, opened = watched, made(tmp_path, texts=texts)
    with served(tmp_path, opened.workspace.folder) as server:
        page.goto(f"{server.url}/explore")
        page.wait_for_selector(".table[data-loaded=true]", timeout=PATIENCE)
        page.get_by_role("button", name="Columns", exact=True).click()
        for box in page.locator("[data-dialog=columns] .choice input").all():
            box.check()
        page.keyboard.press("Escape")
        page.wait_for_selector(".table[data-loaded=true]")
        shown = page.locator(".table .line .cell.id").first.inner_text()
        assert any(shown.startswith(" ".join(one.split())[:8]) for one in HOSTILE)
        inert(page)
        page.locator(".table .line .relabel").first.click()
        page.locator("[data-dialog=picker] [role=option]").first.wait_for()
        page.locator("[data-dialog=picker] input").fill("alert(1)")
        inert(page)
        page.keyboard.press("Enter")
        page.wait_for_selector(".saved-line[data-unsaved='0'][data-saved]:not([data-saved=''])")
        inert(page)
        page.locator(".table .grid").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector(".closer[data-row]:not([data-row='']) .value")
        page.locator(".closer .near-grid .tile").first.wait_for()
        inert(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Near duplicates").click()
        page.locator(".duplicates [role=status], .duplicates .group").first.wait_for()
        inert(page)
        assert "Traceback" not in server.log()
