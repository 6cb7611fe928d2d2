"""A retrieval set opened: kept beside its files, read again when one of them changes."""

import pytest

from engine.pairing import pair_up
from store import opening
from store.opening import open_dataset
from store.readers import Request
from tests.retrieval_files import LAYOUTS, beir, lines, run_rows, tables


@pytest.fixture
def reads(monkeypatch):
    """How often a set was read, as a list that grows."""
    seen = []
    read = opening.read_retrieval

    def counted(*args, **kwargs):
        seen.append(args[0].name)
        return read(*args, **kwargs)

    monkeypatch.setattr(opening, "read_retrieval", counted)
    return seen


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_opens_as_pairs(tmp_path, layout):
    """Three queries, six passages: each pair is a row, its label the grade."""
    dataset = open_dataset(LAYOUTS[layout](tmp_path), pair_up=pair_up).dataset

    assert (dataset.unit, len(dataset)) == ("pair", 18)
    assert dataset.classes == ("0", "1", "2")


def test_it_is_read_once_and_again_when_a_named_run_changes(tmp_path, reads):
    """A run from elsewhere is a file of the data like any other."""
    folder = beir(tmp_path / "set")
    mine = lines(tmp_path / "mine.run", run_rows("mine"))
    request = Request(runs=(str(mine),))
    open_dataset(folder, request, pair_up=pair_up)
    open_dataset(folder, request, pair_up=pair_up)
    again = open_dataset(folder, pair_up=pair_up)  # what was named before is meant

    assert len(reads) == 1
    assert [run.name for run in again.dataset.pairs.runs] == ["bm25", "mine"]
    lines(mine, run_rows("mine")[:2])
    open_dataset(folder, pair_up=pair_up)
    assert len(reads) == 2


def test_a_set_named_by_its_judgements_follows_its_other_tables(tmp_path, reads):
    """The corpus is another file, and part of the data all the same."""
    folder = tables(tmp_path / "sets", "one_")
    path = folder / "one_qrels.parquet"
    first = open_dataset(path, pair_up=pair_up)
    other = tables(tmp_path / "more") / "docs.parquet"
    (folder / "one_docs.parquet").write_bytes(other.read_bytes() + b"")
    (folder / "one_docs.parquet").touch()
    open_dataset(path, pair_up=pair_up)

    assert first.workspace.folder.name == "one_qrels.secondlook"
    assert len(reads) == 2


def test_an_ordinary_table_remembers_nothing_of_runs(tmp_path):
    """A workspace of an earlier version stays as it is: its request has no such thing."""
    path = lines(tmp_path / "t.csv", ["label,text", "a,one", "b,two", "a,three"])
    space = open_dataset(path).workspace

    assert not {"runs", "cross_encoder", "split"} & space.project()["request"].keys()
