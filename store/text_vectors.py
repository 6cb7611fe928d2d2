"""Texts as vectors without a model to download: TF-IDF of words, then truncated SVD."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from store.dataset import Dataset
from store.errors import UserError
from store.progress import Progress
from store.spool import release, spooled_array

DIMENSIONS = 256
WORDS = 30_000
"""On 20 newsgroups a neighbour vote is right for 76 % with 30,000 single words and for 71 % with
50,000 words and pairs of words, which also take four times as long."""
LEARNT_FROM = 50_000
"""Texts that words and SVD are learnt from, evenly spread: memory and time stay bounded."""
CHARACTERS = 20_000
"""Read of each text: about seven pages."""
# Chinese and Japanese put no spaces between words: there, each character is one.
TOKEN = r"[぀-ヿ㐀-鿿]|[^\W぀-ヿ㐀-鿿]+"
WORD = re.compile(TOKEN)
BLOCK = 4_096
OFFLINE = "TF-IDF of"
"""How vectors that are made here are told."""


def words_of(text: str | None) -> list[str]:
    """The words of a text in lower case, in order; a Chinese or Japanese character is one."""
    return WORD.findall((text or "")[:CHARACTERS].lower())


@dataclass(frozen=True, eq=False)
class WordVectors:
    """How texts become vectors, as it was learnt from the texts of a dataset.

    words: TF-IDF of words. svd: what makes few numbers of them; None = the weights themselves.
    counts: (m, w) sparse weights of the rows `learnt_from`.
    """

    words: Any
    svd: Any
    counts: Any
    learnt_from: np.ndarray

    def vectors(self, weights: Any) -> np.ndarray:
        """(m, d) float32 of sparse weights: of length 1 (0 for a text without a known word), or
        the weights themselves."""
        from sklearn.preprocessing import normalize

        if self.svd is None:
            return np.asarray(weights.toarray(), dtype=np.float32)
        return np.asarray(normalize(self.svd.transform(weights)), dtype=np.float32)

    def of(self, text: str) -> np.ndarray:
        """(d,) float32 of a text that need not be one of the dataset."""
        return self.vectors(self.words.transform([text[:CHARACTERS]]))[0]


def embed_texts(dataset: Dataset, *, progress: Progress) -> tuple[np.ndarray, str]:
    """(n, d) float32 of length 1 (0 for a text without a known word), and how, in words.

    Raises UserError where no text has a word.
    """
    learnt = learn_word_vectors(dataset, progress=progress)
    n, counts = len(dataset), learnt.counts
    if n > 1 and (counts.max(axis=0) != counts.min(axis=0)).nnz == 0:
        return np.zeros((n, 1), dtype=np.float32), "texts without a difference"
    if learnt.svd is None:
        return learnt.vectors(counts), f"{OFFLINE} {counts.shape[1]:,} words"

    def blocks() -> Iterator[np.ndarray]:
        for start in range(0, n, BLOCK):
            rows = np.arange(start, min(n, start + BLOCK))
            whole = len(learnt.learnt_from) == n
            block = counts[rows] if whole else learnt.words.transform(_texts(dataset, rows))
            yield learnt.vectors(block)
            progress("text vectors", int(rows[-1]) + 1, n)

    size = learnt.svd.n_components
    vectors = spooled_array((n, size), blocks())
    return vectors, f"{OFFLINE} {counts.shape[1]:,} words, truncated SVD to {size} numbers"


def learn_word_vectors(dataset: Dataset, *, progress: Progress) -> WordVectors:
    """Words and SVD of the texts of a dataset; the same texts give the same.

    Raises UserError where no text has a word.
    """
    from sklearn.decomposition import TruncatedSVD  # takes a second to import

    n = len(dataset)
    learnt_from = np.unique(np.linspace(0, n - 1, min(n, LEARNT_FROM)).astype(np.int64))
    words, counts = _learn_words(dataset, learnt_from, progress)
    size = min(DIMENSIONS, len(learnt_from) - 1, counts.shape[1] - 1)
    same = n > 1 and (counts.max(axis=0) != counts.min(axis=0)).nnz == 0
    if size < 2 or same:  # too few rows or words for a decomposition
        return WordVectors(words, None, counts, learnt_from)
    progress("text vectors", 0, n)
    # Two power iterations instead of five: the same neighbours on 20 newsgroups, in half the time.
    svd = TruncatedSVD(size, n_iter=2, random_state=0).fit(counts)
    return WordVectors(words, svd, counts, learnt_from)


def _learn_words(dataset, rows, progress):  # type: ignore[no-untyped-def]
    from sklearn.feature_extraction.text import TfidfVectorizer

    def watched() -> Iterator[str]:
        for done, text in enumerate(_texts(dataset, rows)):
            if done % 500 == 0:
                progress("words of the texts", done, len(rows))
            yield text

    # A word in one text only brings no two rows together; one in most rows, every two.
    rare_and_common = [(2, 0.5), (1, 1.0)] if len(rows) >= 20 else [(1, 1.0)]
    for min_df, max_df in rare_and_common:
        words = TfidfVectorizer(
            token_pattern=TOKEN, sublinear_tf=True, max_features=WORDS,
            min_df=min_df, max_df=max_df, dtype=np.float32,
        )  # fmt: skip
        try:
            return words, words.fit_transform(watched()).tocsr()
        except ValueError:  # no word is left
            continue
    raise UserError(
        f"None of the {len(rows):,} texts in column {dataset.roles.text!r} has a word in it. "
        "Name another column with --text, or give vectors with --embeddings."
    )


def _texts(dataset: Dataset, rows: np.ndarray) -> Iterator[str]:
    """The texts of some rows, which ascend."""
    column, first = dataset.table[dataset.roles.text], 0
    for chunk in column.chunks:  # not from the whole: Arrow would copy all of it for each block
        inside = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + len(chunk))]
        for start in range(0, len(inside), BLOCK):
            some = pa.array(inside[start : start + BLOCK] - first)
            for value in chunk.take(some).to_pylist():
                yield "" if value is None else str(value)[:CHARACTERS]
        if len(inside):
            release()
        first += len(chunk)
