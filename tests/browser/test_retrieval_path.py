"""The whole path of a retrieval set: a BEIR folder opened, judged by key, exported, read back."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.pairing import pair_up
from store.opening import open_dataset
from tests.browser.serving import PATIENCE, card_of, press, served
from tests.retrieval_sets import made_retrieval

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A made set of 24 queries and 240 passages as BEIR has it."""
    made = made_retrieval().retrieval
    folder = tmp_path_factory.mktemp("beir") / "topics"
    (folder / "qrels").mkdir(parents=True)
    for name, side in (("queries", made.queries), ("corpus", made.passages)):
        rows = zip(side.ids.to_pylist(), side.texts.to_pylist(), strict=True)
        lines = [json.dumps({"_id": id_, "title": "", "text": text}) for id_, text in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    judged = made.judgements
    lines = [
        f"q{query}\td{passage}\t{grade}"
        for query, passage, grade in zip(judged.query, judged.passage, judged.grade, strict=True)
    ]
    text = "\n".join(["query-id\tcorpus-id\tscore", *lines]) + "\n"
    (folder / "qrels" / "test.tsv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with nothing open."""
    with served(tmp_path_factory.mktemp("retrieval-path")) as running:
        yield running


def exported(page: Page, title: str, sign: str, where: Path) -> Path:
    """Choose a format on the Export page and download it; returns the folder it is unpacked in.

    sign: what stands on the page once the format is chosen, and did not before.
    """
    # By the keyboard: a list that a click opens at the edge of the window may close as it scrolls.
    # And again: one that is opened when the page has just been drawn may close as well.
    option = page.get_by_role("option", name=title)
    for _ in range(20):
        page.get_by_role("combobox", name="Format").press("ArrowDown")
        page.wait_for_timeout(500)
        if option.is_visible():
            break
    option.click()
    page.get_by_text(sign).first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the clean copy").click()
    saved = where / "copy.zip"
    download.value.save_as(saved)
    with zipfile.ZipFile(saved) as archive:
        archive.extractall(where / title)
    return where / title


def test_from_a_beir_folder_to_judgements_and_triplets(page, server, folder, tmp_path):
    """Ten judged and one of them undone: nine in the qrels, and triplets agree with them."""
    page.goto(server.url)
    field = page.get_by_role("textbox", name="File or folder")
    field.fill(str(folder))
    field.press("Enter")
    page.get_by_role("button", name="Open this data").click()
    page.get_by_role("button", name="Start review").click(timeout=PATIENCE)
    page.wait_for_url("**/review**")
    card_of(page)
    page.goto(f"{page.url.split('?')[0]}?order=fixed&blind=false&given=0")
    judged = [press(page, key) for key in ["Enter", "k"] * 5]
    page.wait_for_selector(f"[data-saved~='{judged[-1]}']")
    page.keyboard.press("Backspace")
    page.wait_for_selector(f"[data-ready='{judged[-1]}']")
    page.wait_for_selector("[data-unsaved='0']")

    page.get_by_role("link", name="Export").click()
    page.get_by_role("heading", name="What will change").wait_for()
    triplets = exported(page, "Training triplets", "Negatives per query", tmp_path)
    qrels = exported(page, "Judgements (BEIR qrels)", "is never written", tmp_path)

    (written,) = qrels.rglob("reviewed.tsv")
    rows = [line.split("\t") for line in written.read_text(encoding="utf-8").splitlines()[1:]]
    grades = {f"{query}/{passage}": grade for query, passage, grade in rows}
    assert [grades.get(id_) for id_ in judged[:9]] == ["1", "0"] * 4 + ["1"]
    given = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8")
    assert (judged[9] in grades) == (judged[9].replace("/", "\t") + "\t" in given)
    # Beside the texts they are a set again, with the new judgements in it.
    again = tmp_path / "again"
    (again / "qrels").mkdir(parents=True)
    for name in ("queries.jsonl", "corpus.jsonl"):
        (again / name).write_bytes((folder / name).read_bytes())
    (again / "qrels" / "reviewed.tsv").write_bytes(written.read_bytes())
    dataset = open_dataset(again, pair_up=pair_up).dataset
    told = [dataset.given(int(row)) for row in dataset.rows_of(judged[:9])]
    assert told == ["1", "0"] * 4 + ["1"]

    (file,) = triplets.rglob("*.triplets.jsonl")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    pairs = dataset.pairs
    positives = {(one["anchor"], one["positive"]) for one in lines}
    found = [pairs.words_of(int(row)) for row in dataset.rows_of(judged[0:9:2])]
    assert set(found) <= positives
    assert not positives & {(one["anchor"], one["negative"]) for one in lines}


def test_nothing_went_wrong_on_the_server(server):
    """No traceback in the server's log after all of the above."""
    assert "Traceback" not in server.log()
