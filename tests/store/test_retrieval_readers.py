"""Retrieval sets from files: every layout says the same; what is wrong is told with its line."""

import contextlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.errors import UserError
from store.readers import Request, preview
from store.readers.retrieval import is_retrieval, layouts, read_retrieval
from store.readers.retrieval.layouts import all_layouts
from store.readers.sniffing import format_of
from tests.retrieval_files import (
    JUDGED,
    LAYOUTS,
    PASSAGES,
    QUERIES,
    beir,
    lines,
    pair_table,
    run_rows,
    sgml,
    tables,
    trec,
)

SPOKEN = sorted(
    (QUERIES[query], PASSAGES[passage].split()[-1], grade) for query, passage, grade in JUDGED
)


@pytest.fixture(params=LAYOUTS)
def anywhere(tmp_path, request):
    """The same set in each of the layouts."""
    return LAYOUTS[request.param](tmp_path)


def note(guesses, role):
    """What was told about one thing."""
    return next((guess for guess in guesses if guess.role == role), None)


def test_every_layout_says_the_same(anywhere):
    """Queries, passages with their titles, and who is relevant for whom."""
    assert is_retrieval(anywhere)
    found, _ = read_retrieval(anywhere)
    judged = found.judgements

    spoken = [
        (found.queries.text_of(query), found.passages.text_of(passage).split()[-1], int(grade))
        for query, passage, grade in zip(judged.query, judged.passage, judged.grade, strict=True)
    ]
    assert sorted(spoken) == SPOKEN
    assert "Fruit apples are red" in found.passages.texts.to_pylist()
    key = judged.query * len(found.passages) + judged.passage
    assert (np.diff(key) > 0).all()


def test_every_layout_is_previewed(anywhere):
    """A form says how many judgements there are without reading the corpus."""
    seen = preview(anywhere)

    assert seen.parts["judgements"] == len(JUDGED)
    assert seen.parts.get("queries", 3) in (3, None)


@pytest.mark.parametrize("layout", ["beir", "trec", "tables"])
def test_runs_in_the_folder_are_found(tmp_path, layout):
    """Places count from 1 in each query, by score; the name is the file's or the system's."""
    [run] = read_retrieval(LAYOUTS[layout](tmp_path))[0].runs

    assert run.name == "bm25"
    assert run.query.tolist() == [0, 0, 1, 1, 2]
    assert run.rank.tolist() == [1, 2, 1, 2, 1]
    assert run.passage.tolist() == [0, 2, 3, 2, 4]


def test_the_layouts_are_the_files_of_the_folder():
    """Nothing keeps a list of them."""
    modules = Path(layouts.__file__).parent.glob("*.py")

    count = sum("\nLAYOUT = " in module.read_text(encoding="utf-8") for module in modules)
    assert len(all_layouts()) == count >= 4


def test_a_score_counts_before_a_rank_and_ties_keep_the_rank(tmp_path):
    """As TREC's measures have it; what the file wrote as rank decides only between equal scores."""
    folder = beir(tmp_path / "set")
    rows = ["q1 Q0 d1 1 0.1 x", "q1 Q0 d2 7 0.5 x", "q1 Q0 d3 3 0.5 x"]
    lines(folder / "runs" / "bm25.trec", rows)

    [run] = read_retrieval(folder)[0].runs
    assert run.passage.tolist() == [2, 1, 0]
    assert run.rank.tolist() == [1, 2, 3]


def test_lines_of_a_run_about_nothing_are_left_out_and_keep_their_places(tmp_path):
    """A passage that was sampled away leaves a gap: the next one was second all the same."""
    folder = beir(tmp_path / "set")
    lines(folder / "runs" / "bm25.trec", ["q1 Q0 gone 1 9 x", "q1 Q0 d2 2 8 x", "q9 Q0 d2 1 8 x"])

    found, told = read_retrieval(folder)
    assert found.runs[0].rank.tolist() == [2]
    assert note(told, "run lines left out").choice == "2"


def test_runs_and_a_cross_encoder_can_be_named(tmp_path):
    """From anywhere; a file with several systems is several runs, a name taken gets a number."""
    folder = beir(tmp_path / "set")
    mine = lines(tmp_path / "mine.run", run_rows("one") + run_rows("two"))
    again = lines(tmp_path / "bm25.run", run_rows("x"))
    scores = lines(tmp_path / "scores.txt", ["q1\tQ0\td2\t1\t0.7\tce", "q2 Q0  d3 1 0.2 ce"])
    request = Request(runs=(str(mine), str(again)), cross_encoder=str(scores))

    found, _ = read_retrieval(folder, request)
    assert [run.name for run in found.runs] == ["bm25", "one", "two", "bm25 (2)"]
    assert found.cross_encoder.score.tolist() == [0.7, 0.2]
    with pytest.raises(UserError, match=r"There is no file nowhere\.run"):
        read_retrieval(folder, Request(runs=("nowhere.run",)))


