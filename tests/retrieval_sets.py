"""Small retrieval sets with known hidden positives, for tests of pairs, scores and screens."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from engine.audit import gather
from engine.inputs import Evidence
from engine.pairing import pair_up
from store.dataset import Dataset
from store.pair_dataset import pair_dataset
from store.retrieval import Judgements, Retrieval, Run, Texts

TOPICS = ("ships", "bread", "clouds", "chess", "bees", "iron", "opera", "snow")
WORDS = 12


@dataclass(frozen=True, eq=False)
class Hidden:
    """A set whose every relevant pair is known.

    relevant: (q, p) bool. The judgements name some of them; the rest is hidden.
    """

    retrieval: Retrieval
    relevant: np.ndarray

    def dataset(self) -> Dataset:
        """Its candidate pairs."""
        return pair_dataset(self.retrieval.name, pair_up(self.retrieval))

    def missing(self, dataset: Dataset) -> np.ndarray:
        """(n,) bool the candidate pairs that are relevant and were not marked."""
        assert dataset.pairs is not None
        pairs = dataset.pairs
        return self.relevant[pairs.query, pairs.passage] & (dataset.labels == 0)


def texts(prefix: str, sentences: list[str], vectors: np.ndarray | None = None) -> Texts:
    """One side, its ids counted."""
    ids = pa.array([f"{prefix}{number}" for number in range(len(sentences))], pa.string())
    return Texts(ids, pa.array(sentences, pa.large_string()), vectors)


def made_retrieval(
    q: int = 24, p: int = 240, *, shown: float = 0.4, d: int = 16, seed: int = 0
) -> Hidden:
    """Queries and passages about topics; a passage is relevant to a query of its topic.

    shown: share of the relevant pairs that the judgements name, at least one per query; every
    query also has one passage judged not relevant. Vectors and words both tell the topic, neither
    for sure.
    """
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(q, d))
    topic = np.arange(p) % (2 * q)  # half of the passages are about nothing that is asked
    relevant = topic[None, :] == np.arange(q)[:, None]
    noise = rng.normal(size=(p, d))
    passages = np.where(topic[:, None] < q, centres[topic % q] + 0.8 * noise, noise)

    def sentence(of: int, count: int) -> str:
        own = [f"{TOPICS[of % 8]}{of}x{word}" for word in rng.integers(WORDS, size=count)]
        return " ".join([*own, *(f"the{word}" for word in rng.integers(40, size=count))])

    asked = [sentence(number, 6) for number in range(q)]
    told = [sentence(int(of), 12) for of in topic]
    named = relevant & (rng.random((q, p)) < shown)
    named[np.arange(q), relevant.argmax(axis=1)] = True
    judged = named.copy()
    judged[np.arange(q), (~relevant).argmax(axis=1)] = True
    query, passage = np.nonzero(judged)
    retrieval = Retrieval(
        name="made",
        queries=texts("q", asked, (centres + 0.3 * rng.normal(size=(q, d))).astype(np.float32)),
        passages=texts("d", told, passages.astype(np.float32)),
        judgements=Judgements(query, passage, named[query, passage].astype(np.int64)),
        runs=(_run("system", relevant, rng),),
    )
    return Hidden(retrieval, relevant)


def _run(name: str, relevant: np.ndarray, rng: np.random.Generator) -> Run:
    """Ten lines per query, relevant passages rather in front."""
    values = relevant * 1.5 + rng.normal(size=relevant.shape)
    first = np.argsort(-values, axis=1)[:, :10]
    query = np.repeat(np.arange(len(relevant)), first.shape[1])
    rank = np.tile(np.arange(1, first.shape[1] + 1), len(relevant))
    passage = first.ravel()
    return Run(name, query, passage, rank, values[query, passage])


def pair_evidence(dataset: Dataset) -> Evidence:
    """Who is near whom, and a cross-encoder that agrees with the cosine."""
    pairs = dataset.pairs
    assert pairs is not None
    dataset = replace(dataset, pairs=replace(pairs, cross_encoder=pairs.similarity.copy()))
    return gather(dataset, None)
