"""Evidence, and the closed vocabulary of what a scorer may ask for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.history import TrainingHistory
from engine.pooling import Pool
from index.graph import NeighbourGraph
from store.dataset import Dataset
from store.pairs import Pairs


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything a scorer may weigh: the dataset, the costly readings of it, and trust.

    pool: all opinions about the rows' classes joined into one.
    trusted: (n,) int64 the label a person vouched for, -1 = nobody did; None = no such rows.
    """

    dataset: Dataset
    graph: NeighbourGraph | None = None
    history: TrainingHistory | None = None
    trusted: np.ndarray | None = None
    pool: Pool | None = None

    @property
    def pred_probs(self) -> np.ndarray | None:
        """(n, c) out-of-sample probabilities: the user's own, else those of the trained heads."""
        if self.dataset.pred_probs is not None:
            return self.dataset.pred_probs
        return None if self.history is None else self.history.pred_probs


Fetch = Callable[[Evidence], np.ndarray | None]


@dataclass(frozen=True)
class Input:
    """One word of the vocabulary: the tensor's shape, its meaning, what a user does to have it."""

    shape: str
    meaning: str
    remedy: str
    fetch: Fetch


def _labels(evidence: Evidence) -> np.ndarray | None:
    return evidence.dataset.labels if evidence.dataset.classes else None


def _by_epoch(name: str) -> Callable[[Evidence], np.ndarray | None]:
    return lambda evidence: None if evidence.history is None else getattr(evidence.history, name)


def _early_targets(evidence: Evidence) -> np.ndarray | None:
    targets = None if evidence.history is None else evidence.history.early_targets
    # No columns: the table did not fit into memory while the heads trained.
    return None if targets is None or targets.shape[1] == 0 else targets


def _settled(evidence: Evidence) -> np.ndarray | None:
    pairs = evidence.dataset.pairs
    if pairs is None:
        return None
    # A known positive was marked by whoever drew the pool: what that says is another matter.
    settled = np.where(pairs.judged & (pairs.grade == 0), 0, -1)
    if evidence.trusted is None:
        return settled
    return np.where(evidence.trusted >= 0, (evidence.trusted > 0).astype(np.int64), settled)


def _of_pairs(fetch: Callable[[Pairs], np.ndarray | None]) -> Fetch:
    return lambda evidence: (
        None if evidence.dataset.pairs is None else fetch(evidence.dataset.pairs)
    )


VOCABULARY: dict[str, Input] = {
    "embeddings": Input(
        "(n, d)",
        "one vector per example",
        "give --embeddings, or a text or image column to compute them from",
        lambda evidence: evidence.dataset.embeddings,
    ),
    "labels": Input(
        "(n,)",
        "the given label as a position in the classes, -1 = unlabelled",
        "name the column with --label",
        _labels,
    ),
    "positions": Input(
        "(n,)",
        "place of the row in the table, for what depends on the order of collection",
        "every table has it",
        lambda evidence: np.arange(len(evidence.dataset)),
    ),
    "trusted_labels": Input(
        "(n,)",
        "the label a person vouched for, -1 = nobody did",
        "name a column of rows to trust with --trusted",
        lambda evidence: evidence.trusted,
    ),
    "pred_probs": Input(
        "(n, c)",
        "out-of-sample class probabilities",
        "give --pred-probs, or labels and embeddings to train a head on",
        lambda evidence: evidence.pred_probs,
    ),
    "joined_probs": Input(
        "(n, c)",
        "class probabilities of the model, the neighbours and the user, joined into one opinion",
        "give labels and embeddings, or --pred-probs",
        lambda evidence: None if evidence.pool is None else evidence.pool.probs,
    ),
    "neighbours": Input(
        "(n, k)",
        "rows of the nearest other examples, nearest first, -1 = none",
        "give --embeddings, or a text or image column to compute them from",
        lambda evidence: None if evidence.graph is None else evidence.graph.neighbours,
    ),
    "distances": Input(
        "(n, k)",
        "distances to these neighbours, inf = none",
        "give --embeddings, or a text or image column to compute them from",
        lambda evidence: None if evidence.graph is None else evidence.graph.distances,
    ),
    **{
        word: Input("(n, epochs)", meaning, "give labels and embeddings to train a head on", fetch)
        for word, meaning, fetch in (
            (
                "el2n_by_epoch",
                "norm of softmax minus one-hot after each epoch of training on the row",
                _by_epoch("el2n"),
            ),
            (
                "grand_by_epoch",
                "norm of the gradient of the row's loss by all weights, likewise",
                _by_epoch("grand"),
            ),
            (
                "given_probs_by_epoch",
                "probability of the given label, likewise",
                _by_epoch("given_probs"),
            ),
            (
                "margins_by_epoch",
                "logit of the given label minus the best other, likewise",
                _by_epoch("margins"),
            ),
            (
                "correct_by_epoch",
                "share of the heads that predict the given label, likewise",
                _by_epoch("correct"),
            ),
        )
    },
    **{
        word: Input(shape, meaning, "open a retrieval set: a BEIR or TREC folder", _of_pairs(fetch))
        for word, shape, meaning, fetch in (
            ("query_of", "(n,)", "number of the pair's query", lambda pairs: pairs.query),
            ("passage_of", "(n,)", "number of the pair's passage", lambda pairs: pairs.passage),
            ("similarity", "(n,)", "cosine of query and passage", lambda pairs: pairs.similarity),
            ("lexical", "(n,)", "BM25 of the passage for the query", lambda pairs: pairs.lexical),
            (
                "shared_concepts",
                "(n,)",
                "share of the query's rare words that the passage has, nan = it has none",
                lambda pairs: pairs.shared_concepts,
            ),
            (
                "positive_words",
                "(n,)",
                "likeness in words to the query's other known positives, nan = it has no other",
                lambda pairs: pairs.positive_words,
            ),
            (
                "system_ranks",
                "(n, systems)",
                "place in each ranking (cosine, BM25, the user's runs) from 1, nan = not named",
                lambda pairs: np.where(pairs.ranks > 0, pairs.ranks, np.nan).astype(np.float32),
            ),
            (
                "query_vectors",
                "(queries, d)",
                "one vector of length 1 per query",
                lambda pairs: pairs.queries.embeddings,
            ),
            (
                "passage_vectors",
                "(passages, d)",
                "one vector of length 1 per passage",
                lambda pairs: pairs.passages.embeddings,
            ),
            (
                "passage_lengths",
                "(passages,)",
                "words of each passage",
                lambda pairs: pairs.lengths,
            ),
        )
    },
    "settled_relevance": Input(
        "(n,)",
        "1 = a person found the pair relevant, 0 = not relevant, -1 = nobody looked",
        "open a retrieval set: a BEIR or TREC folder",
        _settled,
    ),
    "cross_encoder": Input(
        "(n,)",
        "relevance by a model that reads both texts, nan = not scored",
        "bring scores with --cross-encoder",
        _of_pairs(lambda pairs: pairs.cross_encoder),
    ),
    "early_targets": Input(
        "(n, c)",
        "running mean of the class probabilities while heads train on the row",
        "give labels and embeddings to train a head on",
        _early_targets,
    ),
}


def missing_inputs(inputs: tuple[str, ...], evidence: Evidence) -> tuple[str, ...]:
    """Those of `inputs` that this evidence lacks."""
    return tuple(name for name in inputs if VOCABULARY[name].fetch(evidence) is None)
