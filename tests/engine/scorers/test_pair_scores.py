"""Scores of pairs against the papers' numbers, and against plain loops over queries."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau

from engine.kernels.adore import query_loss
from engine.kernels.conservative import aggregate
from engine.kernels.curricula import (
    normalised_score,
    pairwise_weight,
    pointwise_weight,
    reciprocal_rank,
    scheduled,
)
from engine.kernels.margins import anchor_of
from engine.kernels.positives import crowding, middle_of_positives, nearest_positive
from engine.kernels.queries import mean_by_query, rank_shares, standardised
from engine.kernels.rank_correlation import tau_b
from engine.kernels.systems import height, joined_runs
from engine.queueing import normalised_ranks
from engine.scorers import all_scorers
from store.errors import UserError

SCORERS = all_scorers()


def made(
    n: int = 400, q: int = 9, p: int = 60, d: int = 6, seed: int = 0
) -> dict[str, torch.Tensor]:
    """Random pairs of 9 queries in mixed order; the last query has no known positive."""
    rng = np.random.default_rng(seed)
    query = rng.integers(q, size=n)
    vectors = rng.normal(size=(p, d))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {
        "query": torch.tensor(query),
        "passage": torch.tensor(rng.integers(p, size=n)),
        "labels": torch.tensor((rng.random(n) < 0.15) * (query < q - 1) * 2),
        "vectors": torch.tensor(vectors, dtype=torch.float32),
        "values": torch.tensor(rng.normal(size=n).round(1), dtype=torch.float32),
    }


def test_nearness_to_known_positives_equals_plain_loops():
    """Nearest and middle, each pair left out of its own positives; nan without another one."""
    m = made()
    pairs = (m["query"], m["passage"], m["labels"], m["vectors"])
    nearest, middle = nearest_positive(*pairs), middle_of_positives(*pairs)

    for row in range(len(nearest)):
        known = (m["query"] == m["query"][row]) & (m["labels"] > 0)
        known[row] = False
        if not known.any():
            assert nearest[row].isnan()
            assert middle[row].isnan()
            continue
        others, own = m["vectors"][m["passage"][known]], m["vectors"][m["passage"][row]]
        total = others.sum(dim=0)
        assert float(nearest[row]) == pytest.approx(float((others @ own).max()), abs=1e-5)
        assert float(middle[row]) == pytest.approx(float(total @ own / total.norm()), abs=1e-4)


def test_standardised_values_equal_numpy_per_query():
    """Mean and deviation of each query alone, over those that count; nan stays nan."""
    m = made()
    values = m["values"].clone()
    values[::7] = torch.nan
    among = torch.rand(len(values), generator=torch.Generator().manual_seed(0)) < 0.5
    whole, some = standardised(values, m["query"]), standardised(values, m["query"], among)

    for query in range(9):
        mine = (m["query"] == query).numpy()
        own, shown = values.numpy()[mine], among.numpy()[mine] & ~np.isnan(values.numpy()[mine])
        expected = (own - np.nanmean(own)) / np.nanstd(own)
        np.testing.assert_allclose(whole.numpy()[mine], expected, atol=1e-4)
        expected = (own - own[shown].mean()) / own[shown].std()
        np.testing.assert_allclose(some.numpy()[mine], expected, rtol=1e-3, atol=1e-3)


def test_rank_shares_equal_the_ranks_of_each_query():
    """Ties share their mean rank; nothing of one query says anything about another."""
    m = made()
    shares = rank_shares(m["values"], m["query"]).numpy()

    for query in range(9):
        mine = (m["query"] == query).numpy()
        np.testing.assert_allclose(
            shares[mine], normalised_ranks(m["values"].numpy()[mine]), rtol=1e-5
        )


@pytest.mark.parametrize("anchor", ["weakest", "mean", "best"])
def test_margins_equal_plain_loops(anchor):
    """Against the query's weakest, mean or best known positive; nan where there is none."""
    m = made()
    how = {"weakest": np.min, "mean": np.mean, "best": np.max}[anchor]
    inputs = m["values"], m["query"], m["labels"]
    absolute = SCORERS["positive_margin"].function(*inputs, anchor=anchor)
    relative = SCORERS["relative_positive_margin"].function(*inputs, anchor=anchor)

    for row in (m["labels"] == 0).nonzero().squeeze(1):
        known = (m["query"] == m["query"][row]) & (m["labels"] > 0)
        if not known.any():
            assert absolute[row].isnan()
            assert relative[row].isnan()
            continue
        t = float(how(m["values"][known].numpy()))
        expected = float(m["values"][row]) - t
        assert float(absolute[row]) == pytest.approx(expected, abs=1e-5)
        assert float(relative[row]) == pytest.approx(
            expected / max(abs(t), 1e-6), rel=1e-3, abs=1e-5
        )