def test_of_several_splits_test_is_taken_and_told_or_the_one_that_is_named(tmp_path):
    """None is joined; the queries that another split judges are another set's."""
    folder = beir(tmp_path / "set", splits=("dev", "test"))
    lines(folder / "qrels" / "dev.tsv", ["query-id\tcorpus-id\tscore", "q3\td5\t1"])
    _, told = read_retrieval(folder)
    dev, more = read_retrieval(folder, Request(split="dev"))

    assert note(told, "split").choice == "test"
    assert "there is also dev" in note(told, "split").because
    assert dev.queries.ids.to_pylist() == ["q3"]
    assert note(more, "queries").choice == "1"
    with pytest.raises(UserError, match=r"no split 'train'.*dev, test"):
        read_retrieval(folder, Request(split="train"))
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "train.tsv")
    with pytest.raises(UserError, match=r"splits dev, train.*--split dev"):
        read_retrieval(folder)


def test_vectors_in_the_folder_are_found_and_have_to_fit(tmp_path):
    """Row i is the vector of line i; of a split the rows of its queries are taken."""
    folder = beir(tmp_path / "set", splits=("dev", "test"))
    lines(folder / "qrels" / "dev.tsv", ["q3\td5\t1"])
    vectors = np.arange(24, dtype=np.float64).reshape(6, 4)
    np.save(folder / "corpus.npy", vectors)
    np.save(folder / "queries.npy", vectors[:3])

    found, _ = read_retrieval(folder, Request(split="dev"))
    assert found.queries.embeddings.tolist() == [[8, 9, 10, 11]]
    assert found.passages.embeddings.dtype == np.float32
    assert read_retrieval(folder, Request(embeddings=""))[0].passages.embeddings is None
    np.save(folder / "queries.npy", vectors[:2])
    with pytest.raises(UserError, match=r"queries.npy has .2,. rows, but there are 3 queries"):
        read_retrieval(folder)


def test_judgements_of_passages_that_are_gone_are_counted(tmp_path):
    """Sampled corpora lack passages; spam counts as not relevant; a repeated line is one."""
    folder = trec(tmp_path / "set")
    rows = ["q1 0 d1 2", "q1 0 gone 1", "q1 0 d2 -2", "q1 0 d1 2"]
    lines(folder / "qrels.txt", rows)

    found, told = read_retrieval(folder)
    assert found.judgements.grade.tolist() == [2, 0]
    assert note(told, "judgements left out").choice == "1"
    assert note(told, "grades below 0").choice == "1"
    assert note(told, "repeated judgements").choice == "1"


def test_passages_without_words_stay_and_are_counted(tmp_path):
    """They can be judged; no word finds them."""
    folder = beir(tmp_path / "set")
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"_id": "d7", "title": "", "text": " "}\n')

    found, told = read_retrieval(folder)
    assert len(found.passages) == 7
    assert note(told, "empty passages").choice == "1"


