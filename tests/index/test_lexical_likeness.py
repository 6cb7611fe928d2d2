"""Likeness in words to known positives, against the formula written out."""

import math
from collections import Counter

import numpy as np
import pytest

from index.lexical import make_lexical

PASSAGES = [
    "red apple pie", "green apple", "red red apple", "blue sky", "", "pie", "sky sky apple pie",
]  # fmt: skip


def vector(words: list[str], told: list[list[str]]) -> dict[str, float]:
    """(1 + log count) * log(1 + (p - found + .5) / (found + .5)), of length 1."""
    p, weights = len(told), {}
    for word, count in Counter(words).items():
        found = sum(word in other for other in told)
        weights[word] = (1 + math.log(count)) * math.log(1 + (p - found + 0.5) / (found + 0.5))
    length = math.sqrt(sum(weight**2 for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()}


def test_it_is_the_mean_cosine_to_the_other_known_positives():
    """Two queries with known positives (0, 2) and (3), a third with none; each without itself."""
    told = [words.split() for words in PASSAGES]
    vectors = [vector(words, told) for words in told]
    query, passage = np.repeat(np.arange(3), len(told)), np.tile(np.arange(len(told)), 3)
    known = np.isin(query * 10 + passage, [0, 2, 13])
    found = make_lexical(told, lambda *_: None).like_positives(query, passage, known)

    for row in range(len(query)):
        positives = [p for q, p in ((0, 0), (0, 2), (1, 3)) if q == query[row]]
        others = [p for p in positives if not (known[row] and p == passage[row])]
        own = vectors[passage[row]]
        cosines = [sum(own[word] * vectors[p].get(word, 0) for word in own) for p in others]
        expected = np.mean(cosines) if cosines else float("nan")
        assert found[row] == pytest.approx(expected, abs=1e-5, nan_ok=True)


def test_passages_without_a_word_are_like_nothing():
    """Zero, not a division by zero; and no passage needs to have a word at all."""
    one, none = np.zeros(2, dtype=np.int64), np.arange(2)
    found = make_lexical([[], []], lambda *_: None).like_positives(one, none, none == 0)

    assert found[1] == 0
    assert np.isnan(found[0])
