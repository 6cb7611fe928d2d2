"""Exports of a retrieval set: new judgements, and training data, the same bytes every time."""

import io
import json
import zipfile

import numpy as np
import pytest

from engine.__main__ import main
from engine.pairing import pair_up
from engine.suspicion import miner_of
from store.decision import decide
from store.decisions import DecisionLog
from store.errors import UserError
from store.export import ExportOptions, export_bytes, write_export
from store.manifest import hash_of
from store.opening import open_dataset
from store.readers import Request
from store.readers.retrieval import read_retrieval
from store.training_options import TrainingOptions
from store.writers import all_writers
from tests.retrieval_files import PASSAGES, QUERIES, beir, lines

OF_PAIRS = [name for name, writer in all_writers().items() if writer.needs == "pairs"]
TRAINING = [name for name in OF_PAIRS if all_writers()[name].mines]


@pytest.fixture
def folder(tmp_path):
    """A BEIR folder."""
    return beir(tmp_path / "set")


@pytest.fixture
def dataset(folder):
    """Its pairs: 18 of them, 7 judged."""
    return open_dataset(folder, pair_up=pair_up).dataset


@pytest.fixture
def log(tmp_path, dataset):
    """q1/d3 is relevant, q1/d2 is not after all, q2/d4 is not, q3/d1 repeats a positive."""
    log = DecisionLog(tmp_path / "decisions.db")
    at = {id_: row for row, id_ in enumerate(dataset.ids(range(len(dataset))))}
    log.append(
        [
            decide(dataset, [at["q1/d3"]], "relabel", label="2", reviewer="ann", note="sea"),
            decide(dataset, [at["q1/d2"]], "relabel", label="0", reviewer="bob"),
            decide(dataset, [at["q2/d4"]], "keep", reviewer="ann"),
            decide(dataset, [at["q3/d1"]], "drop", reviewer="ann"),
            decide(dataset, [at["q3/d2"]], "skip", reviewer="ann"),
        ]
    )
    return log


def written(tmp_path, dataset, log, kind, **options):
    """The manifest, and where the data is."""
    manifest = write_export(
        dataset, log, tmp_path / "out", ExportOptions(kind, **options), mine=miner_of()
    )
    return manifest, tmp_path / "out" / manifest["file"]


