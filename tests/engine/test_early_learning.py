"""Early-learning regularisation, against the numbers of the authors' loss and autograd."""

import numpy as np
import pytest
import torch

from engine.early_learning import EarlyTargets, regulariser_gradient


def test_the_gradient_is_the_published_one():
    """z = (2, .5, -1), t = (.2, .7, .1): the term is -.333704."""
    logits = torch.tensor([2.0, 0.5, -1.0], requires_grad=True)
    targets = torch.tensor([0.2, 0.7, 0.1])

    term = (1 - (targets * logits.softmax(dim=0)).sum()).log()
    term.backward()

    assert term.item() == pytest.approx(-0.333704, abs=1e-6)
    ours = regulariser_gradient(logits.detach().softmax(dim=0), targets, 1e-4)
    np.testing.assert_allclose(ours, [0.091839, -0.101872, 0.010033], atol=1e-6)
    np.testing.assert_allclose(ours, logits.grad, atol=1e-6)


def test_targets_are_the_running_mean_of_three_visits():
    """beta = .7: (.15, .09, .06), (.285, .153, .072), (.2595, .3171, .0804), to half precision."""
    table = EarlyTargets((2, 1, 3), torch.device("cpu"), strength=1.0, keep=0.7)
    visits = ([0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1])
    expected = ([0.15, 0.09, 0.06], [0.285, 0.153, 0.072], [0.2595, 0.3171, 0.0804])

    for probs, target in zip(visits, expected, strict=True):
        table.visit(torch.tensor([1]), torch.tensor([[probs]]))
        np.testing.assert_allclose(table.table[1, 0], target, atol=5e-4)
    assert table.table[0].abs().sum() == 0


def test_the_mean_is_over_the_heads_that_learn_from_a_row():
    """The other head's targets do not count, and a row nobody learns from has none."""
    table = EarlyTargets((2, 2, 2), torch.device("cpu"), strength=1.0, keep=0.5)
    table.visit(torch.tensor([0]), torch.tensor([[[0.75, 0.25], [0.0, 1.0]]]))

    mean = table.mean(np.array([0, 1]), torch.tensor([[True, False], [False, False]]))

    np.testing.assert_allclose(mean[0], [0.75, 0.25], atol=1e-3)
    assert mean[1].isnan().all()


def test_a_table_beyond_its_limit_is_not_made():
    """1 GiB of half precision: a million rows, five heads, 100 classes fit; 1,000 do not."""
    assert EarlyTargets.fit(1_000_000, 5, 100)
    assert not EarlyTargets.fit(1_000_000, 5, 1_000)
