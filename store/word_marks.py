"""Words that two texts have in common, and where they stand in a text."""

from collections import Counter
from collections.abc import Set

import numpy as np
import pyarrow as pa

from store.text_vectors import CHARACTERS, WORD, words_of

SAMPLE = 2_000
"""Passages that common words are counted in, evenly spread: a fifth of a second."""
COMMON = 0.2
"""A word in more of the passages than this share says little about any: "flow" in a collection of
aerodynamics, and in any language what stands in most sentences. Counting does not find "how", which
stands in 2 % of the passages of Cranfield: English has a list of its own."""
FEW = 3
"""In a handful of passages a word that so many of them have may well be what was asked for."""


def common_words(texts: pa.Array) -> frozenset[str]:
    """Words that mean nothing when a passage has them: those that many have, and English ones
    without a meaning of their own.

    >>> common = common_words(pa.array(["an old cat", "an old dog", "an old cow", "an old hen"]))
    >>> [word for word in ("old", "cat", "how") if word in common]
    ['old', 'how']
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # takes a second to import

    at = np.unique(np.linspace(0, len(texts) - 1, min(len(texts), SAMPLE)).astype(np.int64))
    found = Counter(
        word for text in texts.take(pa.array(at)).to_pylist() for word in set(words_of(text))
    )
    limit = max(COMMON * len(at), FEW)
    return ENGLISH_STOP_WORDS | {word for word, count in found.items() if count > limit}


def marks(text: str, words: Set[str]) -> list[tuple[int, int]]:
    """(start, end) of every word of the text that is one of these, in rising order.

    Places are counted in units of UTF-16, as a browser counts them: a sign beyond the first
    65,536 is two.

    >>> marks("Iron, 😀 and IRON", {"iron"})
    [(0, 4), (13, 17)]
    """
    text = text[:CHARACTERS]
    found, behind, units = [], 0, 0
    for match in WORD.finditer(text):
        word = match[0].lower()
        # Lower case may take a word apart ("İ" becomes two signs): then it is read once more.
        if word not in words and (word.isascii() or words.isdisjoint(words_of(word))):
            continue
        start = units + _units(text[behind : match.start()])
        behind, units = match.end(), start + _units(match[0])
        found.append((start, units))
    return found


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
