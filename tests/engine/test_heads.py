"""Many heads in one matrix, against torch's own autograd and Adam on each head by itself."""

import numpy as np
import torch
from torch import nn

from engine.heads import LinearHeads


def separate(inputs, labels, taught, decay, c, steps, rate):
    """What one head's weights (d + 1, c) become, the ordinary way."""
    weights = torch.zeros(inputs.shape[1] + 1, c, requires_grad=True)
    adam = torch.optim.Adam([weights], lr=rate)
    for _ in range(steps):
        logits = inputs @ weights[:-1] + weights[-1]
        losses = nn.functional.cross_entropy(logits, labels, reduction="none")
        loss = (losses * taught).sum() / taught.sum() + decay / 2 * weights[:-1].square().sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
    return weights.detach()


def test_every_head_learns_as_if_it_were_alone():
    """Three heads, each taught by other rows and pulled to 0 by another strength."""
    torch.manual_seed(0)
    inputs, labels = torch.randn(40, 6), torch.randint(0, 4, (40,))
    taught = (torch.rand(40, 3) < 0.7).float()
    decay = torch.tensor([0.0, 0.1, 1.0])
    heads = LinearHeads(6, torch.ones(3, 4, dtype=torch.bool), decay)

    for _ in range(30):
        heads.step(inputs, labels, taught, 0.05)

    together = heads.weights.view(7, 3, 4)
    for head in range(3):
        alone = separate(inputs, labels, taught[:, head], float(decay[head]), 4, 30, 0.05)
        np.testing.assert_allclose(together[:, head], alone, atol=1e-4)


def test_a_class_that_a_head_does_not_know_has_no_probability():
    """And the head learns the others as if it did not exist; no nan on the way."""
    known = torch.tensor([[True, True, False]])
    heads = LinearHeads(2, known, torch.zeros(1))
    inputs, labels = torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.tensor([0, 1])

    for _ in range(50):
        heads.step(inputs, labels, torch.ones(2, 1), 0.1)
    probs = heads.logits(inputs).softmax(dim=2)[:, 0]

    assert probs[:, 2].tolist() == [0, 0]
    assert probs.argmax(dim=1).tolist() == [0, 1]


def test_a_batch_without_a_row_for_a_head_leaves_it_be():
    """No row may teach it: nothing to divide by, nothing to learn."""
    heads = LinearHeads(2, torch.ones(2, 2, dtype=torch.bool), torch.zeros(2))

    heads.step(torch.ones(3, 2), torch.tensor([0, 1, 0]), torch.tensor([[1.0, 0.0]] * 3), 0.1)

    weights = heads.weights.view(3, 2, 2)
    assert weights[:, 0].abs().sum() > 0
    assert weights[:, 1].abs().sum() == 0
