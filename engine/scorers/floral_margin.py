"""FLORAL: the margin of a kernel machine trained against an attacker who flips labels."""

import math

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.content import content_order
from engine.kernels.floral import Game, decisions


@scorer(
    title="Adversarial margin (FLORAL)",
    finds="label error",
    review_first="highest",
    range=(-math.inf, math.inf),
    cost="O(rounds c n²) up to 8,000 rows, O(rounds c n) above",
    source="Bal, Cevher, Muehlebach: Defense Against Label Poisoning Attacks (FLORAL), ICLR 2025",
    runs="on request",
)
def floral_margin(
    embeddings: Tensor,
    labels: Tensor,
    *,
    gamma: float = 0.0,
    strength: float = 10.0,
    rate: float = 0.01,
    flips: float = 0.05,
    rounds: int = 501,
    seed: int = 0,
) -> tuple[Tensor, Tensor]:
    """How far the row lies on the wrong side of a kernel machine that expects flipped labels.

    Above 0 = wrong side; the suggestion is the side. Half of the best other class's decision less
    the given one's. nan for unlabelled rows and where all labels are alike.

    Every round an attacker turns labels that carry most weight, a share `flips` of twice the
    smaller side. The paper defends and scores nothing; ours is the mean over rounds, the last says
    little. gamma 0 = 1 / (d · variance). Departs: one class against the rest, random features above
    8,000 rows, a constant rate (of 500 rows: it is divided by n / 500), flips by the smaller side.

    >>> labels = torch.tensor([0] * 4 + [1] + [0] * 10 + [1] * 15)
    >>> values, suggested = floral_margin.function(torch.arange(30.0)[:, None], labels)
    >>> int(values.argmax()), int(suggested[4])
    (4, 0)
    """
    values, suggested = embeddings[:, 0] * torch.nan, torch.full_like(labels, -1)
    rows = (labels >= 0).nonzero().squeeze(1)
    classes = labels[rows].unique()
    if len(classes) < 2:
        return values, suggested
    rows = rows[content_order(embeddings[rows], labels[rows], seed)[0]]
    given = labels[rows].unsqueeze(1) == classes
    game = Game(strength, rate, flips, max(rounds, 1), seed)
    decision = decisions(embeddings[rows], given, gamma, game)
    margin = decision[given] - decision.masked_fill(given, -torch.inf).amax(dim=1)
    values[rows] = (-margin / 2).to(values.dtype)
    suggested[rows] = classes[decision.argmax(dim=1)]
    return values, suggested
