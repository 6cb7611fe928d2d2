"""SimiFeat and HOC: votes by similarity, and the noise rates that neighbours give away."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.neighbors import NearestNeighbors

from engine.evaluate import auroc, average_precision
from engine.kernels.similarity_votes import similarity_votes, worst_by_rate
from engine.kernels.transition import (
    Consensus,
    Transition,
    consensus,
    estimate_transition,
    fit,
    noise_rates,
)
from engine.run import run
from engine.scorers import all_scorers
from index.search import build_graph
from tests.blobs import blobs, dataset_of, evidence_of
from tests.digits import noisy_digits

VOTE, RANK = (all_scorers()[name] for name in ("simifeat_vote", "simifeat_rank"))

# The six rows and labels of the reference vectors, k = 4 with the row itself.
AROUND = [(1, 0), (0.9, 0.1), (0.8, 0.3), (0, 1), (0.1, 0.9), (0.6, 0.7)]
LABELS = [0, 0, 1, 1, 1, 0]
PUBLISHED = [0.056936, 0.058846, 1.081673, 0.041730, 0.047865, 1.044453]

TRUE = Transition(torch.tensor([[0.8, 0.2], [0.3, 0.7]]), torch.tensor([0.6, 0.4]))
THIRD = torch.tensor([0.318, 0.102, 0.102, 0.078, 0.102, 0.078, 0.078, 0.142]).reshape(2, 2, 2)


def near(distances: list[list[float]], rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Neighbours and distances as a scorer gets them."""
    return torch.tensor(rows), torch.tensor(distances)


def test_values_of_the_reference_code():
    """-log of the vote, and the rows that another class wins: the third and the last."""
    evidence = evidence_of(dataset_of(np.array(AROUND), LABELS))

    ranked, voted = run(RANK, evidence, k=4), run(VOTE, evidence, k=4)

    np.testing.assert_allclose(ranked.values, PUBLISHED, atol=2e-6)
    assert np.flatnonzero(voted.values < 0).tolist() == [2, 5]
    assert ranked.suggestion.tolist() == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("k", [2, 3, 7, 12])
def test_votes_are_those_of_the_table_of_all_classes(k):
    """The paper's pseudocode, (n, c) and with scikit-learn's neighbours, against ours."""
    rng = np.random.default_rng(k)
    x, y = rng.normal(size=(80, 3)) + 1, rng.integers(0, 4, 80)
    gaps, rows = NearestNeighbors(metric="cosine").fit(x).kneighbors(n_neighbors=11)
    d = np.concatenate([2 * gaps[:, :1] - gaps[:, 1:2], gaps], axis=1)[:, :k]
    v = np.zeros((80, 4))
    for column, who in enumerate(np.concatenate([np.arange(80)[:, None], rows], axis=1).T[:k]):
        if k == 2 and column == 0:
            d[:, 0] = gaps[:, 0]  # one voter besides the row: nothing to extrapolate from
        np.add.at(v, (np.arange(80), y[who]), np.maximum(0, 1 - d[:, column]))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    given = v[np.arange(80), y]
    v[np.arange(80), y] = -1

    own, other, _ = similarity_votes(*near(gaps.tolist(), rows.tolist()), torch.tensor(y), k)

    np.testing.assert_allclose(own, given, atol=1e-6)
    np.testing.assert_allclose(other, v.max(axis=1), atol=1e-6)


def test_a_tie_goes_to_the_given_label():
    """One neighbour of another class at distance .5 has as much of the vote as the row itself."""
    tied = near([[0.5], [0.5]], [[1], [0]])

    values, suggested = VOTE.function(*tied, torch.tensor([1, 0]))

    assert values.tolist() == [0, 0]
    assert suggested.tolist() == [1, 0]


def test_right_angles_all_around_say_nothing():
    """No vote has weight: every class has the same share, and nothing is flagged."""
    apart = near([[1.0, 1.0]] * 3, [[1, 2], [0, 2], [0, 1]])

    values, suggested = VOTE.function(*apart, torch.tensor([0, 1, 2]))

    assert values.tolist() == [0, 0, 0]
    assert suggested.tolist() == [0, 1, 2]


def test_unlabelled_neighbours_have_no_vote_and_the_next_one_has():
    """k = 2: the row itself and its nearest labelled neighbour, here the second in the list."""
    skipped = near([[0.1, 0.2], [0.1, 0.3], [0.2, 0.3]], [[1, 2], [0, 2], [0, 1]])

    values, suggested = VOTE.function(*skipped, torch.tensor([0, -1, 1]), k=2)

    assert values[1].isnan()
    assert suggested.tolist() == [0, 0, 1]
    np.testing.assert_allclose(values[[0, 2]], [0, 0], atol=1e-7)