def test_a_negative_positive_does_not_turn_the_relative_margin_round():
    """With t = -0.4 the passage above it has a positive margin, as sentence-transformers has it."""
    similarity, zeros = torch.tensor([-0.4, -0.2, -0.6]), torch.zeros(3, dtype=torch.long)
    margin = SCORERS["relative_positive_margin"].function(
        similarity, zeros, torch.tensor([1, 0, 0])
    )

    np.testing.assert_allclose(margin[1:], [0.5, -0.5], rtol=1e-5)


def test_the_five_percent_rule_keeps_what_the_library_keeps():
    """Scores .90 to .40, the second known: relative_margin .05 leaves out 0, 2 and 3."""
    similarity = torch.tensor([0.90, 0.88, 0.86, 0.84, 0.80, 0.78, 0.70, 0.60, 0.50, 0.40])
    zeros, labels = torch.zeros(10, dtype=torch.long), torch.arange(10) == 1
    relative = SCORERS["relative_positive_margin"].function(similarity, zeros, labels.long())
    absolute = SCORERS["positive_margin"].function(similarity, zeros, labels.long())

    assert (relative < -0.05).nonzero().squeeze(1).tolist()[:3] == [4, 5, 6]
    assert (absolute <= -0.1).nonzero().squeeze(1).tolist()[:3] == [5, 6, 7]


def test_an_anchor_that_does_not_exist_is_refused_with_those_that_do():
    """A wrong word is told, not guessed."""
    m = made()
    with pytest.raises(UserError, match="weakest, mean, best"):
        anchor_of(m["values"], m["query"], m["labels"], "median")


@pytest.mark.parametrize(("at", "loss"), [(2, 0.554311), (0, 0.092563)])
def test_adore_loss_of_the_notes(at, loss):
    """Scores 3, 2, 1, 0 with the known positive third, then first."""
    labels = (torch.arange(4) == at).long()
    scores, zeros = torch.tensor([3.0, 2.0, 1.0, 0.0]), torch.zeros(4, dtype=torch.long)

    found = query_loss(scores, zeros, labels, considered=200, cut=200)

    assert float(found[0]) == pytest.approx(loss, abs=1e-6)


@pytest.mark.parametrize(("considered", "cut"), [(200, 200), (5, 200), (5, 3), (1, 1)])
def test_adore_loss_equals_the_algorithm_written_out(considered, cut):
    """Per query: the first by similarity; without a positive among them all of them behind."""
    m = made()
    values = torch.tensor(np.random.default_rng(3).normal(size=400), dtype=torch.float32)
    found = query_loss(values, m["query"], m["labels"], considered=considered, cut=cut)

    for query in range(9):
        rows = (m["query"] == query).nonzero().squeeze(1)
        ordered = rows[values[rows].argsort(descending=True)]
        shown, known = ordered[:considered], ordered[m["labels"][ordered] > 0]
        if not (m["labels"][shown] > 0).any():
            shown = torch.cat([shown, known])
        gain = [1 / rank if rank <= cut else 0 for rank in range(1, len(shown) + 1)]
        terms = [
            abs(gain[i] - gain[j])
            * math.log1p(math.exp(float(values[shown[j]] - values[shown[i]])))
            for i in range(len(shown))
            for j in range(len(shown))
            if m["labels"][shown[i]] > 0 and m["labels"][shown[j]] == 0
        ]
        expected = np.mean(terms) if terms else float("nan")
        assert float(found[query]) == pytest.approx(expected, rel=1e-4, nan_ok=True)


