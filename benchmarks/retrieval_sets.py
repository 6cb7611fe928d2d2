"""Retrieval sets whose every judgement is known, of which a searcher would have seen a few."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.pairing import pair_up
from store.dataset import Dataset
from store.pair_dataset import pair_dataset
from store.retrieval import Judgements, Retrieval, Run, Texts


@dataclass(frozen=True, eq=False)
class Concealed:
    """Candidate pairs, and which of those that nobody marked are relevant.

    hidden: (n,) bool. among: (n,) bool, the pairs that are ranked and shown; no others count.
    """

    name: str
    dataset: Dataset
    hidden: np.ndarray
    among: np.ndarray

    @property
    def query(self) -> np.ndarray:
        """(n,) int64 the query of each pair."""
        assert self.dataset.pairs is not None
        return self.dataset.pairs.query


def cranfield(folder: Path) -> Concealed:
    """Aerodynamics; all passages are ranked but those known to be of no interest to the query."""
    return _concealed(folder, "cranfield", "Cranfield")


def cisi(folder: Path) -> Concealed:
    """Library science; all passages are ranked."""
    return _concealed(folder, "cisi", "CISI")


def dl19(folder: Path) -> Concealed:
    """TREC Deep Learning 2019; the passages that were judged for a query are ranked."""
    return _concealed(folder, "dl19", "TREC DL 2019", only_judged=True)


RETRIEVAL_SETS: dict[str, Callable[[Path], Concealed]] = {
    "cranfield": cranfield,
    "cisi": cisi,
    "dl19": dl19,
}


def _concealed(folder: Path, name: str, title: str, *, only_judged: bool = False) -> Concealed:
    """Only the given positives are known; the vectors are the ones that come with the set."""
    of = lambda part: pq.read_table(folder / f"retrieval/{name}_{part}.parquet")  # noqa: E731
    vectors = lambda part: np.load(folder / f"embeddings/{name}_{part}.npy")  # noqa: E731
    passages = _texts(of("docs"), "did", vectors("docs"))
    queries = _texts(of("queries"), "qid", vectors("queries"))
    qrels = of("qrels")
    query, passage = _places(qrels, "qid", queries), _places(qrels, "did", passages)
    given = np.array(qrels["given"]) > 0
    runs = folder / f"retrieval/{name}_runs.parquet"
    retrieval = Retrieval(
        name=title,
        queries=queries,
        passages=passages,
        judgements=Judgements(query[given], passage[given], np.ones(given.sum(), dtype=np.int64)),
        runs=_runs(pq.read_table(runs), queries, passages) if runs.exists() else (),
    )
    pairs = pair_up(retrieval)
    relevant, refused, judged = (np.zeros((len(queries), len(passages)), bool) for _ in range(3))
    rel = np.array(qrels["rel"]) > 0
    relevant[query[rel], passage[rel]] = True
    refused[query[~rel], passage[~rel]] = True
    judged[query, passage] = True
    cell = pairs.query, pairs.passage
    dataset = pair_dataset(title, pairs)
    among = dataset.labels == 0
    among &= judged[cell] if only_judged else ~refused[cell]
    return Concealed(title, dataset, relevant[cell] & among, among)


def _texts(table: pa.Table, column: str, vectors: np.ndarray) -> Texts:
    ids = table[column].cast(pa.string()).combine_chunks()
    return Texts(ids, table["text"].cast(pa.large_string()).combine_chunks(), vectors)


def _places(table: pa.Table, column: str, side: Texts) -> np.ndarray:
    place = {name: at for at, name in enumerate(side.ids.to_pylist())}
    return np.array([place.get(str(name), -1) for name in table[column].to_pylist()])


def _runs(table: pa.Table, queries: Texts, passages: Texts) -> tuple[Run, ...]:
    """Lines about passages that the collection lacks are left out."""
    query, passage = _places(table, "qid", queries), _places(table, "did", passages)
    system, rank = np.array(table["system"].to_pylist()), np.array(table["rank"])
    known = (query >= 0) & (passage >= 0)
    runs = []
    for name in np.unique(system):
        mine = known & (system == name)
        score = -rank[mine].astype(np.float64)
        runs.append(Run(str(name), query[mine], passage[mine], rank[mine], score))
    return tuple(runs)
