"""Candidate pairs: which there are, what is known of each, and how they are kept."""

from dataclasses import replace

import numpy as np
import pytest

from engine import pairing
from engine.audit import audit
from engine.pairing import pair_up
from store.dataset import Dataset
from store.decision import decide
from store.ledger import Ledger
from store.media import text_of
from store.pair_dataset import pair_dataset
from store.pairs import NO_TWIN, VECTORS, WORDS
from store.replay import replay
from store.retrieval import Judgements, Retrieval
from store.verdicts import apply_verdicts
from store.workspace import Workspace
from tests.retrieval_sets import made_retrieval, texts


@pytest.fixture(scope="module")
def made():
    return made_retrieval()


@pytest.fixture(scope="module")
def dataset(made) -> Dataset:
    return made.dataset()


def tiny(vectors: list[list[float]], positive: list[int]) -> Retrieval:
    """One query, along the first axis, and some passages of which a few were marked."""
    sides = np.array(vectors, dtype=np.float32)
    asked = np.zeros((1, sides.shape[1]), dtype=np.float32)
    asked[0, 0] = 1
    none = np.zeros(len(positive), dtype=np.int64)
    return Retrieval(
        "tiny",
        texts("q", ["red apples"], asked),
        texts("d", [f"passage {number} apples" for number in range(len(sides))], sides),
        Judgements(none, np.array(positive, dtype=np.int64), none + 1),
    )


def test_every_pair_of_a_small_set_is_a_candidate(made, dataset):
    pairs = dataset.pairs
    q, p = made.relevant.shape

    assert pairs.complete
    assert len(dataset) == q * p
    np.testing.assert_array_equal(pairs.query * p + pairs.passage, np.arange(q * p))


def test_a_large_set_takes_the_front_of_every_ranking_and_all_that_was_judged(made, monkeypatch):
    monkeypatch.setattr(pairing, "COMPLETE", 0)
    monkeypatch.setattr(pairing, "CANDIDATES", 5)

    pairs = pair_up(made.retrieval)

    q, p = made.relevant.shape
    key = pairs.query * p + pairs.passage
    assert (np.diff(key) > 0).all()
    assert not pairs.complete
    judged = made.retrieval.judgements
    assert set(judged.query * p + judged.passage) <= set(key)
    vectors = pairs.queries.embeddings @ pairs.passages.embeddings.T
    for query in range(q):
        rows = pairs.of_query(query)
        nearest = np.argsort(-vectors[query], kind="stable")[:5]
        assert set(nearest) <= set(pairs.passage[rows])
        by_vectors = pairs.ranks[rows, pairs.systems.index(VECTORS)]
        np.testing.assert_array_equal(
            by_vectors[np.searchsorted(pairs.passage[rows], nearest)], [1, 2, 3, 4, 5]
        )
    run = made.retrieval.runs[0]
    in_front = run.rank <= 5
    assert set((run.query * p + run.passage)[in_front]) <= set(key)
    assert not set((run.query * p + run.passage)[~in_front]) <= set(key)


def test_rankings_longer_than_the_collection_take_all_of_it(made, dataset, monkeypatch):
    """Many queries and few passages: the same pairs as where every pair is a candidate."""
    monkeypatch.setattr(pairing, "COMPLETE", 0)
    monkeypatch.setattr(pairing, "CANDIDATES", 1_000)

    pairs = pair_up(made.retrieval)

    for name in ("query", "passage", "lexical", "ranks", "similarity", "grade"):
        np.testing.assert_array_equal(getattr(pairs, name), getattr(dataset.pairs, name), name)


def test_what_is_known_of_a_pair_is_what_was_counted_by_hand(made, dataset):
    """Against loops over pairs: cosine, ranks of a run, judgements, rare words in common."""
    pairs, retrieval = dataset.pairs, made.retrieval
    run, judged = retrieval.runs[0], retrieval.judgements
    ranks = dict(zip(zip(run.query, run.passage, strict=True), run.rank, strict=True))
    grades = dict(zip(zip(judged.query, judged.passage, strict=True), judged.grade, strict=True))
    told = [set(text.split()) for text in retrieval.passages.texts.to_pylist()]
    for row in np.random.default_rng(1).integers(len(pairs), size=300):
        query, passage = int(pairs.query[row]), int(pairs.passage[row])
        left, right = (
            side.embeddings[at]
            for side, at in ((retrieval.queries, query), (retrieval.passages, passage))
        )
        cosine = left @ right / np.linalg.norm(left) / np.linalg.norm(right)
        assert pairs.similarity[row] == pytest.approx(cosine, abs=1e-5)
        assert pairs.ranks[row, 2] == ranks.get((query, passage), 0)
        assert pairs.judged[row] == ((query, passage) in grades)
        assert pairs.grade[row] == grades.get((query, passage), 0)
        words = set(retrieval.queries.text_of(query).split())
        rare = {word for word in words if 0 < sum(word in one for one in told) <= 0.05 * len(told)}
        assert pairs.shared_concepts[row] == pytest.approx(len(rare & told[passage]) / len(rare))
        assert (pairs.lexical[row] > 0) == bool(words & told[passage])


