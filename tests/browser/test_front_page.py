"""The front page in a browser: what it counts is what its links show."""

from dataclasses import replace

import numpy as np
import pytest

from store.decisions import DecisionLog, decide
from store.opening import open_in_memory
from tests.browser.serving import PATIENCE, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def dataset(make_dataset):
    """60 texts in two clouds; row 0 under the wrong label, 10 and 40 contradict each other."""
    labels = ["dog"] + ["cat"] * 29 + ["dog"] * 28 + [None, None]
    cloud = np.repeat(np.eye(4, dtype=np.float32)[:2], 30, axis=0)
    noise = np.random.default_rng(0).normal(scale=0.05, size=(60, 4))
    made = make_dataset(labels, embeddings=(cloud + noise).astype(np.float32))
    content = np.array(made.content)
    content[40] = content[10]
    return replace(made, content=content)


@pytest.fixture(scope="module")
def server(dataset, tmp_path_factory):
    """A server with it open."""
    folder = tmp_path_factory.mktemp("front")
    open_in_memory(dataset, folder / "made.secondlook")
    with served(folder, folder / "made.secondlook") as running:
        yield running


def front(page, server) -> None:
    """The page, once everything in the background has ended."""
    page.goto(server.url)
    page.get_by_text("Suspected labels", exact=True).wait_for(timeout=PATIENCE)
    page.get_by_text("Looked for and not there").or_(page.get_by_text("Outliers")).first.wait_for()
    page.get_by_text("Looking at the whole").wait_for(state="detached")


def follow(page, server, number: int, title: str) -> None:
    """Explore, by the link beside a kind; a number of rows is what it counts."""
    front(page, server)
    line = page.locator("[data-testid='stHorizontalBlock']").filter(
        has=page.locator(".sl-problem b", has_text=title)
    )
    assert line.locator(".sl-number").first.inner_text() == str(number)
    line.get_by_role("link", name="Explore").click()
    page.wait_for_selector(".explore[data-filtered]", timeout=PATIENCE)


def test_a_filter_of_the_front_page_shows_as_many_rows_as_it_counts(page, server):
    """Suspected labels by a condition, rows without a label by their name."""
    follow(page, server, 1, "Suspected labels")
    page.wait_for_selector(".explore[data-filtered='1'][data-selected='']")
    follow(page, server, 2, "Without a label")
    page.wait_for_selector(".explore[data-filtered='2'][data-selected='']")


def test_contradicting_rows_are_selected_by_their_ids(page, server):
    """No column tells them, so the address names them."""
    follow(page, server, 2, "Contradicting labels")

    page.wait_for_selector(".explore[data-filtered='60'][data-selected='2']")


def test_the_first_step_is_one_click_away_and_gone_when_done(page, server, dataset):
    """The suspected label is reviewed; the page asks for something else then."""
    front(page, server)
    page.get_by_text("1. Review the first list").wait_for()
    page.get_by_role("link", name="Review 1").first.click()
    page.wait_for_selector("[data-ready='row-0']", timeout=PATIENCE)
    log = DecisionLog(server.folder / "made.secondlook" / "decisions.db")
    log.append([decide(dataset, [0], "relabel", reviewer="Ada", label="cat", seconds=2.0)])

    front(page, server)
    page.get_by_text("1. Settle contradicting labels").wait_for()
    page.get_by_text("1 of 1 checked, 1 wrong: 100 %, and that is all of them.").wait_for()
    page.get_by_role("row", name="cat 29 +1 30").wait_for()
