"""Rows found by meaning, and a selection too long for an address, passed on to another browser."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from engine.audit import audit
from store.lists import lists_in
from store.opening import open_dataset
from store.readers import Request
from store.text_vectors import learn_word_vectors
from tests.browser.serving import PATIENCE, served

pytestmark = pytest.mark.browser

N = 600
SEA = ("ferry", "harbour", "wave", "sailor", "anchor", "tide", "island", "deck", "storm", "gull")
BREAD = ("flour", "oven", "dough", "yeast", "crust", "baker", "loaf", "wheat", "butter", "rye")
CHESS = ("bishop", "rook", "pawn", "castle", "queen", "endgame", "gambit", "clock", "king", "mate")
TOPICS = {"sea": SEA, "bread": BREAD, "chess": CHESS}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Texts of three topics, six words each out of ten, so that most miss any one word."""
    folder = tmp_path_factory.mktemp("words")
    rng = np.random.default_rng(0)
    labels = [list(TOPICS)[row % 3] for row in range(N)]
    texts = [" ".join(rng.choice(TOPICS[label], 6)) for label in labels]
    ids = [f"a text about {labels[row]}, number {row:03}" for row in range(N)]
    table = pa.table({"id": ids, "label": labels, "text": texts})
    pq.write_table(table, folder / "words.parquet")
    opened = open_dataset(folder / "words.parquet", Request(id="id", label="label", text="text"))
    audit(opened.dataset, opened.workspace)
    return opened


@pytest.fixture(scope="module")
def server(opened, tmp_path_factory):
    """A server with the texts open; their vectors were made without a model to download."""
    with served(tmp_path_factory.mktemp("server"), opened.workspace.folder) as running:
        yield running
        assert "Traceback" not in running.log()


@pytest.fixture
def explored(page: Page, server) -> Page:
    """The page, with the first rows in its table."""
    page.goto(f"{server.url}/explore")
    whole(page)
    return page


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Page]:
    """A tab of somebody else's: nothing is kept in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    yield tab
    context.close()


def whole(page: Page) -> None:
    """Every line on the screen has its row."""
    page.wait_for_selector(".table[data-loaded=true]", timeout=PATIENCE)


def ids(page: Page) -> list[str]:
    """Ids of the lines on the screen, from top to bottom."""
    lines = page.locator(".table .line:not([hidden])")
    found = lines.evaluate_all("all => all.map((one) => [one.place, one.dataset.row])")
    return [id_ for _, id_ in sorted(found)]


def nearest(opened, words: str) -> list[str]:
    """All ids by the cosine of their vectors with that of the words."""
    dataset = opened.dataset
    vector = learn_word_vectors(dataset, progress=lambda *_: None).of(words)
    return dataset.ids(np.argsort(-(dataset.embeddings @ vector), kind="stable"))


def first_line(page: Page, id_: str) -> None:
    page.wait_for_selector(f".table .line[aria-rowindex='2'][data-row='{id_}']")


def test_words_that_are_typed_bring_the_nearest_in_meaning_first(explored, opened, server):
    """As cosines say it; the address holds it, a filter goes with it, and without it there is the
    order of the list again."""
    page = explored
    before = ids(page)
    field = page.get_by_role("searchbox", name="Like these words")
    field.fill("yeast dough")
    field.press("Enter")

    expected = nearest(opened, "yeast dough")
    first_line(page, expected[0])
    whole(page)
    shown = ids(page)
    assert shown[:8] == expected[:8]
    expect(page.locator(".table .bar")).to_contain_text("Like “yeast dough” first")
    topics = {id_: id_.split()[3] for id_ in expected}
    assert {topics[id_] for id_ in shown} == {"bread,"}

    page.wait_for_function("location.search.includes('yeast')")
    page.goto(f"{page.url}&where=label+%3D+%27bread%27+AND+contains(id%2C+%275%27)")
    passing = [id_ for id_ in expected if topics[id_] == "bread," and "5" in id_]
    page.wait_for_selector(f".table[data-loaded=true][data-total='{len(passing)}']")
    assert ids(page)[:5] == passing[:5]
    expect(page.get_by_role("searchbox", name="Like these words")).to_have_value("yeast dough")

    page.goto(f"{server.url}/explore")
    whole(page)
    assert ids(page) == before


def test_words_that_nobody_wrote_are_no_mistake(explored):
    """Every text is as far; the page goes on."""
    page = explored
    field = page.get_by_role("searchbox", name="Like these words")
    field.fill("zzzz <b>")
    field.press("Enter")
    expect(page.locator(".table .bar")).to_contain_text("Like “zzzz <b>” first")
    whole(page)
    assert page.get_attribute(".table", "data-total") == str(N)
    page.get_by_role("button", name="Like “zzzz <b>” first").click()
    expect(page.locator(".table .bar")).not_to_contain_text("zzzz")


def test_a_first_tick_far_down_leaves_the_table_where_it_is(explored):
    """The rows are the same, only one of them is selected."""
    page = explored
    page.locator(".table .grid").focus()
    page.keyboard.press("End")
    last = f".table .line.current[aria-rowindex='{N + 1}']"
    page.wait_for_selector(f"{last}:not(.coming)")
    page.keyboard.press("Space")
    page.wait_for_selector(f"{last}[aria-selected=true]")
    page.wait_for_selector(".explore[data-selected='1']")
    page.wait_for_selector(".table[data-loaded=true]")
    assert page.locator(last).count() == 1


def test_many_ticks_are_a_short_link_that_another_browser_understands(
    explored, opened, server, fresh
):
    """400 rows ticked out of 600: the same 400 elsewhere, and one of them can be unticked there."""
    page = explored
    page.goto(f"{server.url}/explore?where=label+%3C%3E+%27sea%27+AND+rank+%3E+0")
    page.wait_for_selector(".table[data-loaded=true][data-total='400']")
    page.locator(".table .grid").focus()
    page.keyboard.press("Space")
    page.keyboard.press("End")
    page.wait_for_selector(".table .line.current[aria-rowindex='401']:not(.coming)")
    page.keyboard.press("Shift+Space")
    page.wait_for_selector(".explore[data-selected='400']")
    page.wait_for_function("new URLSearchParams(location.search).get('drawn')?.startsWith('.l~')")
    assert len(page.url) < 300

    fresh.goto(page.url.replace("label+%3C%3E+%27sea%27+AND+", ""))
    fresh.wait_for_selector(f".explore[data-filtered='{N}'][data-selected='400']")
    fresh.get_by_role("button", name="Show only what is selected").click()
    fresh.wait_for_selector(".table[data-loaded=true][data-total='400']")
    assert not any("sea" in id_ for id_ in ids(fresh))
    fresh.locator(".table .grid").focus()
    fresh.keyboard.press("Space")
    fresh.wait_for_selector(".explore[data-selected='399']")
    fresh.wait_for_function("new URLSearchParams(location.search).get('drawn')?.includes('.j~')")
    left = fresh.url
    fresh.goto("about:blank")
    fresh.goto(left)
    fresh.wait_for_selector(".explore[data-selected='399']")
    assert lists_in(opened.workspace) == ()