def objects(path):
    """The lines of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("kind", OF_PAIRS)
def test_every_format_gives_the_same_bytes_again(tmp_path, folder, dataset, log, kind):
    """In a folder, as a zip, and from the data read anew."""
    options = ExportOptions(
        kind, training=TrainingOptions(sampling_strategy="random", random_share=0.4, seed=3)
    )
    again = open_dataset(folder, workspace=tmp_path / "other", pair_up=pair_up).dataset
    first, data = written(tmp_path, dataset, log, kind, training=options.training)
    one = export_bytes(dataset, log, options, mine=miner_of())

    assert first["sha256"] == hash_of(data) != ""
    assert one == export_bytes(again, log, options, mine=miner_of())
    with zipfile.ZipFile(io.BytesIO(one[1])) as archive:
        for name in archive.namelist():
            assert archive.read(name) == (data.parent / name).read_bytes()


def test_judgements_of_trec_are_the_given_ones_and_the_verdicts(tmp_path, dataset, log):
    """What nobody judged or decided is not written; nor is what was dropped."""
    manifest, data = written(tmp_path, dataset, log, "qrels-trec")

    assert (data / "qrels.txt").read_text(encoding="utf-8").splitlines() == [
        "q1 0 d1 2",
        "q1 0 d2 0",
        "q1 0 d3 2",
        "q1 0 d4 0",
        "q2 0 d1 0",
        "q2 0 d3 1",
        "q2 0 d4 0",
        "q3 0 d5 1",
        "q3 0 d/6 0",
    ]
    assert manifest["rows_out"] == 9
    _, data = written(tmp_path, dataset, log, "qrels-trec", undecided="leave out")
    assert len((data / "qrels.txt").read_text(encoding="utf-8").splitlines()) == 3


def test_the_judgements_say_who_when_and_what(tmp_path, dataset, log):
    """One line per decided pair, dropped and skipped ones too."""
    manifest, data = written(tmp_path, dataset, log, "qrels-beir")
    told = {(line["query"], line["passage"]): line for line in objects(data / "provenance.jsonl")}

    assert manifest["decided"] == len(told) == 5
    first = told["q1", "d3"]
    assert (first["given"], first["grade"], first["reviewer"]) == (None, 2, "ann")
    assert first["note"] == "sea"
    assert first["at"].endswith("+00:00")
    assert (told["q1", "d2"]["given"], told["q1", "d2"]["grade"]) == (1, 0)
    assert (told["q3", "d1"]["action"], told["q3", "d1"]["grade"]) == ("drop", None)


def test_judgements_of_beir_open_again_in_the_folder_they_came_from(tmp_path, folder, dataset, log):
    """As a split of their own, which replaces nothing."""
    _, data = written(tmp_path, dataset, log, "qrels-beir")
    target = folder / "qrels" / "reviewed.tsv"
    target.write_bytes((data / "qrels" / "reviewed.tsv").read_bytes())

    again, _ = read_retrieval(folder, Request(split="reviewed"))
    assert again.judgements.grade.tolist() == [2, 0, 2, 0, 0, 1, 0, 1, 0]


def test_ids_that_a_line_cannot_hold_are_told(tmp_path):
    """A space in TREC's form; tabs of BEIR's may hold it."""
    folder = beir(tmp_path / "set")
    lines(folder / "queries.jsonl", ['{"_id": "q 1", "text": "red"}'])
    lines(folder / "qrels" / "test.tsv", ["q 1\td1\t1"])
    (folder / "runs" / "bm25.trec").unlink()
    dataset = open_dataset(folder, pair_up=pair_up).dataset
    log = DecisionLog(tmp_path / "d.db")

    with pytest.raises(UserError, match=r"'q 1' has a space.*qrels-beir"):
        written(tmp_path, dataset, log, "qrels-trec")
    assert written(tmp_path, dataset, log, "qrels-beir")[0]["rows_out"] == 1


def test_triplets_respect_the_verdicts(tmp_path, dataset, log):
    """Relevant is a positive, dropped is neither; texts, not ids."""
    manifest, data = written(tmp_path, dataset, log, "triplets")
    rows = objects(data)

    assert all(list(row) == ["anchor", "positive", "negative"] for row in rows)
    positives = {row["positive"] for row in rows if row["anchor"] == QUERIES["q1"]}
    assert positives == {"Fruit apples are red", "Sea ships that sail"}
    negatives = {row["negative"] for row in rows if row["anchor"] == QUERIES["q3"]}
    assert "Fruit apples are red" not in negatives
    assert manifest["mined"]["positives"] == 4
    assert manifest["options"]["training"]["num_negatives"] == 3


def test_the_columns_are_those_that_are_read(tmp_path, dataset, log):
    """Labels 1 and 0; a positive in front of its list; as many columns as negatives."""
    _, data = written(tmp_path, dataset, log, "pairs")
    told = objects(data)
    assert all(list(row) == ["query", "passage", "label"] for row in told)
    assert sum(row["label"] for row in told) == 4
    _, data = written(tmp_path, dataset, log, "n-tuples")
    names = ["anchor", "positive", "negative_1", "negative_2", "negative_3"]
    assert [list(row) for row in objects(data)] == [names] * 4
    _, data = written(tmp_path, dataset, log, "labeled-list")
    assert all(row["labels"] == [1, 0, 0, 0] == row["labels"][: len(row["docs"])]
               for row in objects(data))  # fmt: skip


def test_a_query_with_too_few_negatives_has_no_n_tuple(tmp_path, dataset, log):
    """Five passages at most are no positives, so nine negatives are not to be had."""
    training = TrainingOptions(num_negatives=9)
    manifest, data = written(tmp_path, dataset, log, "n-tuples", training=training)

    assert objects(data) == []
    assert manifest["queries_with_too_few_negatives"] == 3
    _, data = written(tmp_path, dataset, log, "labeled-list", training=training)
    assert all(row["labels"][0] == 1 and 1 < len(row["labels"]) <= 6 for row in objects(data))


@pytest.mark.parametrize("kind", TRAINING)
def test_weights_are_a_column_where_they_were_asked_for(tmp_path, dataset, log, kind, monkeypatch):
    """1 - probability; 1 where a person judged."""
    chance = np.full(len(dataset), 0.25, dtype=np.float32)
    monkeypatch.setattr("engine.suspicion.suspicion_of", lambda *args, **kwargs: chance)
    training = TrainingOptions(suspected="weight", suspected_by="p", suspected_above=0.9)
    manifest, data = written(tmp_path, dataset, log, kind, training=training)
    weights = [row.get("weight", row.get("weights")) for row in objects(data)]

    assert {one for each in weights for one in np.atleast_1d(each)} == {0.75, 1.0}
    assert manifest["options"]["training"]["suspected"] == "weight"


def test_formats_are_for_pairs_or_for_examples(tmp_path, dataset, log, make_dataset):
    """Never for both; the sentence names those that fit."""
    with pytest.raises(UserError, match=r"CSV is not for the rows of set, which are pairs.*qrels"):
        written(tmp_path, dataset, log, "csv")
    with pytest.raises(UserError, match=r"which are examples. Export to one of csv"):
        written(tmp_path, make_dataset(["a", "b"]), log, "triplets")
    with pytest.raises(UserError, match="Leave sample, list and condition out"):
        written(tmp_path, dataset, log, "triplets", sample=3)
    assert [name for name, writer in all_writers().items() if writer.fits(dataset)] == OF_PAIRS


def test_the_command_line_exports_pairs(tmp_path, folder, capsys):
    """Judgements unless training data is asked for; options reach the manifest."""
    open_dataset(folder, pair_up=pair_up)

    def options_of(out, *words):
        main(["export", str(folder), "--out", str(tmp_path / out), *words])
        return json.loads(capsys.readouterr().out)["options"]

    assert options_of("one")["format"] == "qrels-trec"
    words = ["--format", "triplets", "--num-negatives", "2", "--relative-margin", "0.05"]
    training = options_of("two", *words, "--seed", "4")["training"]
    assert (training["num_negatives"], training["relative_margin"]) == (2, 0.05)
    assert training["seed"] == 4
    with pytest.raises(SystemExit):
        options_of("three", *words, "--suspected", "leave-out", "--suspected-by", "nothing")
    assert "'nothing' is no score that says" in capsys.readouterr().err


def test_every_passage_text_is_one_of_the_corpus(tmp_path, dataset, log):
    """Titles in front, nothing cut."""
    _, data = written(tmp_path, dataset, log, "pairs")
    told = set(dataset.pairs.passages.texts.to_pylist())

    assert {row["passage"] for row in objects(data)} <= told
    assert len(told) == len(PASSAGES)
