"""Heads with a hidden layer: many in a batch, against autograd on each by itself."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.heads import Heads, LinearHeads, MLPHeads, label_error


def alone(heads: MLPHeads, head: int) -> nn.Sequential:
    """One head as an ordinary network, with its weights as they stand."""
    (_, c), d, hidden = heads.shape, heads.first.shape[0], heads.hidden
    network = nn.Sequential(nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, c))
    part = slice(head * hidden, (head + 1) * hidden)
    with torch.no_grad():
        # The inputs are stretched by sqrt(d) before the first layer; here its weights are.
        network[0].weight.copy_(heads.first[:, part].T)
        network[0].bias.copy_(heads.first_bias[part])
        network[2].weight.copy_(heads.second[head])
        network[2].bias.copy_(heads.second_bias[head, :, 0])
    return network


def test_every_head_learns_as_if_it_were_alone():
    """Three heads, other rows, weights of rows and pulls: 30 steps of torch's own Adam on each."""
    torch.manual_seed(0)
    inputs, labels = torch.randn(40, 6), torch.randint(0, 4, (40,))
    weights = (torch.rand(40, 3) < 0.7) * (1 + torch.rand(40, 3))
    decay = torch.tensor([0.0, 0.1, 1.0])
    heads = MLPHeads(6, torch.ones(3, 4, dtype=torch.bool), decay, hidden=5, seed=0)
    networks = [alone(heads, head) for head in range(3)]

    for _ in range(30):
        heads.step(inputs, labels, weights, 0.01)

    together = heads.logits(inputs)
    for head, network in enumerate(networks):
        adam = torch.optim.Adam(network.parameters(), lr=0.01)
        for _ in range(30):
            losses = nn.functional.cross_entropy(network(inputs * 6**0.5), labels, reduction="none")
            loss = (losses * weights[:, head]).sum() / weights[:, head].sum()
            for layer in (network[0], network[2]):
                loss = loss + decay[head] / 2 * layer.weight.square().sum()
            adam.zero_grad()
            loss.backward()
            adam.step()
        np.testing.assert_allclose(
            together[:, head], network(inputs * 6**0.5).detach(), rtol=1e-3, atol=1e-3
        )


def test_grand_of_a_hidden_layer_is_that_of_autograd():
    """Every row's gradient by all weights and biases of its head, one by one."""
    torch.manual_seed(0)
    inputs, labels = torch.randn(12, 6), torch.randint(0, 4, (12,))
    heads = MLPHeads(6, torch.ones(2, 4, dtype=torch.bool), torch.zeros(2), hidden=5, seed=1)
    logits, way = heads.answers(inputs)

    norms = heads.gradient_norms(inputs, way, label_error(logits.softmax(dim=2), labels))

    for head in range(2):
        network = alone(heads, head)
        for row in range(12):
            network.zero_grad()
            loss = nn.functional.cross_entropy(network(inputs[row] * 6**0.5), labels[row])
            loss.backward()
            squares = sum(float(one.grad.square().sum()) for one in network.parameters())
            assert norms[row, head] == pytest.approx(squares**0.5, rel=1e-4)


def test_grand_of_a_linear_head_is_the_golden_one():
    """z = (.2, 0, -.4), y = 1: EL2N .812463, GraNd 2.149576."""
    heads = LinearHeads(3, torch.ones(1, 3, dtype=torch.bool), torch.zeros(1))
    heads.weights[:3] = torch.tensor([[0.1, 0.2, 0.3], [-0.2, 0.1, 0], [0.4, -0.3, 0.2]]).T
    inputs = torch.tensor([[1.0, 2.0, -1.0]])

    logits, way = heads.answers(inputs)
    error = label_error(logits.softmax(dim=2), torch.tensor([1]))

    np.testing.assert_allclose(logits[0, 0], [0.2, 0, -0.4], atol=1e-6)
    assert error.norm().item() == pytest.approx(0.812463, abs=1e-6)
    assert heads.gradient_norms(inputs, way, error).item() == pytest.approx(2.149576, abs=1e-6)


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_a_class_that_a_head_does_not_know_has_no_probability(kind: str):
    """And the others are learnt as if it did not exist."""
    known, decay = torch.tensor([[True, True, False]]), torch.zeros(1)
    heads: Heads = (
        LinearHeads(2, known, decay)
        if kind == "linear"
        else MLPHeads(2, known, decay, hidden=8, seed=0)
    )
    inputs, labels = torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.tensor([0, 1])

    for _ in range(50):
        heads.step(inputs, labels, torch.ones(2, 1), 0.1)
    probs = heads.logits(inputs).softmax(dim=2)[:, 0]

    assert probs[:, 2].tolist() == [0, 0]
    assert probs.argmax(dim=1).tolist() == [0, 1]


def test_another_seed_is_another_start():
    """The same seed is the same; folds do not start alike."""
    known, decay = torch.ones(2, 3, dtype=torch.bool), torch.zeros(2)
    first, same, other = (
        MLPHeads(4, known, decay, hidden=5, seed=seed).logits(torch.ones(1, 4))
        for seed in (0, 0, 1)
    )

    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert not torch.equal(first[0, 0], first[0, 1])
