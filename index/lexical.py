"""Words in common: BM25 of passages for queries, and the share of a query's rare words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
from scipy.sparse import csr_matrix

RARE = 0.05
"""A word in more passages than this share says little about any of them (CAR's advice)."""
BLOCK = 65_536

Words = Sequence[list[str]]


@dataclass(frozen=True, eq=False)
class Lexical:
    """The passages by their words, ready for queries.

    vocabulary: word -> number. lengths: (p,) int32 words of each passage.
    has: (p, rare words) 1 where a passage has a rare word. rare: (words,) int64 column of a word
    in `has`, -1 = not rare. weights: (p, words) (1 + log count) * log inverse frequency, rows of
    length 1.
    """

    vocabulary: dict[str, int]
    lengths: np.ndarray
    has: csr_matrix
    rare: np.ndarray
    weights: csr_matrix
    _bm25: bm25s.BM25

    def bm25(self, query: list[str]) -> np.ndarray:
        """(p,) float32 BM25 of every passage; 0 = no word in common. A word twice counts twice."""
        known = [self.vocabulary[word] for word in query if word in self.vocabulary]
        if not known:
            return np.zeros(len(self.lengths), dtype=np.float32)
        scores: np.ndarray = self._bm25.get_scores_from_ids(known)
        return scores

    def shared(self, queries: Words, query: np.ndarray, passage: np.ndarray) -> np.ndarray:
        """(n,) float32 in [0, 1]: how many of the query's rare words the passage has.

        nan = the query has none that any passage has. query, passage: (n,) positions.
        """
        asked = _incidence([self._rare_of(words) for words in queries], self.has.shape[1])
        counts = np.diff(asked.indptr).astype(np.float32)
        shared = np.empty(len(query), dtype=np.float32)
        for start in range(0, len(query), BLOCK):
            block = slice(start, start + BLOCK)
            both = asked[query[block]].multiply(self.has[passage[block]])
            shared[block] = np.asarray(both.sum(axis=1)).ravel()
        with np.errstate(invalid="ignore"):
            return shared / np.where(counts > 0, counts, np.nan)[query]

    def like_positives(
        self, query: np.ndarray, passage: np.ndarray, known: np.ndarray
    ) -> np.ndarray:
        """(n,) float32 in [0, 1]: mean cosine of `weights` to the query's other known positives.

        nan = it has no other. query: (n,) sorted; passage: (n,); known: (n,) bool.
        """
        likeness = np.full(len(query), np.nan, dtype=np.float32)
        for one in np.unique(query[known]):
            rows = slice(*np.searchsorted(query, [one, one + 1]))
            own = known[rows]
            positives = passage[rows][own]
            total = np.asarray(self.weights[positives].sum(axis=0)).ravel()
            alike = self.weights[passage[rows]] @ total
            lengths = np.asarray(self.weights[passage[rows]].power(2).sum(axis=1)).ravel()
            others = len(positives) - own
            # The pair itself counts as one of them: with itself it has its squared length.
            alike = np.maximum(alike - own * lengths, 0)
            likeness[rows] = np.where(others > 0, alike / np.maximum(others, 1), np.nan)
        return likeness

    def _rare_of(self, words: list[str]) -> list[int]:
        numbers = {self.rare[self.vocabulary[word]] for word in words if word in self.vocabulary}
        return sorted(int(number) for number in numbers if number >= 0)


def make_lexical(passages: Words, progress: Callable[[str, int, int], None]) -> Lexical:
    """Index the passages. Each is a list of its words, in order; an empty one is never found."""
    vocabulary: dict[str, int] = {}
    numbers = [
        [vocabulary.setdefault(word, len(vocabulary)) for word in words] for words in passages
    ]
    progress("words of the passages", 0, 0)
    p = len(numbers)
    everything = _incidence([sorted(set(words)) for words in numbers], max(len(vocabulary), 1))
    found_in = np.bincount(everything.indices, minlength=everything.shape[1])
    # In a small collection 5 % is less than two passages: a word there is still rare in two.
    is_rare = found_in <= max(RARE * p, 2)
    rare = np.where(is_rare, np.cumsum(is_rare) - 1, -1)
    bm25 = bm25s.BM25()
    # An index without a single word cannot be built; a word that nobody has stands in.
    bm25.index((numbers if vocabulary else [[0]] * p, vocabulary or {"": 0}), show_progress=False)
    lengths = np.array([len(words) for words in numbers], dtype=np.int32)
    has = everything[:, np.flatnonzero(is_rare)]
    return Lexical(vocabulary, lengths, has, rare, _weights(numbers, found_in), bm25)


def _weights(numbers: list[list[int]], found_in: np.ndarray) -> csr_matrix:
    """(p, words) float32 tf-idf with rows of length 1; 0 for a passage without words."""
    p = len(numbers)
    counts = _incidence([sorted(words) for words in numbers], max(len(found_in), 1))
    counts.sum_duplicates()
    counts.data = 1 + np.log(counts.data)
    rarity = np.log(1 + (p - found_in + 0.5) / (found_in + 0.5))
    counts.data *= rarity[counts.indices].astype(np.float32)
    lengths = np.sqrt(np.asarray(counts.power(2).sum(axis=1)).ravel())
    counts.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(counts.indptr))
    return counts


def _incidence(rows: list[list[int]], columns: int) -> csr_matrix:
    """(rows, columns) float32 with ones at the numbers of each row, which rise."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    numbers = np.fromiter((number for row in rows for number in row), np.int64, int(starts[-1]))
    ones = np.ones(len(numbers), dtype=np.float32)
    return csr_matrix((ones, numbers, starts), shape=(len(rows), columns))