@pytest.mark.parametrize(
    ("file", "rows", "told"),
    [
        ("corpus.jsonl", ['{"_id": "d1", "text": "x"}', "{"], "line 2 of corpus.jsonl is not an"),
        ("corpus.jsonl", ['{"_id": "d1", "text": "x"}'] * 2, "'d1' in line 1 and again in line 2"),
        ("corpus.jsonl", ['{"text": "x"}'], "line 1 of corpus.jsonl has no passage id"),
        ("corpus.jsonl", ['{"_id": "", "text": "x"}'], "line 1 of corpus.jsonl has no passage id"),
        ("corpus.jsonl", ['{"_id": "d1"}'], "line 1 of corpus.jsonl has no text"),
        ("corpus.jsonl", ['{"_id": "d1", "text": ["x"]}'], "the text in line 1"),
        ("corpus.jsonl", [], "corpus.jsonl is empty"),
        ("corpus.jsonl", ["[" * 100_000], "line 1 of corpus.jsonl is not an object"),
        ("queries.jsonl", ['{"_id": "q1", "text": "x"}'], "judges the query 'q2', which is not"),
        ("qrels/test.tsv", ["q1\td1"], "line 1 of test.tsv is not a judgement"),
        ("qrels/test.tsv", ["q1\td1\tyes"], "the grade in line 1 of test.tsv is 'yes'"),
        ("qrels/test.tsv", ["q1\td1\t0.5"], "the grade in line 1 of test.tsv is '0.5'"),
        ("qrels/test.tsv", ["q1\td1\tnan"], "the grade in line 1"),
        ("qrels/test.tsv", ["q1\td1\t1", "q1\td1\t2"], "line 1 of test.tsv and line 2 of test.tsv"),
        ("qrels/test.tsv", ["q1\tno\t1"], "none of the 1 judgements in test.tsv names a passage"),
        ("qrels/test.tsv", ["query-id\tcorpus-id\tscore"], "none of the 0 judgements"),
        ("runs/bm25.trec", ["q1 Q0 d1 1 2 x", "q1 Q0 d1 2 1 x"], "name the passage 'd1' for"),
        ("runs/bm25.trec", ["q1 Q0 d1 1 2 x", "q1 d1"], "line 2 of bm25.trec is not a line"),
        ("runs/bm25.trec", ["q1 Q0 d1 1 much x"], "line 1 of bm25.trec is not a line"),
        ("runs/bm25.trec", ["q8 Q0 d1 1 2 x"], "none of the 1 lines of bm25.trec"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, file, rows, told):
    """What came, what was expected, what to do."""
    folder = beir(tmp_path / "set")
    lines(folder / file, rows)

    with pytest.raises(UserError, match=told):
        read_retrieval(folder)


TOPIC = (
    "<top>\n<num> Number: 7\n<title> Topic: ships &amp; sails\n<desc> Description:\nAll.\n</top>"
)


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([TOPIC], {"7": "ships & sails"}),
        (['<topic number="7">ships on</topic><topic number="8">sea</topic>'], {"7": "ships on"}),
        (['<topic number="7"><query/><title>ships</title></topic>'], {"7": "ships"}),
        (["<TOPIC id='7'><QUESTION>a < b?</QUESTION></TOPIC>"], {"7": "a < b?"}),
    ],
)
def test_topics_come_in_many_hands(tmp_path, rows, asked):
    """Fields left open or closed, several on a line, attributes, entities, a bare sign."""
    folder = sgml(tmp_path / "set")
    lines(folder / "topics.txt", rows)
    lines(folder / "qrels.txt", ["7 0 d1 1"])
    (folder / "bm25.run").unlink()

    queries = read_retrieval(folder)[0].queries
    found = dict(zip(queries.ids.to_pylist(), queries.texts.to_pylist(), strict=True))
    assert asked.items() <= found.items()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["<top>", "<title> ships", "</top>"], r"line 1 of topics.txt has no id .it has <title>"),
        (["<top>", "<num> 7", "</top>"], r"line 1 of topics.txt has no text .it has <num>"),
        ([TOPIC, "<top>", "<num> 8"], "ends within the record that begins in line 7"),
        ([TOPIC, TOPIC], "names '7' in line 1 and again in line 7"),
        (["<html>", "</html>"], "topics.txt is empty"),
    ],
)
def test_broken_topics_are_told_with_their_line(tmp_path, rows, told):
    """What came, what was expected."""
    folder = sgml(tmp_path / "set")
    lines(folder / "topics.txt", rows)

    with pytest.raises(UserError, match=told):
        read_retrieval(folder)


def test_other_encodings_and_broken_packing_are_told(tmp_path):
    """The line, not a traceback."""
    folder = beir(tmp_path / "set")
    (folder / "corpus.jsonl").write_bytes(b'{"_id": "d1", "text": "a"}\n{"_id": "d2 \xe9"}\n')
    with pytest.raises(UserError, match=r"line 2 of corpus.jsonl is not UTF-8 .byte 0xe9"):
        read_retrieval(folder)
    packed = beir(tmp_path / "packed", packed=".gz")
    whole = (packed / "corpus.jsonl.gz").read_bytes()
    (packed / "corpus.jsonl.gz").write_bytes(whole[:-12])
    with pytest.raises(UserError, match=r"corpus.jsonl.gz cannot be unpacked"):
        read_retrieval(packed)


def test_a_folder_of_several_sets_is_opened_by_its_judgements(tmp_path):
    """None is chosen for the user; the sentence names the files."""
    folder = tables(tmp_path / "sets", "one_")
    tables(folder, "two_")

    with pytest.raises(UserError, match=r"holds 2 retrieval sets: one, two.*one_qrels.parquet"):
        read_retrieval(folder)
    found, _ = read_retrieval(folder / "two_qrels.parquet")
    assert (found.name, len(found.passages)) == ("two", 6)


def test_the_column_of_grades_can_be_named(tmp_path):
    """Some tables have what was shown beside what is known."""
    folder = tables(tmp_path / "set")

    found, _ = read_retrieval(folder, Request(label="given"))
    assert found.judgements.grade.tolist() == [0, 0, 1, 1, 0, 0, 1]
    with pytest.raises(UserError, match="no column for the grade"):
        read_retrieval(folder, Request(label="nothing"))


