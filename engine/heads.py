"""Heads on the embeddings, many at once: the weights of every fold and every seed side by side."""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor

from engine.adam import Adam


class Heads(ABC):
    """`heads` softmax classifiers on the same d inputs, each of which learns as if it were alone.

    known: (heads, c) bool, classes a head may learn; to the others it gives probability 0.
    decay: (heads,) strength of the pull of the weights towards 0, per head; biases are free.
    floats_per_row: how many numbers a head's buffers hold for one row of a block.
    """

    floats_per_row: int

    def __init__(self, known: Tensor, decay: Tensor) -> None:
        self.shape = known.shape
        self.device = known.device
        self.known, self.unknown = known, ~known
        self.knows_all = bool(known.all())
        self.decay = decay
        self.adam = Adam()

    @abstractmethod
    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (B, heads, c) for inputs (B, d), and what `backward` needs to know of the way."""

    @abstractmethod
    def backward(self, inputs: Tensor, way: Tensor, error: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Weights, each with its gradient, from the loss's gradient (B, heads, c) by the logits."""

    @abstractmethod
    def gradient_norms(self, inputs: Tensor, way: Tensor, error: Tensor) -> Tensor:
        """(B, heads) length of every single row's gradient, over all weights and biases."""

    def answers(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (B, heads, c), -inf for classes a head does not know, and the way there."""
        logits, way = self.forward(inputs)
        return (logits if self.knows_all else logits.masked_fill(self.unknown, -torch.inf)), way

    def logits(self, inputs: Tensor) -> Tensor:
        """(B, heads, c) for inputs (B, d); -inf for classes a head does not know."""
        return self.answers(inputs)[0]

    def learn(
        self, inputs: Tensor, way: Tensor, error: Tensor, weights: Tensor, rate: float
    ) -> None:
        """One step of Adam on the mean loss of a batch.

        error: (B, heads, c) gradient of each row's loss by the logits of `answers`.
        weights: (B, heads) how much a row counts for a head; 0 = it may not learn from it.
        """
        shares = weights / weights.sum(dim=0).clamp(min=1e-12)
        self.adam.step(self.backward(inputs, way, error * shares.unsqueeze(2)), rate)

    def step(self, inputs: Tensor, labels: Tensor, weights: Tensor, rate: float) -> None:
        """`learn` with the cross-entropy of the given labels (B,)."""
        logits, way = self.answers(inputs)
        self.learn(inputs, way, label_error(logits.softmax(dim=2), labels), weights, rate)


class LinearHeads(Heads):
    """Softmax regression with bias: one matrix for all of them."""

    def __init__(self, d: int, known: Tensor, decay: Tensor) -> None:
        super().__init__(known, decay)
        heads, c = known.shape
        self.floats_per_row = 6 * heads * c
        # The last row is the bias. Zero, not random: the loss is convex, so nothing is gained.
        self.weights = torch.zeros(d + 1, heads * c, device=self.device)
        self.pull = decay.repeat_interleave(c).repeat(d + 1, 1)
        self.pull[-1] = 0

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        logits = torch.addmm(self.weights[-1], inputs, self.weights[:-1])
        return logits.view(len(inputs), *self.shape), inputs

    def backward(self, inputs: Tensor, way: Tensor, error: Tensor) -> list[tuple[Tensor, Tensor]]:
        flat = error.flatten(1)
        gradient = self.pull * self.weights
        gradient[:-1].addmm_(inputs.T, flat)
        gradient[-1] += flat.sum(dim=0)
        return [(self.weights, gradient)]

    def gradient_norms(self, inputs: Tensor, way: Tensor, error: Tensor) -> Tensor:
        # The gradient is the outer product of the error with the inputs and a 1 for the bias.
        return error.norm(dim=2) * (inputs.square().sum(dim=1, keepdim=True) + 1).sqrt()


class MLPHeads(Heads):
    """One hidden layer of `hidden` rectified units each; the way is (B, heads, hidden) of them.

    The first layers are one matrix, since all heads read the same inputs; the second ones are
    multiplied as a batch. Random weights come from `seed`, the same on every device.
    """

    def __init__(self, d: int, known: Tensor, decay: Tensor, *, hidden: int, seed: int) -> None:
        super().__init__(known, decay)
        heads, c = known.shape
        self.hidden = hidden
        self.floats_per_row = heads * (3 * hidden + 6 * c)
        # Inputs come with length 1; layers train best on entries of size 1.
        self.stretch = math.sqrt(d)
        rng = torch.Generator().manual_seed(seed)
        first = torch.randn(heads, d, hidden, generator=rng) * math.sqrt(2 / d)
        second = torch.randn(heads, c, hidden, generator=rng) * math.sqrt(1 / hidden)
        self.first = first.permute(1, 0, 2).reshape(d, heads * hidden).to(self.device)
        self.first_bias = torch.zeros(heads * hidden, device=self.device)
        self.second = second.to(self.device)
        self.second_bias = torch.zeros(heads, c, 1, device=self.device)
        self.first_pull = decay.repeat_interleave(hidden)
        self.second_pull = decay.view(-1, 1, 1)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        heads = self.shape[0]
        units = torch.addmm(self.first_bias, inputs, self.first, alpha=self.stretch).relu_()
        units = units.view(len(inputs), heads, self.hidden)
        # Classes before units before rows: with few classes the other orders take 4 times as long.
        logits = torch.baddbmm(self.second_bias, self.second, units.permute(1, 2, 0))
        return logits.permute(2, 0, 1), units

    def backward(self, inputs: Tensor, way: Tensor, error: Tensor) -> list[tuple[Tensor, Tensor]]:
        below = self._below(way, error).flatten(1)
        first = torch.addmm(self.first_pull * self.first, inputs.T, below, alpha=self.stretch)
        by_class = error.permute(1, 2, 0)
        second = torch.baddbmm(self.second_pull * self.second, by_class, way.transpose(0, 1))
        return [
            (self.first, first),
            (self.first_bias, below.sum(dim=0)),
            (self.second, second),
            (self.second_bias, by_class.sum(dim=2, keepdim=True)),
        ]

    def gradient_norms(self, inputs: Tensor, way: Tensor, error: Tensor) -> Tensor:
        size = inputs.square().sum(dim=1, keepdim=True) * self.stretch**2 + 1
        lower = self._below(way, error).norm(dim=2).square() * size
        upper = error.norm(dim=2).square() * (way.norm(dim=2).square() + 1)
        return (lower + upper).sqrt_()

    def _below(self, units: Tensor, error: Tensor) -> Tensor:
        """(B, heads, hidden) the error as it arrives below the rectifier."""
        back = torch.bmm(error.transpose(0, 1), self.second).transpose(0, 1)
        # What autograd itself calls; where() and masked_fill() take ten times as long.
        passed: Tensor = torch.ops.aten.threshold_backward(back, units, 0.0)
        return passed


def label_error(probs: Tensor, labels: Tensor) -> Tensor:
    """(B, heads, c) softmax minus one-hot: the gradient of the cross-entropy by the logits.

    probs: (B, heads, c). labels: (B,) >= 0, or (B, heads) where every head has its own.
    """
    where = labels.view(len(labels), -1, 1).expand(-1, probs.shape[1], 1)
    return probs.scatter_add(2, where, torch.full_like(probs[:, :, :1], -1.0))
