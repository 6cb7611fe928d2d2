"""Positives and hard negatives of every query of a retrieval set, as training files need them."""

from dataclasses import dataclass, replace

import numpy as np

from engine.mining import Nearest, drawn, filtered, picked, window
from index.candidates import nearest_passages, products_of
from store.dataset import Dataset
from store.errors import UserError
from store.mined import NO_NEGATIVE, Mined
from store.pairs import Pairs
from store.progress import Progress, silent
from store.retrieval import Texts
from store.standing import NEGATIVE, OUT, POSITIVE, UNKNOWN, standing_of
from store.training_options import TrainingOptions
from store.verdicts import Applied

FIRST = {POSITIVE: 0, OUT: 1, NEGATIVE: 2, UNKNOWN: 3}
"""Where equal texts were judged apart, the first of these counts."""


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of n pairs of texts, sorted by key = query * p + passage, each once.

    standing: (n,) int8 as in store.standing. suspicion, judge: (n,) float32, nan = none.
    """

    key: np.ndarray
    standing: np.ndarray
    suspicion: np.ndarray
    judge: np.ndarray
    p: int

    def at(self, query: np.ndarray, passage: np.ndarray) -> np.ndarray:
        """Where each pair stands; -1 = nothing is known of it."""
        wanted = query * self.p + passage
        place = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.where(self.key[place] == wanted, place, -1)

    def value(self, name: str, place: np.ndarray, missing: float) -> np.ndarray:
        """One of the arrays for some places, with another value where nothing is known."""
        array: np.ndarray = getattr(self, name)
        return np.where(place >= 0, array[place], missing)


def mine(
    dataset: Dataset,
    applied: Applied,
    options: TrainingOptions,
    *,
    suspicion: np.ndarray | None = None,
    progress: Progress = silent,
) -> Mined:
    """The positives in force, and negatives found near each query among all passages.

    As mine_hard_negatives does it (see engine.mining), with what it lacks: a person's "not
    relevant" is trusted, duplicates of positives are never negatives.
    suspicion: (n,) of each pair, high = likely to be relevant, nan = unknown; a probability where
    negatives are weighted by it. Raises UserError where the options need what is not there.
    """
    pairs = dataset.pairs
    assert pairs is not None
    _check(pairs, options, suspicion)
    query_of, passage_of = _first_with_text(pairs.queries), _first_with_text(pairs.passages)
    known = _known(dataset, applied, suspicion, query_of, passage_of)
    anchors = known.standing == POSITIVE
    facts = {"pairs relabelled as positive": 0, "queries given a positive by the cross-encoder": 0}
    positives = anchors.copy()
    suspected = (known.standing == UNKNOWN) & (known.suspicion > options.suspected_above)
    if options.suspected == "relabel":
        positives |= suspected
        facts["pairs relabelled as positive"] = int(suspected.sum())
    if options.above is not None:
        found = _pseudo_positives(known, positives, options.above)
        positives[found] = True
        facts["queries given a positive by the cross-encoder"] = len(found)
    known = replace(known, standing=np.where(positives, POSITIVE, known.standing))
    query, starts = np.unique(known.key[positives] // known.p, return_index=True)
    positive = known.key[positives] % known.p
    starts = np.append(starts, len(positive))
    if not len(query):
        raise UserError(
            f"{dataset.name} has no positive, so there is nothing to train on. Judge some pairs as "
            "relevant first."
        )
    deepest = options.deepest(int(np.diff(starts).max()))
    near = _nearest(pairs, known, query, anchors, passage_of, deepest, options, progress)
    scores, taken = filtered(near, options)
    columns = window(scores, options, deepest)
    facts |= {f"left out by {name}": count for name, count in taken.items()}
    negative = _chosen(pairs, known, near, columns, query, options, facts)
    weight = None
    if options.suspected == "weight":
        weight = _weights(known, query, negative)
    facts |= {
        "queries": len(query),
        "queries without a positive": len(np.unique(query_of)) - len(query),
        "positives": len(positive),
        "negatives": int((negative != NO_NEGATIVE).sum()),
        "negatives not found": int((negative == NO_NEGATIVE).sum()),
    }
    return Mined(query, positive, starts, negative, weight, facts)


def _check(pairs: Pairs, options: TrainingOptions, suspicion: np.ndarray | None) -> None:
    wants = options.rescore or options.below is not None or options.above is not None
    if wants and pairs.cross_encoder is None:
        raise UserError(
            "The cross-encoder's scores are to decide, and none were brought. Open the data with "
            "--cross-encoder FILE, or leave these options out."
        )
    if options.suspected == "keep":
        return
    if suspicion is None:
        raise UserError(
            f"There are no values of {options.suspected_by} that say which pairs are suspected. "
            "Name a score of this dataset."
        )
    values = suspicion[np.isfinite(suspicion)]
    if options.suspected == "weight" and len(values) and (values.min() < 0 or values.max() > 1):
        raise UserError(
            f"{options.suspected_by} goes from {values.min():.3g} to {values.max():.3g}, and a "
            "weight is 1 - probability. Name a score that is a probability from 0 to 1."
        )


def _first_with_text(side: Texts) -> np.ndarray:
    """(m,) int64 the first position with the same text: equal texts are one, as in the library."""
    codes = side.texts.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    _, first = np.unique(codes, return_index=True)
    return first[codes].astype(np.int64)


def _known(
    dataset: Dataset,
    applied: Applied,
    suspicion: np.ndarray | None,
    query_of: np.ndarray,
    passage_of: np.ndarray,
) -> _Known:
    pairs = dataset.pairs
    assert pairs is not None
    n, p = len(pairs), len(pairs.passages)
    standing = standing_of(dataset, applied)
    key = query_of[pairs.query] * p + passage_of[pairs.passage]
    nothing = np.full(n, np.nan, dtype=np.float32)
    order = np.lexsort((np.array([FIRST[int(one)] for one in range(-2, 2)])[standing + 2], key))
    _, first = np.unique(key[order], return_index=True)
    rows = order[first]
    return _Known(
        key[rows],
        standing[rows],
        (nothing if suspicion is None else suspicion)[rows],
        (nothing if pairs.cross_encoder is None else pairs.cross_encoder)[rows],
        p,
    )


def _pseudo_positives(known: _Known, positives: np.ndarray, above: float) -> np.ndarray:
    """Places of the best pair above the threshold of each query that has no positive."""
    query = known.key // known.p
    has_one = np.isin(query, query[positives])
    eligible = np.flatnonzero((known.standing == UNKNOWN) & (known.judge > above) & ~has_one)
    order = eligible[np.lexsort((-known.judge[eligible], query[eligible]))]
    _, first = np.unique(query[order], return_index=True)
    return order[first]


def _nearest(
    pairs: Pairs,
    known: _Known,
    query: np.ndarray,
    anchors: np.ndarray,
    passage_of: np.ndarray,
    deepest: int,
    options: TrainingOptions,
    progress: Progress,
) -> Nearest:
    asked, told = pairs.queries.embeddings, pairs.passages.embeddings
    assert asked is not None
    assert told is not None
    distinct = np.unique(passage_of)
    most = int(np.bincount(known.key[known.standing == POSITIVE] // known.p).max())
    vectors = told if len(distinct) == len(told) else told[distinct]
    found, scores = nearest_passages(asked[query], vectors, deepest + most, progress)
    passage = distinct[found]
    place = known.at(np.broadcast_to(query[:, None], passage.shape), passage)
    standing = known.value("standing", place, UNKNOWN)
    judge = known.value("judge", place, np.nan)
    at = np.flatnonzero(anchors)
    q, p = known.key[at] // known.p, known.key[at] % known.p
    own = products_of(asked, told, q, p)
    by_model = options.rescore and (options.filters or options.min_score is not None)
    if by_model:
        scores, own = np.where(np.isnan(judge), -np.inf, judge), known.judge[at]
    weakest = np.full(len(pairs.queries), np.inf, dtype=np.float32)
    np.fmin.at(weakest, q, np.where(np.isnan(own), np.inf, own))
    weakest[np.isinf(weakest)] = np.nan
    suspected = known.value("suspicion", place, np.nan) > options.suspected_above
    return Nearest(
        passage,
        scores.astype(np.float32),
        weakest[query],
        (standing == POSITIVE) | (standing == OUT),
        standing == NEGATIVE,
        suspected & (standing == UNKNOWN),
        judge.astype(np.float32),
    )


def _chosen(
    pairs: Pairs,
    known: _Known,
    near: Nearest,
    columns: np.ndarray,
    query: np.ndarray,
    options: TrainingOptions,
    facts: dict[str, int],
) -> np.ndarray:
    """(g, k) hard negatives, then random ones: the share asked for, and RocketQA's filling up."""
    count, p = options.num_negatives, known.p
    random = round(options.random_share * count)
    names = [pairs.queries.id_of(one) for one in query]
    hard = picked(columns, near.passage, names, count - random, options)
    negative = np.full((len(query), count), NO_NEGATIVE, dtype=np.int64)
    negative[:, : count - random] = hard
    fill = options.below is not None
    facts["negatives drawn at random"] = 0
    if not random and not fill:
        return negative
    bounds = np.searchsorted(known.key, np.arange(len(pairs.queries) + 1) * p)
    never = (known.standing == POSITIVE) | (known.standing == OUT)
    if options.suspected != "keep":
        never |= (known.standing == UNKNOWN) & (known.suspicion > options.suspected_above)
    for row, one in enumerate(query.tolist()):
        own = slice(bounds[one], bounds[one + 1])
        forbidden = set((known.key[own][never[own]] % p).tolist())
        kept = [passage for passage in hard[row].tolist() if passage != NO_NEGATIVE]
        # What fills up comes from further down than was looked at, and no model has seen it.
        wanted = count - len(kept) if fill else random
        near_by = set(near.passage[row].tolist()) if fill else set()
        more = drawn(names[row], p, wanted, forbidden | near_by | set(kept), options.seed)
        places = kept + [NO_NEGATIVE] * (count - random - len(kept)) if not fill else kept
        line = places + more
        negative[row] = line + [NO_NEGATIVE] * (count - len(line))
        facts["negatives drawn at random"] += len(more)
    return negative


def _weights(known: _Known, query: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """1 - probability of being relevant; 1 where a person judged it, or nothing speaks for it."""
    place = known.at(np.broadcast_to(query[:, None], negative.shape), negative)
    chance = known.value("suspicion", place, np.nan)
    chance[known.value("standing", place, UNKNOWN) == NEGATIVE] = np.nan
    return np.where(np.isnan(chance), 1.0, 1.0 - chance).astype(np.float32)
