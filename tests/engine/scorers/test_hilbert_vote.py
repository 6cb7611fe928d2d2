"""The singular-kernel vote: its weights, its alpha, and what equal rows do to it."""

import numpy as np
import pytest
import torch

from engine.evaluate import auroc, average_precision
from engine.kernels.singular import distances_to, singular_vote, two_nn_dimension
from engine.run import run
from engine.scorers import all_scorers
from index.search import build_graph
from tests.blobs import blobs, dataset_of, evidence_of
from tests.digits import noisy_digits

SCORER = all_scorers()["hilbert_vote"]

# Four points and, last, the query of the reference vectors; only the four vote.
POINTS = torch.tensor([(0.0, 0.0), (1.0, 0.0), (0.0, 2.0), (3.0, 3.0), (0.5, 0.2)])
VOTES = torch.tensor([0, 0, 1, 1, -1])


@pytest.mark.parametrize(("alpha", "expected"), [(1.0, 0.177539), (2.0, 0.049283), (4.0, 0.003651)])
def test_the_query_of_the_reference_gets_its_votes(alpha, expected):
    """By products, and with all distances taken from differences."""
    for neighbours in (torch.full((5, 1), -1), torch.arange(5).repeat(5, 1).fill_diagonal_(-1)):
        shares = singular_vote(POINTS, VOTES, neighbours, alpha)

        assert float(shares[4, 1]) == pytest.approx(expected, abs=2e-6)


def test_weights_of_the_reference():
    """Each of the four points as a class of its own, alpha = 2."""
    votes = torch.tensor([0, 1, 2, 3, -1])
    shares = singular_vote(POINTS, votes, torch.full((5, 1), -1), 2.0)

    np.testing.assert_allclose(shares[4], [0.475358, 0.475358, 0.0395, 0.009784], atol=1e-6)


def test_a_row_never_votes_on_itself():
    """The row's own class is empty in its vote when it is the only member."""
    shares = singular_vote(POINTS, torch.tensor([0, 1, 1, 1, 1]), torch.full((5, 1), -1), 2.0)

    assert shares[0].tolist() == [0, 1]


@pytest.mark.parametrize("scale", [1.0, 1 / 3, 0.1])
def test_equal_rows_outweigh_all_others_and_share_the_vote(scale):
    """Three equal rows among 200: each hears the two others alone, and more copies than k too."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 5))
    vectors[:3] = vectors[0]
    labels = np.array([0, 0, 1] + [2] * 197)
    for k in (1, 15):
        dataset = dataset_of(vectors * scale, labels)
        near = torch.tensor(build_graph(dataset.embeddings, k=k).neighbours)
        inputs = (torch.tensor(dataset.embeddings), torch.tensor(labels), near)
        values, suggested = SCORER.function(*inputs, alpha=5.0)

        if k == 15:
            np.testing.assert_allclose(values[:3], [0.5, 0.5, 0], atol=1e-6)
            assert suggested[:3].tolist() == [0, 0, 0]
        assert (suggested[:3] != 2).all()


def test_two_nearest_neighbours_know_a_plane_from_a_solid():
    """Points in 2, 5 and 10 of 30 dimensions, to a tenth; copies say nothing and do no harm."""
    rng = np.random.default_rng(0)
    for dimension in (2, 5, 10):
        inside = rng.uniform(size=(3000, dimension))
        turned = inside @ np.linalg.qr(rng.normal(size=(30, 30)))[0][:dimension]
        turned = np.concatenate([turned, turned[:500]]).astype(np.float32)
        near = torch.tensor(build_graph(turned, k=5, metric="euclidean").neighbours)
        found = two_nn_dimension(distances_to(torch.tensor(turned), near))

        # Edges of a solid have neighbours on one side only, which lowers the estimate.
        assert 0.8 * dimension < found < 1.1 * dimension
    assert np.isnan(two_nn_dimension(torch.zeros(4, 3)))


def test_alpha_is_the_dimension_within_its_bounds():
    """No alpha gives the values of that alpha; a line has 2, noise in 300 dimensions 20."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 3, 200)
    line = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for vectors, bound in ((line, 2.0), (rng.normal(size=(400, 300)), 20.0)):
        evidence = evidence_of(dataset_of(vectors, rng.integers(0, 2, len(vectors))))
        chosen, told = run(SCORER, evidence), run(SCORER, evidence, alpha=bound)

        np.testing.assert_array_equal(chosen.values, told.values)


def test_unlabelled_rows_have_no_vote_but_get_a_suggestion():
    """Their own value is nan; what the others say is known."""
    evidence = evidence_of(blobs(unlabelled=40))
    score = run(SCORER, evidence)

    assert np.isnan(score.values[:40]).all()
    assert (score.suggestion[:40] == np.arange(40) % 3).all()


def test_nobody_votes_where_no_other_row_has_a_label():
    """One row, no labels, one label: nan and no suggestion."""
    for vectors, labels in ((np.eye(3)[:1], [0]), (np.eye(3), [-1] * 3), (np.eye(3), [0, -1, -1])):
        inputs = torch.tensor(vectors, dtype=torch.float32), torch.tensor(labels)
        near = torch.tensor(build_graph(vectors.astype(np.float32), k=2).neighbours)
        values, suggested = SCORER.function(*inputs, near)

        assert values.isnan().all()
        assert suggested[0] == -1


@pytest.mark.parametrize(
    ("kind", "alpha", "area", "precision"),
    [
        ("symmetric", 2.0, 0.9938, 0.9774),
        ("symmetric", 5.0, 0.9983, 0.9947),
        ("symmetric", 10.0, 0.9957, 0.9852),
        ("asymmetric", 2.0, 0.9564, 0.8526),
        ("asymmetric", 5.0, 0.9554, 0.8673),
        ("asymmetric", 10.0, 0.9248, 0.8172),
        ("symmetric", 63.0, 0.9810, 0.9147),
        ("asymmetric", 63.0, 0.8624, 0.6686),
    ],
)
def test_rows_of_the_published_table(kind, alpha, area, precision):
    """1 - the share, in float32 as published; ours keeps apart what is tied at 1 there."""
    digits = noisy_digits()[kind]
    values = run(SCORER, digits.given, device="cpu", alpha=alpha).values
    published = np.float32(1) - values

    assert auroc(published, digits.wrong) == pytest.approx(area, abs=1e-3)
    assert average_precision(published, digits.wrong) == pytest.approx(precision, abs=1e-3)
    assert average_precision(-values, digits.wrong) > precision - 1e-3
