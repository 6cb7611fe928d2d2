"""Self-taught loss rescaling: a small network that learns which losses to believe.

After Heck and others, Learning from Noisy Labels via Self-Taught On-the-Fly Meta Loss Rescaling,
AAAI 2025. Everything here has the seeds side by side in its first axis.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from engine.kernels.blocks import steps

FEATURES = 19
STEPS, SMALLEST = 10, 8
"""Steps an epoch that a small dataset gets, unless batches would have fewer rows than that."""
SMALL = 1e-4
BETAS, EPSILON = (0.9, 0.999), 1e-8


@dataclass(frozen=True)
class Plan:
    """How long to train, on what, and how fast.

    batch: rows per step at most. dropout: share of the embedding left out. rate: of both Adams.
    """

    seeds: int
    epochs: int
    batch: int
    dropout: float
    rate: float
    seed: int
    passes: int = 3


def kl_divergence(mean: Tensor, spread: Tensor, other: Tensor, other_spread: Tensor) -> Tensor:
    """Kullback-Leibler divergence of a Gaussian from another; 0 where a spread is 0.

    >>> one = torch.tensor(1.0)
    >>> kl_divergence(0 * one, one / 2, one, one)
    tensor(0.8181)
    """
    known = (spread > 0) & (other_spread > 0)
    p, q = spread.where(known, 1.0), other_spread.where(known, 1.0)
    divergence = (q / p).log() + (p**2 + (mean - other) ** 2) / (2 * q**2) - 0.5
    return divergence.where(known, 0.0)


def overlap(mean: Tensor, spread: Tensor, other: Tensor, other_spread: Tensor) -> Tensor:
    """Area below both of two Gaussians, 0 to 1. Spreads below 1e-4 count as 1e-4.

    >>> one = torch.tensor(1.0)
    >>> overlap(0 * one, one / 2, one, one)
    tensor(0.4534)
    """
    p, q = spread.clamp(min=SMALL), other_spread.clamp(min=SMALL)
    # Log densities cross where a x² + b x + c = 0, x measured from the first mean.
    gap = other - mean
    a, b = p**2 - q**2, -2 * p**2 * gap
    c = p**2 * gap**2 - 2 * p**2 * q**2 * (p / q).log()
    alike = a.abs() <= 1e-6 * (p**2 + q**2)
    root = (b**2 - 4 * a * c).clamp(min=0).sqrt()
    # The stable pair of solutions; with equal spreads the only crossing lies in the middle.
    half = -0.5 * (b + torch.where(b < 0, -root, root))
    first = torch.where(alike, gap / 2, half / a.where(~alike, 1.0))
    second = torch.where(alike, torch.inf, c / half.where(half != 0, 1.0))
    second = torch.where(~alike & (half == 0), first, second)
    low, high = torch.minimum(first, second), torch.maximum(first, second)
    low, high = torch.where(alike, first, low), torch.where(alike, first, high)

    def inside(centre: Tensor, width: Tensor) -> Tensor:
        return _below((high - centre) / width) - _below((low - centre) / width)

    def outside(centre: Tensor, width: Tensor) -> Tensor:
        return 1 - inside(centre, width)

    zero = torch.zeros_like(gap)
    narrow_is_p = p < q
    between = torch.where(narrow_is_p, inside(gap, q), inside(zero, p))
    beyond = torch.where(narrow_is_p, outside(zero, p), outside(gap, q))
    middle = 2 * _below(-gap.abs() / (2 * p))
    return torch.where(alike, middle, between + beyond).clamp(0, 1)


def _below(z: Tensor) -> Tensor:
    return torch.special.ndtr(z)


def statistics(logits: Tensor, labels: Tensor) -> Tensor:
    """(S, B, 19) what the rescaler is told about each row of a batch.

    logits: (S, G, B, c) of G passes under dropout. labels: (S, B). Mean and spread over the passes
    of the loss and of the highest probability; mean and spread of these over the rows of the batch
    with the same given class that agree with it likewise; divergence and overlap of the row's loss
    and that of those rows, again with mean and spread; whether most passes give the given class.
    """
    c = logits.shape[3]
    logs = logits.log_softmax(dim=3)
    given = labels[:, None, :, None].expand(-1, logits.shape[1], -1, 1)
    loss, surest = -logs.gather(3, given).squeeze(3), logs.amax(dim=3).exp()
    parts = [part for x in (loss, surest) for part in (x.mean(dim=1), x.std(dim=1))]
    votes = one_hot(logits.argmax(dim=3), c).to(logits.dtype)
    votes[:, 0] *= 1.5  # a tie goes to the first pass
    agrees = (votes.sum(dim=1).argmax(dim=2) == labels).to(logits.dtype)
    cells = 2 * labels + agrees.long()
    base = torch.stack(parts, dim=2)
    mean, spread = _within_cells(base, cells, 2 * c)
    against = (parts[0], parts[1], mean[..., 0], mean[..., 1])
    distance = torch.stack([kl_divergence(*against), overlap(*against)], dim=2)
    return torch.cat(
        [base, mean, spread, distance, *_within_cells(distance, cells, 2 * c), agrees[..., None]],
        dim=2,
    )


def _within_cells(values: Tensor, cells: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Mean and spread of (S, B, f) values over the rows of one batch in the same cell."""
    seeds, _, features = values.shape
    at = (cells + count * torch.arange(seeds, device=cells.device)[:, None]).flatten()
    flat = values.reshape(-1, features)
    members = at.bincount(minlength=seeds * count).clamp(min=1)[:, None]
    empty = flat.new_zeros(seeds * count, features)
    mean = (empty.index_add(0, at, flat) / members)[at]
    spread = (empty.index_add(0, at, (flat - mean) ** 2) / members).sqrt()[at]
    return mean.view_as(values), spread.view_as(values)