def test_bm25_puts_passages_with_the_querys_rare_words_in_front(made, dataset):
    pairs = dataset.pairs
    first = pairs.ranks[:, pairs.systems.index(WORDS)] == 1

    assert made.relevant[pairs.query[first], pairs.passage[first]].mean() > 0.9
    assert pairs.recall[WORDS] > 0.9


def test_the_twin_of_a_known_positive_is_known_to_be_relevant():
    """It is no missing positive, and no negative to train on either."""
    retrieval = tiny([[1, 0.1, 0], [2, 0.2, 0], [1, 1, 0], [0, 0, 1]], positive=[0])

    pairs = pair_up(retrieval)

    assert pairs.twin.tolist() == [NO_TWIN, 0, NO_TWIN, NO_TWIN]
    assert pairs.grade.tolist() == [1, 1, 0, 0]
    assert pairs.judged.tolist() == [True, False, False, False]
    assert pairs.positives(0).tolist() == [0]


def test_awkward_sets_have_pairs_too():
    """Nothing marked, a vector of zeros, one passage, a text without a word."""
    alone = tiny([[0, 0, 1]], positive=[])
    zero = tiny([[0, 0, 0], [1, 0, 0]], positive=[1])
    mute = replace(zero, passages=texts("d", ["", "…"], zero.passages.embeddings))

    assert pair_dataset("alone", pair_up(alone)).classes == ("0", "1")
    assert np.isnan(pair_up(alone).recall[VECTORS])
    np.testing.assert_array_equal(pair_up(zero).similarity, [0, 1])
    assert pair_up(mute).lexical.tolist() == [0, 0]
    assert np.isnan(pair_up(mute).shared_concepts).all()


def test_a_workspace_gives_the_same_pairs_back(dataset, tmp_path):
    space = Workspace(tmp_path / "made.secondlook")
    space.save(dataset)

    again = space.load()

    assert again.unit == "pair"
    assert again.fingerprint == dataset.fingerprint
    assert again.pairs.recall == dataset.pairs.recall
    assert again.pairs.systems == dataset.pairs.systems
    for name, array in vars(dataset.pairs).items():
        if isinstance(array, np.ndarray):
            np.testing.assert_array_equal(array, getattr(again.pairs, name), err_msg=name)
    for before, after in zip(dataset.pairs.runs, again.pairs.runs, strict=True):
        np.testing.assert_array_equal(before.score, after.score)
    space.save(again)  # over the very files it is mapped from
    assert text_of(space.load(), 7) == text_of(dataset, 7)


def test_a_decision_on_a_pair_says_so(dataset):
    decision = decide(dataset, [3], "relabel", label="1", reviewer="ann")

    assert decision.unit == "pair"
    assert decision.ids == ("q0/d3",)
    assert decision.given == ("0",)


def test_what_was_said_of_pairs_is_in_force(dataset):
    """In the ledger and in the reference that it is tested against; an example's log stays out."""
    relevant = decide(dataset, [3], "relabel", label="1", reviewer="ann")
    elsewhere = replace(relevant, unit="example", ids=("q0/d4",), decision_id="other")
    ledger = Ledger(dataset)
    ledger.follow([relevant, elsewhere])

    assert ledger.applied().actions.tolist().count("relabel") == 1
    assert [one.decision_id for one in ledger.about("q0/d3")] == [relevant.decision_id]
    assert set(apply_verdicts(dataset, [relevant, elsewhere]).verdicts) == {"q0/d3"}
    assert replay(dataset, [relevant]).counts()["applies"] == 1


def test_the_same_words_are_the_same_content(dataset):
    """Wherever they stand; and the two sides are not mixed up."""
    pairs = dataset.pairs
    again = replace(pairs, queries=pairs.queries, grade=np.zeros_like(pairs.grade))
    np.testing.assert_array_equal(pair_dataset("x", again).content, dataset.content)
    assert len(np.unique(dataset.content, axis=0)) == len(dataset)


def test_candidates_of_one_query_are_neighbours(dataset, monkeypatch, made):
    """The graph of pairs joins passages of the same query, nearest first, complete or not."""
    monkeypatch.setattr(pairing, "COMPLETE", 0)
    monkeypatch.setattr(pairing, "CANDIDATES", 20)
    for one in (dataset, made.dataset()):
        pairs, graph = one.pairs, audit(one).evidence.graph
        vectors = pairs.passages.embeddings[pairs.passage]
        for row in (0, 57, len(pairs) - 1):
            near = graph.neighbours[row]
            near = near[near >= 0]
            assert (pairs.query[near] == pairs.query[row]).all()
            rows = np.arange(len(pairs))[pairs.of_query(int(pairs.query[row]))]
            others = rows[rows != row]
            cosines = vectors[others] @ vectors[row]
            expected = others[np.argsort(-cosines, kind="stable")][: len(near)]
            np.testing.assert_allclose(
                1 - vectors[expected] @ vectors[row], graph.distances[row][: len(near)], atol=1e-6
            )


def test_examples_scorers_say_nothing_of_pairs(dataset):
    found = audit(dataset)

    assert all(score.scorer.unit == "pair" for score in found.scores.values())
    assert found.evidence.history is None
    assert found.evidence.pool is None
    assert len(found.queue) == len(dataset)
