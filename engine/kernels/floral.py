"""A kernel machine trained against an attacker who flips the labels that matter most.

After Bal, Cevher, Muehlebach, Adversarial Training for Defense Against Label Poisoning Attacks,
ICLR 2025. Several binary problems on the same rows stand side by side, one per column.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kernels.blocks import steps

EXACT = 8_000
"""Up to so many rows the kernel is kept whole (512 MB); above, random features stand for it."""
FEATURES = 2_048
SUPPORT = 1e-5
READ_EVERY = 10
USUAL = 500
"""Rows of the problem that the usual rate was chosen on."""

Product = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Game:
    """How both sides play, for `rounds` rounds.

    strength: largest dual weight C. rate: step of the defender on a problem of 500 rows; on n rows
    it is rate · 500 / n, since the kernel's largest eigenvalue grows with n. flips: labels that the
    attacker turns each round, as a share of twice the smaller side: of all rows where the sides are
    even, and never most of a small class.
    """

    strength: float
    rate: float
    flips: float
    rounds: int
    seed: int


def gaussian_kernel(vectors: Tensor, gamma: float, seed: int) -> Product:
    """The product of the kernel exp(-gamma ‖x - x'‖²) of all rows with (n, p) columns.

    Up to 8,000 rows exact; above, 2,048 random Fourier features (Rahimi, Recht: Random features
    for large-scale kernel machines, NIPS 2007), whose error is about 0.02 per entry.
    """
    n = len(vectors)
    if n > EXACT:
        return _random_features(vectors, gamma, seed)
    kernel = vectors.new_empty(n, n)
    # Not row_blocks: this part takes seconds, the rounds that are reported take minutes.
    for start in range(0, n, 1_024):
        block = kernel[start : start + 1_024]
        block.copy_(torch.cdist(vectors[start : start + 1_024], vectors))
        block.square_().mul_(-gamma).exp_()
    return lambda columns: kernel @ columns


def _random_features(vectors: Tensor, gamma: float, seed: int) -> Product:
    random = torch.Generator().manual_seed(seed)
    waves = torch.randn(vectors.shape[1], FEATURES // 2, generator=random)
    waves = waves.to(vectors.device, vectors.dtype) * (2 * gamma) ** 0.5
    features = vectors.new_empty(len(vectors), FEATURES)
    for start in range(0, len(vectors), 16_384):
        phase = vectors[start : start + 16_384] @ waves
        block = features[start : start + 16_384]
        torch.cos(phase, out=block[:, : FEATURES // 2])
        torch.sin(phase, out=block[:, FEATURES // 2 :])
    features *= (2 / FEATURES) ** 0.5
    return lambda columns: features @ (features.T @ columns)


def usual_gamma(vectors: Tensor) -> float:
    """1 / (d · variance of all entries), as in scikit-learn's "scale"; 1 where nothing varies."""
    spread = float(vectors.var(correction=0)) * vectors.shape[1]
    return 1 / spread if spread > 0 and math.isfinite(spread) else 1.0


def project(alpha: Tensor, signs: Tensor, strength: float) -> Tensor:
    """The nearest point to each column with 0 <= alpha <= strength and sum(alpha · sign) = 0.

    alpha, signs: (n, p), signs -1 or 1. A column whose signs are all alike becomes 0, the only such
    point. It is clip(alpha - mu · sign) for the mu where the sum is 0. The sum is made of straight
    pieces between the 2n values of mu where an entry meets 0 or strength, so mu is found exactly.

    >>> signs = torch.tensor([[1.0], [1.0], [-1.0], [-1.0]])
    >>> project(torch.tensor([[0.5], [0.2], [0.9], [1.4]]), signs, 1.0).flatten()
    tensor([0.9000, 0.6000, 0.5000, 1.0000])
    """
    wide, signed = alpha.double(), signs.double()
    positive = signed > 0
    # Seen from -inf, entry i moves while mu is in [start, start + strength], by mu - start in all.
    start = torch.where(positive, wide - strength, -wide)
    bends, order = torch.cat([start, start + strength]).sort(dim=0)
    moving = torch.where(order < len(alpha), 1.0, -1.0).double().cumsum(dim=0)
    moved = (moving[:-1] * bends.diff(dim=0)).cumsum(dim=0)
    moved = torch.cat([torch.zeros_like(moved[:1]), moved])
    wanted = strength * positive.sum(dim=0, keepdim=True)
    piece = ((moved <= wanted).sum(dim=0, keepdim=True) - 1).clamp(min=0)
    left = (wanted - moved.gather(0, piece)) / moving.gather(0, piece).clamp(min=1)
    mu = bends.gather(0, piece) + left
    both = positive.any(dim=0) & ~positive.all(dim=0)
    return ((wide - mu * signed).clamp(0, strength) * both).to(alpha.dtype)


def attacked(alpha: Tensor, signs: Tensor, flipped: Tensor, random: torch.Generator) -> Tensor:
    """The signs (n, p) with flipped (p,) of the 2 · flipped largest support vectors turned.

    Which of them is drawn; fewer where there are fewer support vectors (alpha above 1e-5).
    """
    top = alpha.sort(dim=0, descending=True, stable=True)
    width = min(2 * int(flipped.amax()), len(alpha))
    values, rows = top.values[:width], top.indices[:width]
    place = torch.arange(width, device=alpha.device).unsqueeze(1)
    within = (place < 2 * flipped) & (values > SUPPORT)
    chance = torch.rand(width, alpha.shape[1], generator=random).to(alpha.device)
    rank = chance.masked_fill(~within, torch.inf).argsort(dim=0).argsort(dim=0)
    there = signs.gather(0, rows)
    return signs.scatter(0, rows, torch.where(within & (rank < flipped), -there, there))


def decisions(vectors: Tensor, given: Tensor, gamma: float, game: Game) -> Tensor:
    """(n, c) mean decision function of every class against the rest, on the training rows.

    vectors: (n, d). given: (n, c) bool, one True in a row, some in every column, c at least 2.
    gamma: of the kernel; 0 = the usual one. Two classes are one problem, seen from both sides.
    """
    # Wide where it is cheap: who is attacked must not hang on a rounded digit.
    wide = vectors.double() if len(vectors) <= EXACT else vectors
    signs = 2 * given.to(wide.dtype) - 1
    product = gaussian_kernel(wide, gamma or usual_gamma(wide), game.seed)
    if given.shape[1] > 2:
        return mean_decision(product, signs, game)
    decision = mean_decision(product, signs[:, 1:], game)
    return torch.cat([-decision, decision], dim=1)


def mean_decision(product: Product, signs: Tensor, game: Game) -> Tensor:
    """(n, p) decision function on the training rows, the mean over every tenth round of the game.

    product: of the kernel with (n, p) columns. signs: (n, p) the given labels as -1 and 1.
    """
    random = torch.Generator().manual_seed(game.seed)
    alpha, total = torch.zeros_like(signs), torch.zeros_like(signs)
    positive = (signs > 0).sum(dim=0)
    smaller = torch.minimum(positive, len(signs) - positive)
    flipped = (2 * game.flips * smaller).round().long().clamp(min=1)
    rate = game.rate * USUAL / len(signs)
    for done in steps(game.rounds):
        played = attacked(alpha, signs, flipped, random)
        gradient = played * product(played * alpha) - 1
        alpha = project(alpha - rate * gradient, played, game.strength)
        if done % READ_EVERY == 0:
            decision = product(played * alpha)
            support = alpha > SUPPORT
            off = ((played - decision) * support).sum(dim=0) / support.sum(dim=0).clamp(min=1)
            total += decision + off
    return total / len(range(0, game.rounds, READ_EVERY))