class Rescaler:
    """19 numbers about a row -> its weight between 0 and 1; one network per seed."""

    def __init__(self, plan: Plan, random: torch.Generator, like: Tensor) -> None:
        self.layers = []
        for outputs in (FEATURES, 2):
            for rows in (FEATURES, 1):
                start = torch.rand(plan.seeds, rows, outputs, generator=random) * 2 - 1
                layer = (start / FEATURES**0.5).to(like.device, like.dtype).requires_grad_()
                self.layers.append(layer)
        self.optimiser = torch.optim.Adam(self.layers, lr=plan.rate)

    def weights(self, features: Tensor) -> Tensor:
        """(S, B) from features (S, B, 19); standardised within the batch, so never all alike."""
        first, first_bias, second, second_bias = self.layers
        hidden = _standard(features @ first + first_bias).relu()
        return _standard(hidden @ second + second_bias).softmax(dim=2)[..., 1]

    def learn(self, loss: Tensor) -> None:
        """One step of Adam down a loss."""
        gradients = torch.autograd.grad(loss, self.layers)
        for layer, gradient in zip(self.layers, gradients, strict=True):
            layer.grad = gradient
        self.optimiser.step()


def _standard(values: Tensor) -> Tensor:
    centred = values - values.mean(dim=1, keepdim=True)
    return centred / (centred.square().mean(dim=1, keepdim=True) + 1e-5).sqrt()