def test_tau_b_equals_scipy_with_ties():
    """Many lists at once, of different lengths; too short or constant ones are nan."""
    rng = np.random.default_rng(0)
    lists = rng.integers(12, size=300)
    one, other = rng.integers(8, size=300), rng.integers(8, size=300)
    one[lists == 3] = 1
    keep = (lists != 5) | (np.cumsum(lists == 5) <= 3)
    lists, one, other = lists[keep], one[keep], other[keep]
    found = tau_b(*(torch.tensor(part) for part in (one, other, lists)), 13)

    for number in range(12):
        expected = kendalltau(one[lists == number], other[lists == number]).statistic
        is_told = number not in (3, 5)
        assert float(found[number]) == pytest.approx(
            expected if is_told else float("nan"), abs=1e-5, nan_ok=True
        )
    assert found[12].isnan()


def test_a_query_without_enough_in_common_has_the_mean_consistency():
    """Query 0 agrees (1), query 1 is turned round (0), query 2 has two candidates: .5."""
    ranks = torch.tensor(
        [[1.0, 1], [2, 2], [3, 3], [4, 4], [1, 4], [2, 3], [3, 2], [4, 1], [1, 1], [2, 2]]
    )
    queries = torch.tensor([0] * 4 + [1] * 4 + [2] * 2)
    found = SCORERS["rank_consistency"].function(ranks, queries, torch.zeros(10, dtype=torch.long))

    assert found.tolist() == [1.0] * 4 + [0.0] * 4 + [0.5] * 2


def test_conservative_ways_of_the_notes():
    """(.9, .9, .9, .9, .2): mean .76, worst .2, deviation .28; nan members do not count."""
    members = torch.tensor([[0.9, 0.9, 0.9, 0.9, 0.2], [0.5, torch.nan, 0.7, torch.nan, torch.nan]])
    ways = {
        how: aggregate(members, how=how, spread=0.5).numpy()
        for how in ("mean", "worst", "lower", "upper")
    }

    np.testing.assert_allclose(ways["mean"], [0.76, 0.6], atol=1e-6)
    np.testing.assert_allclose(ways["worst"], [0.2, 0.5], atol=1e-6)
    np.testing.assert_allclose(ways["lower"], [0.62, 0.55], atol=1e-6)
    np.testing.assert_allclose(ways["upper"], [0.9, 0.65], atol=1e-6)
    with pytest.raises(UserError, match="mean, worst, lower, upper"):
        aggregate(members, how="median", spread=0.5)


def test_curricula_of_the_notes():
    """Ranks (1, 2), (2, 1), (10, 1), (1, 100): .75, .25, .05, .995; later nearer to 1."""
    positive, negative = torch.tensor([1.0, 2.0, 10.0, 1.0]), torch.tensor([2.0, 1.0, 1.0, 100.0])
    weights = pairwise_weight(reciprocal_rank(positive), reciprocal_rank(negative))

    np.testing.assert_allclose(weights, [0.75, 0.25, 0.05, 0.995], atol=1e-6)
    np.testing.assert_allclose(scheduled(weights, 5)[:3], [0.8125, 0.4375, 0.2875], atol=1e-6)
    assert scheduled(weights, 25).tolist() == [1.0] * 4
    ease = torch.tensor([0.25, 0.25])
    np.testing.assert_allclose(pointwise_weight(ease, torch.tensor([True, False])), [0.25, 0.75])


