"""Broken retrieval sets: each opens rightly or is a sentence, and leaves nothing behind.

Made from whole sets of every layout, with the same damage as other files (test_readers_broken).
"""

import contextlib
import json
import random
import shutil

import pytest

from engine.pairing import pair_up
from store.errors import UserError
from store.opening import open_dataset
from store.readers.retrieval import is_retrieval, preview_retrieval, read_retrieval
from tests.retrieval_files import LAYOUTS, PASSAGES, QUERIES, beir, trec
from tests.store.test_readers_broken import BYTES

SEEDS = 5
ODD_LINES = [
    "", "\t", "q1", "q1\td1", "q1\td1\t2\t3\t4\t5", "q1\td1\tmany", "q1\td1\t1e400", "q1\td1\tnan",
    "q1\td1\t" + "9" * 30, "q1\t\t1", "nobody\td1\t1", "q1\td1\t1\x00", "q1\td1\t0.5",
    '{"_id": "d1"}', '{"_id": null, "text": "a"}', '{"_id": ["d9"], "text": "a"}', "[]", "3",
    '{"_id": "d9", "text": {"a": [null]}}', '{"_id": "d9", "text": 3}', '{"_id": "d1", "text": ""}',
    '{"_id": "d9", "text": "' + "x" * 300_000 + '"}', '{"_id": "d9", "_id": "d8", "text": "a"}',
    "{" * 500, '{"_id": "d9", "text": "\\ud800"}', '{"_id": "\\u0000", "text": "\\u001b[31m"}',
]  # fmt: skip
"""Wrong types, nested nulls, huge fields, control characters, repeated ids, ragged rows."""
CASES = [
    (layout, how.__name__, seed) for layout in LAYOUTS for how in BYTES for seed in range(SEEDS)
]
LINES = [
    (make.__name__, name, line)
    for make, names in (
        (beir, ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "runs/bm25.trec")),
        (trec, ("collection.tsv", "topics.tsv", "qrels.txt", "bm25.run")),
    )
    for name in names
    for line in range(len(ODD_LINES))
]


def files_below(folder):
    """Every file and what is in it."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_opens_or_says_why(path, home, touched):
    """touched: the file that was damaged. Sides that were not are as they were written."""
    before = files_below(home)
    with contextlib.suppress(UserError):
        is_retrieval(path)
        preview_retrieval(path)
    with contextlib.suppress(UserError):
        found, _ = read_retrieval(path)
        judged, words = found.judgements, touched.name
        assert len(judged.query) == len(judged.passage) == len(judged.grade)
        assert judged.query.max(initial=0) < len(found.queries)
        assert judged.passage.max(initial=0) < len(found.passages)
        if path.is_dir():
            if not any(part in words for part in ("corpus", "collection", "docs")):
                assert found.passages.ids.to_pylist() == list(PASSAGES)
            if not any(part in words for part in ("queries", "topics", "qrels")):
                assert set(found.queries.ids.to_pylist()) <= set(QUERIES)
    try:
        opened = open_dataset(path, pair_up=pair_up)
    except UserError:
        assert len(list(home.iterdir())) == 1
    else:
        dataset = opened.dataset
        assert len(dataset) == len(dataset.labels) == len(dataset.content) > 0
        assert len(set(dataset.ids(range(len(dataset))))) == len(dataset)
        shutil.rmtree(opened.workspace.folder)
    assert files_below(home) == before


@pytest.mark.parametrize(("layout", "how", "seed"), CASES)
def test_damaged_bytes_are_a_sentence_or_a_dataset(tmp_path, layout, how, seed):
    """One file of the set cut, overwritten, doubled, recoded, or with control characters in it."""
    path = LAYOUTS[layout](tmp_path)
    chance = random.Random(f"{layout}-{how}-{seed}")
    hurt = chance.choice(sorted(files_below(tmp_path)))
    damage = next(one for one in BYTES if one.__name__ == how)
    hurt.write_bytes(damage(hurt.read_bytes(), chance))

    assert_opens_or_says_why(path, tmp_path, hurt)


@pytest.mark.parametrize(("layout", "name", "line"), LINES)
def test_an_odd_line_is_a_sentence_or_a_dataset(tmp_path, layout, name, line):
    """In the midst of any file of the set; spaces where the file has spaces."""
    path = {"beir": beir, "trec": trec}[layout](tmp_path / "set")
    odd = ODD_LINES[line]
    if name.endswith((".txt", ".run", ".trec")) and not odd.startswith(("{", "[")):
        odd = odd.replace("\t", " 0 ", 1).replace("\t", " ")
    lines = (path / name).read_text().split("\n")
    (path / name).write_text("\n".join([*lines[:2], odd, *lines[2:]]))

    assert_opens_or_says_why(path, tmp_path, path / name)


def test_there_are_three_hundred():
    """And the odd lines of objects are JSON where they look like it, but for the nested one."""
    assert len(CASES) + len(LINES) >= 300
    whole = [line for line in ODD_LINES if line.startswith("{") and not line.startswith("{{")]
    assert all(isinstance(json.loads(line), dict) for line in whole)