def test_ids_of_tables_stay_as_they_are_written(tmp_path):
    """Passages 1.1 and 1.10 of a CSV are two, and 007 is no 7."""
    lines(tmp_path / "docs.csv", ["did,text", "1.1,a", "1.10,b", "007,c"])
    lines(tmp_path / "queries.csv", ["qid,text", "1,x"])
    lines(tmp_path / "qrels.csv", ["qid,did,grade", "1,1.10,1", "1,007,0"])

    found, _ = read_retrieval(tmp_path)
    assert found.judgements.passage.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("columns", "is_one"),
    [
        ({"query": ["a"], "passage": ["b"], "relevance": [1]}, True),
        ({"Query": ["a"], "Document": ["b"], "label": [1]}, True),
        ({"anchor": ["a"], "positive": ["b"]}, True),
        ({"query": ["a"], "positive": ["b"], "negative": ["c"]}, True),
        ({"question": ["a"], "passage": ["b"], "relevance": [1]}, True),
        ({"question": ["a"], "passage": ["b"], "label": [1]}, False),  # its answer: yes or no
        ({"query": ["a"], "passage": ["b"], "label": ["entailed"]}, False),
        ({"query": ["a"], "passage": ["b"]}, False),
        ({"text": ["a"], "label": [1]}, False),
        ({"document": ["a"], "label": [1]}, False),
        ({"query": ["a"], "label": [1]}, False),
        ({"query": [1], "passage": [2], "relevance": [1]}, False),
        ({"query": ["a"], "passage": ["b"], "score": [0.31]}, False),
        ({"sentence1": ["a"], "sentence2": ["b"], "label": [1]}, False),
    ],
)
def test_no_table_of_classes_is_taken_for_pairs(tmp_path, columns, is_one):
    """Only clear names, texts, and grades that are whole numbers."""
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table(columns), path)

    assert is_retrieval(path) is is_one
    assert not is_retrieval(path, Request(text="query"))


def test_equal_texts_of_a_pair_table_are_one_and_their_ids_stay(tmp_path):
    """Whatever rows come before: an id is made of the text."""
    path = pair_table(tmp_path / "pairs.jsonl")
    rows = path.read_text(encoding="utf-8").splitlines()
    first, _ = read_retrieval(path)
    lines(path, rows[::-1])
    second, _ = read_retrieval(path)

    assert len(first.passages) == 6
    assert set(first.passages.ids.to_pylist()) == set(second.passages.ids.to_pylist())
    lines(path, [*rows, json.dumps({"query": "", "passage": "x", "relevance": 1})])
    with pytest.raises(UserError, match=r"row 7 of pairs.jsonl has no query or no passage"):
        read_retrieval(path)


def test_negatives_of_a_pair_table_are_judged_so(tmp_path):
    """Query, positive, negative: one pair of grade 1, one of grade 0."""
    path = lines(tmp_path / "triplets.jsonl", ['{"query": "a", "positive": "b", "negative": "c"}'])

    found, _ = read_retrieval(path)
    assert found.judgements.grade.tolist() == [1, 0]


def test_an_unknown_folder_is_told_of_these_layouts(tmp_path):
    """The sentence says what it could have been, and what is in it."""
    (tmp_path / "inner").mkdir()
    beir(tmp_path / "inner" / "set")
    with pytest.raises(UserError, match=r"BEIR folder .*three tables.*TREC folder.*such as set"):
        format_of(tmp_path / "inner")


def _damage(folder, rng):
    """One file of a set is cut, overwritten, emptied, doubled or removed."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = files[rng.integers(len(files))]
    content = path.read_bytes()
    where = int(rng.integers(len(content)))
    how = rng.integers(6)
    if how == 0:
        path.unlink()
    elif how == 1:
        path.write_bytes(content[:where])
    elif how == 2:
        noise = rng.integers(256, size=4, dtype=np.uint8).tobytes()
        path.write_bytes(content[:where] + noise + content[where + 4 :])
    elif how == 3:
        path.write_bytes(content + content)
    elif how == 4:
        rows = content.splitlines(keepends=True)
        path.write_bytes(b"".join(rows[at] for at in rng.permutation(len(rows))[:-1]))
    else:
        path.write_bytes(content.replace(b"d1", b"").replace(b"q2", b"\t"))


@pytest.mark.parametrize("seed", range(100))
def test_a_broken_folder_opens_or_is_told(tmp_path, seed):
    """Damage of any kind: a set or a sentence, never a traceback."""
    rng = np.random.default_rng(seed)
    name = sorted(LAYOUTS)[seed % len(LAYOUTS)]
    path = LAYOUTS[name](tmp_path)
    for _ in range(1 + seed % 3):
        _damage(path if path.is_dir() else path.parent, rng)
        if not any(each.is_file() for each in tmp_path.rglob("*")):
            return

    with contextlib.suppress(UserError):
        preview(path)
    with contextlib.suppress(UserError):
        read_retrieval(path)
