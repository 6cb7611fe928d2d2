"""One suite that runs every scorer of pairs on awkward retrieval sets: what a scorer promises."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.contract import Scorer
from engine.evaluate import auroc
from engine.inputs import Evidence
from engine.pairing import pair_up
from engine.queueing import MISSING_POSITIVE
from engine.run import run
from engine.scorers import all_scorers
from store.pair_dataset import pair_dataset
from store.pairs import Pairs
from store.retrieval import Judgements, Retrieval
from tests.retrieval_sets import made_retrieval, pair_evidence, texts

SCORERS = {name: scorer for name, scorer in all_scorers().items() if scorer.unit == "pair"}
every_scorer = pytest.mark.parametrize("scorer", SCORERS.values(), ids=SCORERS.keys())


def judged(vectors: np.ndarray, positives: list[tuple[int, int]], *, q: int = 2) -> Evidence:
    """A set from passage vectors; the queries are the first axes. positives: (query, passage)."""
    sentences = [f"word{number % 3} other{number % 2}" for number in range(len(vectors))]
    asked = np.eye(q, vectors.shape[1], dtype=np.float32)
    query, passage = np.array(positives, dtype=np.int64).reshape(-1, 2).T
    retrieval = Retrieval(
        name="made",
        queries=texts("q", [f"word{number}" for number in range(q)], asked),
        passages=texts("d", sentences, vectors.astype(np.float32)),
        judgements=Judgements(query.copy(), passage.copy(), np.ones(len(query), dtype=np.int64)),
    )
    return pair_evidence(pair_dataset("made", pair_up(retrieval)))


def pooled() -> tuple[Evidence, np.ndarray]:
    """Somebody judged the first three passages of every query by BM25, and nothing else.

    Returns the evidence and (n,) bool which unmarked pairs are relevant all the same.
    """
    hidden = made_retrieval()
    pairs = pair_up(hidden.retrieval)
    seen = (pairs.ranks[:, 1] > 0) & (pairs.ranks[:, 1] <= 3)
    seen &= hidden.relevant[pairs.query, pairs.passage]
    marked = Judgements(pairs.query[seen], pairs.passage[seen], np.ones(seen.sum(), dtype=np.int64))
    drawn = replace(hidden, retrieval=replace(hidden.retrieval, judgements=marked))
    dataset = drawn.dataset()
    return pair_evidence(dataset), drawn.missing(dataset)


@pytest.fixture(scope="module")
def evidence() -> dict[str, Evidence]:
    """Evidence about every kind of awkward retrieval set, built once."""
    rng = np.random.default_rng(0)
    few = rng.normal(size=(12, 4))
    return {
        "ordinary": pair_evidence(made_retrieval().dataset()),
        "no positive": judged(few, []),
        "a query without positives": judged(few, [(0, 1), (0, 2)]),
        "everything is positive": judged(few[:3], [(q, p) for q in range(2) for p in range(3)]),
        "exact duplicates": judged(np.tile(few[:3], (5, 1)), [(0, 0), (1, 1)]),
        "zero vectors": judged(few * (np.arange(12) > 5)[:, None], [(0, 0), (1, 8)]),
        "negative": judged(-np.abs(few), [(0, 0), (1, 5)]),
        "one passage": judged(few[:1], [(0, 0)]),
        "one pair": judged(few[:1], [], q=1),
        "two passages": judged(few[:2], [(0, 0)]),
    }


CASES = (
    "ordinary", "no positive", "a query without positives", "everything is positive",
    "exact duplicates", "zero vectors", "negative", "one passage", "one pair", "two passages",
)  # fmt: skip


@every_scorer
def test_the_declared_end_finds_the_hidden_positives(scorer: Scorer):
    """Relevant pairs that nobody marked lie towards the declared end: AUROC > 0.7."""
    if scorer.finds != MISSING_POSITIVE:
        return
    planted, missing = pooled()
    score = run(scorer, planted, device="cpu")
    scored = ~np.isnan(score.values)

    assert auroc(score.suspicion[scored], missing[scored]) > 0.7


@every_scorer
@pytest.mark.parametrize("case", CASES)
def test_awkward_sets_give_values_in_range_or_nan(scorer: Scorer, case: str, evidence):
    """`run` refuses values out of range or infinite; known positives cannot be missing: nan."""
    score = run(scorer, evidence[case], device="cpu")

    assert (len(evidence[case].dataset),) == score.values.shape
    assert np.isnan(score.values[evidence[case].dataset.labels > 0]).all()


@every_scorer
def test_every_unmarked_pair_of_a_set_with_everything_is_scored(scorer: Scorer, evidence):
    """Where each query has a known positive, rare words and runs, no value is missing."""
    score = run(scorer, evidence["ordinary"], device="cpu")

    assert np.isnan(score.values).tolist() == (evidence["ordinary"].dataset.labels > 0).tolist()


@every_scorer
def test_two_runs_are_equal_and_leave_the_evidence_alone(scorer: Scorer, evidence):
    """The same call gives the same values: nothing is random, nothing is changed on the way."""
    ordinary = evidence["ordinary"]
    before = [array.copy() for array in arrays_of(ordinary.dataset.pairs)]

    one, two = (run(scorer, ordinary, device="cpu") for _ in range(2))

    np.testing.assert_array_equal(one.values, two.values)
    for was, is_now in zip(before, arrays_of(ordinary.dataset.pairs), strict=True):
        np.testing.assert_array_equal(was, is_now)


@every_scorer
def test_permuted_queries_give_permuted_values(scorer: Scorer, evidence):
    """The number of a query carries no meaning."""
    given = made_retrieval().retrieval
    order = np.random.default_rng(1).permutation(len(given.queries))
    place = np.argsort(order)
    sides = replace(
        given,
        queries=type(given.queries)(
            given.queries.ids.take(order),
            given.queries.texts.take(order),
            given.queries.embeddings[order],
        ),
        judgements=replace(given.judgements, query=place[given.judgements.query]),
        runs=tuple(replace(one, query=place[one.query]) for one in given.runs),
    )
    mixed = pair_evidence(pair_dataset("mixed", pair_up(sides)))

    straight = run(scorer, evidence["ordinary"], device="cpu").values.reshape(len(order), -1)
    turned = run(scorer, mixed, device="cpu").values.reshape(len(order), -1)

    np.testing.assert_allclose(straight[order], turned, rtol=2e-3, atol=2e-5)


@every_scorer
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU on this machine")
def test_cpu_and_gpu_agree(scorer: Scorer, evidence):
    """The device changes the time, not the answer."""
    for case in CASES:
        cpu, gpu = (run(scorer, evidence[case], device=name).values for name in ("cpu", "cuda"))

        np.testing.assert_allclose(cpu, gpu, atol=1e-4)


def arrays_of(pairs: Pairs) -> list[np.ndarray]:
    """What a scorer of pairs reads."""
    assert pairs.queries.embeddings is not None
    assert pairs.passages.embeddings is not None
    own = [pairs.similarity, pairs.lexical, pairs.ranks, pairs.positive_words, pairs.grade]
    return [*own, pairs.queries.embeddings, pairs.passages.embeddings]