class Learner:
    """A linear head per seed that takes steps of Adam one can differentiate through."""

    def __init__(self, plan: Plan, d: int, c: int, like: Tensor) -> None:
        self.weights, self.first, self.second = (
            like.new_zeros(plan.seeds, d + 1, c) for _ in range(3)
        )
        self.taken, self.rate = 0, plan.rate

    def step(self, inputs: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
        """The head after one step on the weighted loss of inputs (S, B, d): a function of the
        weights (S, B). The head itself moves as well.
        """
        error = logits_of(self.weights, inputs).softmax(dim=2)
        error = error - one_hot(labels, error.shape[2])
        error = error * weights[..., None] / inputs.shape[1]
        gradient = torch.cat([inputs.mT @ error, error.sum(dim=1, keepdim=True)], dim=1)
        self.taken += 1
        first = BETAS[0] * self.first + (1 - BETAS[0]) * gradient
        second = BETAS[1] * self.second + (1 - BETAS[1]) * gradient**2
        scale = (second / (1 - BETAS[1] ** self.taken) + EPSILON**2).sqrt() + EPSILON
        moved = self.weights - self.rate / (1 - BETAS[0] ** self.taken) * first / scale
        self.weights, self.first, self.second = moved.detach(), first.detach(), second.detach()
        return moved


def logits_of(head: Tensor, inputs: Tensor) -> Tensor:
    """(S, B, c) of heads (S, d + 1, c), the last row the bias, on inputs (S, B, d)."""
    return inputs @ head[:, :-1] + head[:, -1:]


def learnt_weights(vectors: Tensor, labels: Tensor, c: int, plan: Plan) -> tuple[Tensor, Tensor]:
    """(S, n) mean weight and (S, n) mean loss of every row, over the last third of the epochs.

    vectors: (n, d); labels: (n,) without -1, n at least 2. Every step is reported.
    """
    n, d = vectors.shape
    batches = max(n // min(max(n // STEPS, SMALLEST), plan.batch), 1)
    random = torch.Generator().manual_seed(plan.seed)
    # Twice as wide as the data: the course of such a game must not hang on a rounded digit.
    like = vectors.new_empty(0, dtype=torch.float64)
    rescaler, learner = Rescaler(plan, random, like), Learner(plan, d, c, like)
    weights, losses = like.new_zeros(plan.seeds, n), like.new_zeros(plan.seeds, n)

    read = max(plan.epochs // 3, 1)

    def dropped(rows: Tensor) -> Tensor:
        kept = torch.rand(plan.seeds, plan.passes, rows.shape[1], d, generator=random)
        kept = (kept >= plan.dropout).to(vectors.device) / (1 - plan.dropout)
        return vectors[rows].to(torch.float64).unsqueeze(1) * kept

    def about(inputs: Tensor, head: Tensor, given: Tensor) -> Tensor:
        with torch.no_grad():
            logits = logits_of(head, inputs.flatten(1, 2)).unflatten(1, inputs.shape[1:3])
            return statistics(logits, given)

    for step in steps(plan.epochs * batches):
        epoch, place = divmod(step, batches)
        if place == 0:
            order = torch.rand(plan.seeds, n, generator=random).argsort(dim=1).to(vectors.device)
            parts = order.tensor_split(batches, dim=1)
        rows, other = parts[place], parts[(place + 1) % batches]
        inputs, given = dropped(rows), labels[rows]
        features = about(inputs, learner.weights, given)
        weight = rescaler.weights(features)
        moved = learner.step(inputs[:, 0], given, weight)
        inputs, given = dropped(other), labels[other]
        believed = rescaler.weights(about(inputs, moved.detach(), given))
        logs = logits_of(moved, inputs[:, 0]).log_softmax(dim=2)
        loss = -logs.gather(2, given[..., None]).squeeze(2)
        rescaler.learn((believed * loss).mean(dim=1).sum())
        if epoch >= plan.epochs - read:
            weights.scatter_add_(1, rows, weight.detach() / read)
            losses.scatter_add_(1, rows, features[..., 0] / read)
    return weights, losses


def right_way_round(weights: Tensor, losses: Tensor) -> Tensor:
    """(S, n) weights, mirrored to 1 - weight for every seed whose weights rise with the loss.

    Nothing in the method says which end is which; the sign of Spearman's correlation does.

    >>> right_way_round(torch.tensor([[0.25, 0.75], [1.0, 0.5]]), torch.tensor([[1.0, 2.0]] * 2))
    tensor([[0.7500, 0.2500],
            [1.0000, 0.5000]])
    """
    ranks = [part.argsort(dim=1).argsort(dim=1).double() for part in (weights, losses)]
    first, second = (rank - rank.mean(dim=1, keepdim=True) for rank in ranks)
    mirrored = (first * second).sum(dim=1, keepdim=True) > 0
    return torch.where(mirrored, 1 - weights, weights)