def test_equal_scores_are_neither_easy_nor_hard():
    """Nothing over nothing: .5."""
    found = normalised_score(torch.tensor([2.0, 2.0, 0.0, 4.0]), torch.tensor([0, 0, 1, 1]))

    assert found.tolist() == [0.5, 0.5, 0.0, 1.0]


def test_crowding_equals_a_full_table_and_landmarks_stand_for_all():
    """The mean of the k nearest others; with every second passage, half as many of those."""
    vectors = made(p=80)["vectors"]
    table = (vectors @ vectors.T).numpy()
    np.fill_diagonal(table, -np.inf)
    whole, some = crowding(vectors, k=10), crowding(vectors, k=10, landmarks=40)

    np.testing.assert_allclose(whole, -np.sort(-table, axis=1)[:, :10].mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(
        some, -np.sort(-table[:, ::2], axis=1)[:, :5].mean(axis=1), atol=1e-5
    )
    assert crowding(vectors[:1]).isnan().all()


def test_a_run_that_only_repeats_the_words_counts_next_to_nothing():
    """Three rankings: relevant ones rather in front; BM25 again, with a little noise; chance."""
    rng = np.random.default_rng(0)
    q, m = 40, 150
    relevance, words = rng.normal(size=(q, m)), rng.normal(size=(q, m))
    words += 0.5 * relevance
    near = relevance + 0.5 * rng.normal(size=(q, m))
    good, again = relevance + rng.normal(size=(q, m)), words + 0.2 * rng.normal(size=(q, m))
    ranks = [(-part).argsort(axis=1).argsort(axis=1) + 1.0 for part in (near, words, good, again)]
    columns = torch.tensor(np.stack(ranks, axis=-1).reshape(q * m, 4), dtype=torch.float32)
    queries = torch.arange(q).repeat_interleave(m)
    joined = joined_runs(columns, queries, torch.tensor(near.ravel(), dtype=torch.float32))
    alike = [
        float(np.corrcoef(joined, standardised(height(columns[:, c]), queries))[0, 1])
        for c in (2, 3)
    ]

    assert alike[0] > 0.95
    assert alike[0] > alike[1] + 0.5
    assert joined_runs(columns[:, :2], queries, torch.zeros(q * m)) is None


def test_runs_count_alike_where_no_positive_is_known():
    """With nothing to agree with, the mean of the rankings."""
    ranks = torch.tensor([[1.0, 1, 1, 3], [2, 2, 2, 2], [3, 3, 3, 1]])
    joined = joined_runs(ranks, torch.zeros(3, dtype=torch.long), torch.full((3,), torch.nan))

    assert joined is not None
    assert float(joined[0]) == pytest.approx(float(joined[2]), abs=1e-5)
    assert not joined.isnan().any()


def test_the_mean_of_a_query_without_values_is_unknown():
    """nan, not zero."""
    found = mean_by_query(torch.tensor([torch.nan, 1.0]), torch.tensor([0, 2]))

    assert found.isnan().tolist() == [True, True, False]


def test_a_query_with_more_known_positives_hides_more():
    """Two queries alike in all but the number of known positives, and a candidate like them."""
    passages = torch.nn.functional.normalize(
        torch.tensor([[1.0, 0.1], [1.0, 0.1], [1.0, 0.1], [-1.0, 1.0], [-1.0, -1.0]])
    )
    query = torch.tensor([0] * 5 + [1] * 5)
    labels = torch.tensor([1, 0, 0, 0, 0, 1, 1, 0, 0, 0])
    ranks, words = torch.ones(10, 2), torch.full((10,), torch.nan)
    chance = SCORERS["missing_positive"].function(
        query,
        torch.arange(5).repeat(2),
        labels,
        torch.tensor([[1.0, 0.0]] * 2),
        passages,
        ranks,
        words,
    )

    assert chance[7] > chance[2]
    assert chance[2] > chance[3]
    assert chance[labels > 0].isnan().all()
