"""Singular-kernel vote: every other example votes, the near ones without bound."""

import math

from torch import Tensor

from engine.contract import scorer
from engine.kernels.directions import directions
from engine.kernels.singular import distances_to, singular_vote, two_nn_dimension
from engine.kernels.tables import at_given_label


@scorer(
    title="Singular-kernel vote",
    finds="label error",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n² (d + c))",
    source="Radhakrishnan, Belkin, Uhler: Wide and deep neural networks achieve optimality for "
    "classification, PNAS 2023",
    runs="on request",
)
def hilbert_vote(
    embeddings: Tensor, labels: Tensor, neighbours: Tensor, *, alpha: float = 0.0
) -> tuple[Tensor, Tensor]:
    """Share of the given label in a vote of all others with weight 1 / distance^alpha.

    Low = the surroundings say otherwise. alpha 0 = from the data: their intrinsic dimension (two
    nearest neighbours), within 2 to 20; with that alpha the vote is optimal as n grows and has
    nothing to choose. The suggestion is the class with most of the vote, the given one on ties.
    nan for unlabelled rows and where no other row has a label.

    Fails for rare classes at a small alpha (far rows outvote near ones) and, at a large one, where
    the nearest row is itself wrong. All pairs are computed: with alpha near the dimension every
    octave of distance weighs as much as the next. Exact copies outweigh all others and share the
    vote. Departs from the paper, which also sets alpha from the width of the input.

    >>> from torch import tensor
    >>> around = tensor([[1.0, 0.0], [0.9, 0.1], [0.8, 0.3], [0.0, 1.0]])
    >>> near = tensor([[1], [0], [1], [2]])
    >>> hilbert_vote.function(around, tensor([0, 0, 1, 1]), near, alpha=2.0)
    (tensor([0.9073, 0.8288, 0.0309, 0.4205]), tensor([0, 0, 0, 0]))
    """
    vectors = directions(embeddings)
    if alpha <= 0:
        dimension = two_nn_dimension(distances_to(vectors, neighbours))
        alpha = 2.0 if math.isnan(dimension) else min(max(dimension, 2.0), 20.0)
    shares = singular_vote(vectors, labels, neighbours, alpha)
    own = at_given_label(shares, labels)
    best, place = shares.max(dim=1)
    suggested = place.where(best > own.nan_to_num(-1), labels).masked_fill(best.isnan(), -1)
    return own.to(embeddings.dtype), suggested
