"""The vote of all other rows with weight 1 / distance^alpha, and the dimension that sets alpha."""

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from engine.kernels.blocks import row_blocks

NOISE = 1e-6
"""Squared distances below this, taken from float32 products of unit vectors, are rounding."""

TOUCHING = 1e-12
"""Squared distance of equal rows: next to it every other row's weight vanishes."""


def distances_to(vectors: Tensor, neighbours: Tensor) -> Tensor:
    """(n, k) Euclidean distances to these rows from differences, exact near 0; inf for row -1.

    >>> distances_to(torch.tensor([[0.0], [3.0]]), torch.tensor([[1], [-1]]))
    tensor([[3.],
            [inf]])
    """
    n, d = vectors.shape
    found = torch.empty(neighbours.shape, dtype=vectors.dtype, device=vectors.device)
    for rows in row_blocks(n, columns=d * max(neighbours.shape[1], 1)):
        near = vectors[neighbours[rows].clamp(min=0)]
        found[rows] = (near - vectors[rows, None]).square_().sum(dim=2).sqrt_()
    return found.masked_fill(neighbours < 0, torch.inf)


def two_nn_dimension(distances: Tensor) -> float:
    """Intrinsic dimension: 1 / mean of ln(second / first) over rows, nan where no row tells.

    distances: (n, k) non-decreasing Euclidean distances to the nearest others, inf = none. First
    and second are the two smallest that differ and are above 0, as duplicates say nothing.
    Source: Facco et al., Estimating the intrinsic dimension of datasets by a minimal neighborhood
    information, Scientific Reports 2017.

    >>> two_nn_dimension(torch.tensor([[0.0, 1.0, 2.0], [1.0, 1.0, 4.0]]))
    0.9617966939259757
    """
    far = distances.double().masked_fill(distances <= 0, torch.inf)
    first = far.amin(dim=1, keepdim=True)
    second = far.masked_fill(far <= first, torch.inf).amin(dim=1, keepdim=True)
    known = second.isfinite()
    return 1 / float((second[known] / first[known]).log().mean())


def singular_vote(vectors: Tensor, votes: Tensor, neighbours: Tensor, alpha: float) -> Tensor:
    """(n, c) float64 share of every class in the leave-one-out vote with weight 1 / distance^alpha.

    vectors: (n, d) of length at most 1. votes: (n,) labels, -1 = has no vote. neighbours: (n, k),
    whose distances are taken from differences, since those of products are noise near 0; no other
    row counts as nearer than the last of them. Equal rows outweigh all others and share the vote.
    nan where no other row votes.

    >>> x, y = torch.tensor([[0.0], [0.1], [0.3]]), torch.tensor([0, 0, 1])
    >>> singular_vote(x, y, torch.tensor([[1], [0], [1]]), alpha=1.0)
    tensor([[0.7500, 0.2500],
            [0.6667, 0.3333],
            [1.0000, 0.0000]], dtype=torch.float64)
    """
    voters = (votes >= 0).nonzero().squeeze(1)
    classes = one_hot(votes[voters]).double() if len(voters) else vectors.new_zeros(0, 1).double()
    squares = vectors.square().sum(dim=1)
    exact = distances_to(vectors, neighbours).square()
    ends = exact[:, -1] if exact.shape[1] else exact.new_zeros(len(exact))
    place = torch.full((len(votes),), len(voters), device=votes.device)  # one column for all else
    place[voters] = torch.arange(len(voters), device=votes.device)
    shares = torch.empty((len(votes), classes.shape[1]), dtype=torch.float64, device=votes.device)
    others, their_squares = vectors[voters], squares[voters]
    for rows in row_blocks(len(votes), columns=len(voters) + 1):
        gaps = vectors.new_empty(rows.stop - rows.start, len(voters) + 1)
        torch.mm(vectors[rows], others.T, out=gaps[:, :-1])
        gaps[:, :-1].mul_(-2).add_(their_squares).add_(squares[rows, None])
        if (ends[rows] < NOISE).any():
            gaps.masked_fill_(gaps < NOISE, 0)
        finite = ends[rows, None].where(ends[rows, None].isfinite(), 0)
        gaps.clamp_(min=finite.clamp(min=TOUCHING))
        near = place[neighbours[rows]].masked_fill(neighbours[rows] < 0, len(voters))
        gaps.scatter_(1, near, exact[rows].clamp(min=TOUCHING))
        gaps.scatter_(1, place[rows, None], torch.inf)
        weights = gaps[:, :-1].log_().mul_(-alpha / 2)
        if len(voters):
            weights.sub_(weights.amax(dim=1, keepdim=True)).exp_()
        sums = weights.double() @ classes
        shares[rows] = sums / sums.sum(dim=1, keepdim=True)
    return shares
