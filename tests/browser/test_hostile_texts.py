"""Text of a dataset is text on every page: nothing in it runs, loads or becomes an element."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.decisions import DecisionLog
from store.opening import open_dataset
from store.readers import Request
from tests.browser.hostile_texts import HOSTILE
from tests.browser.serving import card_of, press, served

pytestmark = pytest.mark.browser

EACH = 4
"""Rows of a class: enough for folds, so that every part of an audit runs."""
ID, LABEL, TEXT = "<b onclick=alert(1)>id</b>", "[label](javascript:alert(1))", HOSTILE[11]
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = (...given) => { window.ran.push(name); return true; };
}
"""
ALIVE = """
() => {
  const found = [];
  const visit = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (/^(iframe|object|embed|base|marquee|math)$/i.test(node.tagName)) found.push(node.tagName);
      for (const { name, value } of node.attributes) {
        const runs = name.startsWith("on") || /^\\s*(javascript|data:text)/i.test(value);
        const ours = name === "href" && /^(review|explore|export)[?]/.test(value);
        const address = /^(src|href|action|style)$/.test(name) && !ours;
        const loads = address && value.includes("evil.invalid");
        const quoted = ["title", "aria-label", "value", "data-card", "data-ready"].includes(name);
        if ((runs && !quoted) || loads) found.push(`${node.tagName} ${name}=${value}`);
      }
      if (node.shadowRoot) visit(node.shadowRoot);
    }
  };
  visit(document);
  return found;
}
"""
"""What the vectors would have become: frames, handlers, links that run, addresses that load."""
HEADINGS = {"Score": "Compare two", "Explore": "Explore", "Export": "What will change",
            "Data": "Health", "Methods": "Methods"}  # fmt: skip
"""What a page has once it is drawn."""


def made(folder, *, texts: bool):
    """A workspace whose names, ids, classes and texts are all hostile."""
    n = len(HOSTILE) * EACH
    words = [HOSTILE[row % len(HOSTILE)] for row in range(n)]
    table = {ID: [f"{word} {row}" for row, word in enumerate(words)], LABEL: words}
    name = 'texts "><img src=x onerror=alert(1)>' if texts else "fields <svg onload=alert(1)>"
    if texts:
        table[TEXT] = [f"{word}\nexample {row % 7} of {row % 3}" for row, word in enumerate(words)]
    else:
        table |= dict.fromkeys(HOSTILE[-8:], words[::-1])
        kinds = np.random.default_rng(0).normal(size=(len(HOSTILE), 16))
        vectors = kinds[np.arange(n) % len(HOSTILE)] + 0.4 * np.random.default_rng(1).normal(
            size=(n, 16)
        )
        np.save(folder / "vectors.npy", vectors.astype(np.float32))
    pq.write_table(pa.table(table), folder / f"{name}.parquet")
    request = Request(
        id=ID,
        label=LABEL,
        text=TEXT if texts else "",
        embeddings=None if texts else str(folder / "vectors.npy"),
    )
    return open_dataset(folder / f"{name}.parquet", request)


@pytest.fixture
def watched(page):
    """A tab that counts what must not happen: dialogs, frames, windows, errors on the console."""
    happened: list[str] = []
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda tab: happened.append(f"window {tab.url}"))
    page.on("frameattached", lambda frame: happened.append(f"frame {frame.url}"))
    page.on("response", lambda said: happened.extend(_failed(said)))
    page.on("console", lambda said: happened.extend(_complained(said)))
    yield page

    assert happened == []


