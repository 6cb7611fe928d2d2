"""Pairs: the candidates of a retrieval set, and what is known of each without a model."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import numpy as np

from store.retrieval import Run, Texts

NO_TWIN = -1
VECTORS, WORDS = "by vectors (cosine)", "by words (BM25)"
"""Rankings that every retrieval set has."""
FRONT = 100
"""So many places of a ranking are its front: where a missing positive is looked for and counted."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """n candidate pairs in the order of their queries. Nothing in it ever changes.

    queries, passages: the two sides, with embeddings of length 1 (0 where a text says nothing).
    query, passage: (n,) int64 positions in them, sorted by query, then by passage; each pair once.
    grade: (n,) int64; 0 where nobody judged; for the twin of a known positive that one's grade.
    judged: (n,) bool, the pair stands in the judgements.
    twin: (n,) int64 position of the known positive of the same query that the passage repeats, -1
        = none. Such a pair is known to be relevant, though nobody judged it.
    similarity: (n,) float32 cosine of the two vectors.
    lexical: (n,) float32 BM25 of the passage for the query; 0 = no word in common.
    shared_concepts: (n,) float32 share of the query's rare words that the passage has; nan = the
        query has none.
    positive_words: (n,) float32 mean cosine, by words weighed by rarity (tf-idf), to the query's
        other known positives; nan = it has no other.
    lengths: (p,) int32 words of each passage.
    systems: names of s rankings: VECTORS, WORDS, then the user's runs.
    ranks: (n, s) int32 place in each from 1; 0 = it does not name the pair.
    cross_encoder: (n,) float32, nan = not scored; None = the user brought none.
    runs: the user's own, whole: also lines that no candidate is made of.
    complete: every passage is a candidate for every query.
    recall: system -> share of the known positives among its candidates; nan = none is known.
    """

    queries: Texts
    passages: Texts
    query: np.ndarray
    passage: np.ndarray
    grade: np.ndarray
    judged: np.ndarray
    twin: np.ndarray
    similarity: np.ndarray
    lexical: np.ndarray
    shared_concepts: np.ndarray
    positive_words: np.ndarray
    lengths: np.ndarray
    systems: tuple[str, ...]
    ranks: np.ndarray
    cross_encoder: np.ndarray | None = None
    runs: tuple[Run, ...] = ()
    complete: bool = False
    recall: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in BY_PAIR:
            array = getattr(self, name)
            if array is not None and len(array) != len(self.query):
                raise ValueError(f"{name} has {len(array)} rows for {len(self.query)} pairs")
        for name in (*BY_PAIR, "lengths"):
            if getattr(self, name) is not None:
                getattr(self, name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.query)

    @cached_property
    def starts(self) -> np.ndarray:
        """(q + 1,) int64: the pairs of query i are the rows starts[i] to starts[i + 1]."""
        return np.searchsorted(self.query, np.arange(len(self.queries) + 1))

    @cached_property
    def in_front(self) -> np.ndarray:
        """(n,) bool: some ranking has the pair among its first places."""
        front = (self.ranks > 0) & (self.ranks <= FRONT)
        return np.asarray(front.any(axis=1), dtype=bool)

    def of_query(self, query: int) -> slice:
        """The rows of one query."""
        return slice(int(self.starts[query]), int(self.starts[query + 1]))

    def positives(self, query: int) -> np.ndarray:
        """Rows of one query whose passages are known to be relevant and were judged so."""
        rows = self.of_query(query)
        return rows.start + np.flatnonzero((self.grade[rows] > 0) & self.judged[rows])

    def add_to(self, digest: "blake2b") -> None:
        """Into a hash: everything that a score can depend on."""
        for name in (*BY_PAIR, "lengths"):
            array = getattr(self, name)
            if array is not None:
                digest.update(f"{name}{array.shape}".encode() + np.ascontiguousarray(array).data)
        for side in (self.queries, self.passages):
            if side.embeddings is not None:
                digest.update(np.ascontiguousarray(side.embeddings).data)
        digest.update("\x00".join(self.systems).encode())

    def words_of(self, row: int) -> tuple[str, str]:
        """The query and the passage of one pair."""
        query, passage = int(self.query[row]), int(self.passage[row])
        return self.queries.text_of(query), self.passages.text_of(passage)


BY_PAIR = (
    "query", "passage", "grade", "judged", "twin", "similarity", "lexical", "shared_concepts",
    "positive_words", "ranks", "cross_encoder",
)  # fmt: skip
"""Arrays with one entry per pair."""
