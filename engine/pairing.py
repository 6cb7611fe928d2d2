"""Which passages are candidates for which queries, and what is known of each pair of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.candidates import best_of, nearest_passages, products_of
from index.lexical import Lexical, make_lexical
from store.pairs import FRONT, NO_TWIN, VECTORS, WORDS, Pairs
from store.progress import Progress, silent
from store.retrieval import Retrieval, Texts
from store.text_vectors import words_of

COMPLETE = 1_000_000
"""Up to so many pairs of a query and a passage each one is a candidate: nothing is left out."""
CANDIDATES = FRONT
"""Beyond, so many passages of every ranking."""
TWIN = 0.99
"""Cosine from which a passage repeats a known positive. Chosen, not measured."""


@dataclass(frozen=True, eq=False)
class _Ranking:
    """Lines (query, passage, rank) of one system, in any order. key: query * p + passage."""

    name: str
    key: np.ndarray
    rank: np.ndarray


def pair_up(retrieval: Retrieval, *, progress: Progress = silent) -> Pairs:
    """The candidates of a retrieval set: every pair of a small one; of a large one the passages
    that the vectors, BM25 and the user's runs put in front, and all that were judged.

    Both sides need embeddings.
    """
    queries, passages = _unit(retrieval.queries), _unit(retrieval.passages)
    assert queries.embeddings is not None
    assert passages.embeddings is not None
    q, p = len(queries), len(passages)
    asked = [words_of(text) for text in queries.texts.to_pylist()]
    lexical = make_lexical(list(_words(passages, progress)), progress)
    complete = q * p <= COMPLETE
    k = p if complete else CANDIDATES
    near, _ = nearest_passages(queries.embeddings, passages.embeddings, k, progress)
    everyone, places = np.arange(q)[:, None], np.arange(1, near.shape[1] + 1)
    cosine = _Ranking(VECTORS, (everyone * p + near).ravel(), np.tile(places, q))
    runs = [_Ranking(run.name, run.query * p + run.passage, run.rank) for run in retrieval.runs]
    judged = retrieval.judgements
    judged_key = judged.query * p + judged.passage
    # Of a deep run only its first lines become candidates; all of it is kept for measuring it.
    lines = [one.key[one.rank <= k] for one in (cosine, *runs)]
    others = np.unique(np.concatenate([*lines, judged_key]))
    by_words, key, bm25 = _with_words(lexical, asked, others, k, progress)
    rankings = [cosine, by_words, *runs]
    query, passage = key // p, key % p
    at = np.searchsorted(key, judged_key)
    is_judged, grade = np.zeros(len(key), dtype=bool), np.zeros(len(key), dtype=np.int64)
    is_judged[at], grade[at] = True, judged.grade
    known = judged_key[judged.grade > 0]
    twin = _twins(passages, query, passage, grade, is_judged)
    repeats = np.flatnonzero(twin != NO_TWIN)
    grade[repeats] = grade[np.searchsorted(key, query[repeats] * p + twin[repeats])]
    return Pairs(
        queries=queries,
        passages=passages,
        query=query,
        passage=passage,
        grade=grade,
        judged=is_judged,
        twin=twin,
        similarity=products_of(queries.embeddings, passages.embeddings, query, passage),
        lexical=bm25,
        shared_concepts=lexical.shared(asked, query, passage),
        positive_words=lexical.like_positives(query, passage, grade > 0),
        lengths=lexical.lengths,
        systems=tuple(one.name for one in rankings),
        ranks=np.column_stack([_ranks(one, key) for one in rankings]),
        cross_encoder=_cross_encoder(retrieval, key),
        runs=retrieval.runs,
        complete=complete,
        recall={
            one.name: float(np.isin(known, one.key[one.rank <= CANDIDATES]).mean())
            if len(known)
            else float("nan")
            for one in rankings
        },
    )


def _words(passages: Texts, progress: Progress) -> Iterator[list[str]]:
    for start in range(0, len(passages), 4_096):
        progress("words of the passages", start, len(passages))
        yield from (words_of(text) for text in passages.texts.slice(start, 4_096).to_pylist())


def _unit(side: Texts) -> Texts:
    """The same texts with vectors of length 1; one of length 0 stays."""
    assert side.embeddings is not None
    vectors = np.array(side.embeddings, dtype=np.float32, order="C")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return Texts(side.ids, side.texts, vectors)


def _with_words(
    lexical: Lexical, asked: list[list[str]], others: np.ndarray, k: int, progress: Progress
) -> tuple[_Ranking, np.ndarray, np.ndarray]:
    """The k best of each query by BM25, the keys of these and of all other candidates, and (n,)
    float32 BM25 of each, also of those that words did not find.

    others: keys that rise. Passages that share no word with the query are in no ranking by words.
    """
    p = len(lexical.lengths)
    bounds = np.searchsorted(others, np.arange(len(asked) + 1) * p)
    best_keys, ranks, keys, values = [], [], [], []
    for query, words in enumerate(asked):
        if query % 256 == 0:
            progress("BM25", query, len(asked))
        scores = lexical.bm25(words)
        best = best_of(scores, k)
        here = np.union1d(best, others[bounds[query] : bounds[query + 1]] - query * p)
        best_keys.append(query * p + best)
        ranks.append(np.arange(1, len(best) + 1))
        keys.append(query * p + here)
        values.append(scores[here])
    ranking = _Ranking(WORDS, np.concatenate(best_keys), np.concatenate(ranks))
    return ranking, np.concatenate(keys), np.concatenate(values)


def _ranks(ranking: _Ranking, key: np.ndarray) -> np.ndarray:
    """(n,) int32 the rank of every candidate; 0 = the ranking does not name it."""
    ranks = np.zeros(len(key), dtype=np.int32)
    at = np.minimum(np.searchsorted(key, ranking.key), len(key) - 1)
    there = key[at] == ranking.key
    ranks[at[there]] = ranking.rank[there]
    return ranks


def _cross_encoder(retrieval: Retrieval, key: np.ndarray) -> np.ndarray | None:
    scored = retrieval.cross_encoder
    if scored is None:
        return None
    p, values = len(retrieval.passages), np.full(len(key), np.nan, dtype=np.float32)
    wanted = scored.query * p + scored.passage
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    there = key[at] == wanted
    values[at[there]] = scored.score[there]
    return values


def _twins(
    passages: Texts,
    query: np.ndarray,
    passage: np.ndarray,
    grade: np.ndarray,
    judged: np.ndarray,
) -> np.ndarray:
    """(n,) int64 for pairs that nobody judged the known positive that they repeat, -1 = none."""
    assert passages.embeddings is not None
    vectors, twin = passages.embeddings, np.full(len(query), NO_TWIN, dtype=np.int64)
    positive = np.flatnonzero(judged & (grade > 0))
    for one, *bounds in _groups(query[positive]):
        first, last = np.searchsorted(query, [one, one + 1])
        known = passage[positive[slice(*bounds)]]
        alike = vectors[passage[first:last]] @ vectors[known].T
        best = alike.argmax(axis=1)
        is_twin = (alike[np.arange(len(best)), best] >= TWIN) & ~judged[first:last]
        twin[first:last][is_twin] = known[best[is_twin]]
    return twin


def _groups(values: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """(value, first, behind the last) of every run of equal values, which rise."""
    found, starts = np.unique(values, return_index=True)
    stops = [*starts[1:].tolist(), len(values)]
    yield from zip(found.tolist(), starts.tolist(), stops, strict=False)