def test_a_row_that_nobody_votes_on_is_not_scored():
    """No neighbour at all, or none with a label."""
    alone = near([[torch.inf], [0.1]], [[-1], [0]])

    for scorer in (VOTE, RANK):
        values, suggested = scorer.function(*alone, torch.tensor([0, -1]))

        assert values.isnan().all()
        assert suggested.tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("kind", "area", "precision", "flags"),
    [("symmetric", 0.9984, 0.9956, (371, 0.965, 0.997)),
     ("asymmetric", 0.9947, 0.9721, (361, 0.936, 0.942))],
)  # fmt: skip
def test_rows_of_the_published_table(kind, area, precision, flags):
    """-log v ranks the digits as published, and the rows under 0 are those the vote flags."""
    digits = noisy_digits()[kind]
    found = run(RANK, digits.given, device="cpu").suspicion
    flagged = run(VOTE, digits.given, device="cpu").values < 0
    right = (flagged & digits.wrong).sum()

    assert auroc(found, digits.wrong) == pytest.approx(area, abs=1e-3)
    assert average_precision(found, digits.wrong) == pytest.approx(precision, abs=1e-3)
    assert flagged.sum() == pytest.approx(flags[0], abs=1)  # one tie between classes
    assert right / flagged.sum() == pytest.approx(flags[1], abs=2e-3)
    assert right / digits.wrong.sum() == pytest.approx(flags[2], abs=2e-3)


def test_the_frequencies_of_a_known_transition_give_it_back():
    """Made from p = (.6, .4) and T = ((.8, .2), (.3, .7)), to .001, from any start."""
    counted = Consensus(THIRD.sum((1, 2)), THIRD.sum(2), THIRD)

    np.testing.assert_allclose(counted.first, [0.6, 0.4], atol=1e-6)
    np.testing.assert_allclose(counted.second, [[0.42, 0.18], [0.18, 0.22]], atol=1e-6)
    for seed in (0, 1):
        found = fit(counted, seed=seed)

        np.testing.assert_allclose(found.matrix, TRUE.matrix, atol=1e-3)
        np.testing.assert_allclose(found.prior, TRUE.prior, atol=1e-3)


def test_frequencies_count_rows_with_two_labelled_neighbours():
    """A row with an unlabelled or a missing neighbour is left out."""
    rows = torch.tensor([[1, 2], [0, 2], [0, -1], [4, 0], [0, 1]])
    counted = consensus(rows, torch.tensor([0, 1, 1, 0, -1]), c=2)

    # (0; 1, 1) of the first row, (1; 0, 1) of the second.
    expected = torch.zeros(2, 2, 2)
    expected[0, 1, 1] = expected[1, 0, 1] = 0.5
    assert counted.third.equal(expected)
    assert consensus(rows[:, :1], torch.tensor([0, 1, 1, 0, 1]), c=2) is None
    assert consensus(rows, torch.full((5,), -1), c=2) is None


@pytest.mark.parametrize(("kind", "error"), [("symmetric", 0.0095), ("asymmetric", 0.0056)])
def test_the_transition_of_the_digits_is_found(kind, error):
    """Mean difference to the noise that was planted, as published for both kinds."""
    digits = noisy_digits()[kind].given
    labels, true = digits.dataset.labels, load_digits().target
    planted = np.zeros((10, 10))
    np.add.at(planted, (true, labels), 1)
    planted /= planted.sum(axis=1, keepdims=True)

    near = torch.tensor(digits.graph.neighbours)
    found = estimate_transition(near, torch.tensor(labels), 10)

    assert np.abs(found.matrix.numpy() - planted).mean() == pytest.approx(error, abs=5e-4)


def test_the_same_seed_gives_the_same_transition():
    """Nothing but the seed is random, and the caller's generator is left alone."""
    dataset = blobs(90)
    near = torch.tensor(build_graph(dataset.embeddings, k=5).neighbours)
    labels = torch.tensor(dataset.labels)
    state = torch.get_rng_state()
    one, two = (estimate_transition(near, labels, 3, steps=50, seed=7) for _ in range(2))

    assert one.matrix.equal(two.matrix)
    assert one.prior.equal(two.prior)
    assert torch.get_rng_state().equal(state)


def test_a_class_that_nobody_is_given_has_no_row():
    """Its noise cannot be seen: nan, and no rate for it."""
    dataset = blobs(90)
    near = torch.tensor(build_graph(dataset.embeddings, k=5).neighbours)
    labels = torch.tensor(dataset.labels)
    found = estimate_transition(near, labels, 4, steps=100)

    assert found.matrix.isnan().all(dim=1).tolist() == [False, False, False, True]
    assert noise_rates(found, labels).isnan().tolist() == [False, False, False, True]


def test_too_many_classes_are_refused():
    """A table of c³ cells is not made beyond 100 classes."""
    near, labels = torch.tensor([[1, 2], [0, 2], [0, 1]]), torch.tensor([0, 1, 100])

    assert estimate_transition(near, labels, 101) is None


def test_rates_are_those_of_bayes_within_their_guards():
    """1 - T p / frequency; 1 and more become .95, 0 and less .05."""
    labels = torch.tensor([0] * 6 + [1] * 4)

    np.testing.assert_allclose(noise_rates(TRUE, labels), [0.2, 0.3], atol=1e-6)
    clean = Transition(torch.eye(2), torch.tensor([0.7, 0.0]))
    np.testing.assert_allclose(noise_rates(clean, labels), [0.05, 0.95], atol=1e-6)


def test_the_worst_of_every_class_are_flagged():
    """Half of one class, a third of the other; nan and unlabelled rows never."""
    values = torch.tensor([1.0, 2.0, 3.0, 4.0, 9.0, 8.0, 7.0, torch.nan, 99.0])
    labels = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1, -1])

    flagged = worst_by_rate(values, labels, torch.tensor([0.5, 0.34]))

    assert flagged.nonzero().flatten().tolist() == [2, 3, 4]