def inert(page):
    """Nothing of the dataset has run or has become a part of the page."""
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')"
    )
    assert page.evaluate("window.ran") == []
    assert page.evaluate(ALIVE) == []
    assert page.locator("[data-testid=stException]").count() == 0


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Two workspaces: one of texts, one whose cards show the columns of a row."""
    return [made(tmp_path_factory.mktemp("hostile"), texts=texts) for texts in (True, False)]


@pytest.fixture(scope="module")
def server(opened, tmp_path_factory):
    """A server with both of them open."""
    folder = tmp_path_factory.mktemp("server")
    with served(folder, *(one.workspace.folder for one in opened)) as running:
        yield running
        assert "Traceback" not in running.log()


@pytest.mark.parametrize("which", [0, 1], ids=["texts", "fields"])
def test_nothing_of_a_hostile_card_runs(watched, opened, server, which):
    """The card shows the text as it is; notes, class search, neighbours, more like this, end."""
    page, dataset = watched, opened[which].dataset
    # A blind card, drawn at random, would show no neighbours to look at.
    page.goto(f"{server.url}/review?dataset={dataset.fingerprint[:12]}&blind=false")
    row = int(dataset.rows_of([card_of(page)])[0])

    assert _flat(HOSTILE[row % len(HOSTILE)]) in _flat(page.inner_text("[data-card]"))
    inert(page)
    review(page)
    log = DecisionLog(opened[which].workspace.log_path)
    assert [decision.note for decision in log.decisions()][:3] == list(HOSTILE[:3])


def test_nothing_of_a_hostile_dataset_runs_on_any_page(watched, opened, server):
    """After decisions with hostile notes: every page, and what it shows only when it is asked."""
    page, dataset = watched, opened[0].dataset
    page.goto(f"{server.url}/review?dataset={dataset.fingerprint[:12]}")
    card_of(page)
    for name in ("Score", "Explore", "Export", "Data", "Methods"):
        page.get_by_role("link", name=name, exact=True).first.click()
        page.get_by_role("heading", name=HEADINGS[name]).first.wait_for()
        inert(page)
        visit(page, name)
        inert(page)


def review(page):
    """What the card can do with the texts of a dataset."""
    for note, key in zip(HOSTILE[:3], ("Enter", "k", "x"), strict=True):
        page.keyboard.press("n")
        page.locator("textarea[aria-label^=Note]").fill(note)
        page.keyboard.press("Escape")
        press(page, key)
    inert(page)
    page.keyboard.press("/")
    page.locator("[data-dialog=find] li").first.wait_for()
    page.keyboard.type("alert(1)")
    inert(page)
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.locator("[data-dialog=alike] [data-id]").nth(3).wait_for()
    inert(page)
    page.keyboard.press("Escape")
    page.locator(".near .tile").first.click()
    page.locator("[data-dialog=zoom][open]").wait_for()
    inert(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("heading", name="This sitting").wait_for()
    page.wait_for_selector("[data-unsaved='0']")
    inert(page)


def visit(page, name):
    """What a page shows only when it is asked."""
    if name == "Data":
        for title in ("Where it comes from", "Open another dataset"):
            page.get_by_text(title).click()
        page.get_by_role("combobox", name="Label").first.click()
        page.keyboard.press("Escape")
    if name == "Score":
        page.get_by_text("Most suspicious first").scroll_into_view_if_needed()
    if name == "Explore":
        page.wait_for_selector(".table[data-loaded=true]")
        page.locator(".legend button").first.click()
        page.wait_for_function("location.search.includes('parts=')")
    if name == "Export":
        page.get_by_role("textbox", name="Only rows where").fill(f"{HOSTILE[12]}=x")
        page.keyboard.press("Enter")
        page.locator("[data-testid=stAlert]").first.wait_for()


def _failed(response) -> list[str]:
    """Addresses that were asked for in vain; of a deep link Streamlit tries two of its own."""
    ours = "/_stcore/" not in response.url
    return [response.url] if response.status >= 400 and ours else []


def _complained(message) -> list[str]:
    """Errors on the console; those about an address are counted by `_failed`."""
    known = message.text.startswith("Failed to load resource")
    return [message.text] if message.type == "error" and not known else []


def _flat(text: str) -> str:
    """As a browser lays it out: white space is one blank."""
    return " ".join(text.replace("\ufeff", "").split())
