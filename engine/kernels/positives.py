"""How near candidate passages are to what is known to be relevant to their query."""

from typing import NamedTuple

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks
from engine.kernels.queries import number_of_queries


class Known(NamedTuple):
    """The known positives, query by query.

    row: (g,) int64 pairs, sorted by query. starts, counts: (q,) int64 where those of a query begin
    in it, and how many they are.
    """

    row: Tensor
    starts: Tensor
    counts: Tensor


def known_positives(query_of: Tensor, labels: Tensor) -> Known:
    """The pairs with a label above 0, in the order of their queries."""
    row = (labels > 0).nonzero().squeeze(1)
    row = row[query_of[row].argsort(stable=True)]
    counts = torch.bincount(query_of[row], minlength=number_of_queries(query_of))
    return Known(row, counts.cumsum(0) - counts, counts)


def marked_elsewhere(passage_of: Tensor, labels: Tensor, passages: int) -> Tensor:
    """(n,) float32 for how many other queries the passage is a known positive.

    >>> marked_elsewhere(torch.tensor([0, 0, 1]), torch.tensor([1, 0, 0]), 2)
    tensor([0., 1., 0.])
    """
    known = labels > 0
    times = torch.bincount(passage_of[known], minlength=passages)
    return (times[passage_of] - known.long()).float()


def centred(vectors: Tensor, origin: Tensor) -> Tensor:
    """Vectors seen from `origin` (d,), of length 1; 0 where a vector is the origin.

    Text encoders put everything into a narrow cone: seen from its middle, unlike things are far.
    """
    moved = vectors - origin
    return moved / moved.norm(dim=1, keepdim=True).clamp(min=1e-12)


def products(left: Tensor, right: Tensor, i: Tensor, j: Tensor) -> Tensor:
    """(n,) inner products of the vectors left[i] and right[j], in blocks."""
    values = torch.empty(len(i), dtype=left.dtype, device=left.device)
    for rows in row_blocks(len(i), columns=3 * left.shape[1]):
        values[rows] = (left[i[rows]] * right[j[rows]]).sum(dim=1)
    return values


def nearest_positive(
    query_of: Tensor, passage_of: Tensor, labels: Tensor, passage_vectors: Tensor
) -> Tensor:
    """(n,) inner product with the nearest known positive of the query, the pair itself left out.

    nan where there is no other. One product per pair and known positive of its query, in blocks.

    >>> labels, zeros = torch.tensor([1, 0, 1]), torch.zeros(3, dtype=torch.long)
    >>> nearest_positive(zeros, torch.arange(3), labels, torch.tensor([[1.0], [0.5], [-1.0]]))
    tensor([-1.0000,  0.5000, -1.0000])
    """
    known, n = known_positives(query_of, labels), len(query_of)
    nearest = torch.full((n,), -torch.inf, dtype=passage_vectors.dtype, device=labels.device)
    ends = known.counts[query_of].cumsum(0)
    entries = int(ends[-1]) if n else 0
    for block in row_blocks(entries, columns=3 * passage_vectors.shape[1]):
        entry = torch.arange(block.start, block.stop, device=labels.device)
        row = torch.searchsorted(ends, entry, right=True)
        query = query_of[row]
        positive = known.row[known.starts[query] + entry - ends[row] + known.counts[query]]
        likeness = passage_vectors[passage_of[row]] * passage_vectors[passage_of[positive]]
        values = likeness.sum(dim=1).masked_fill(row == positive, -torch.inf)
        nearest.scatter_reduce_(0, row, values, "amax")
    return nearest.masked_fill(nearest.isneginf(), torch.nan)


def middle_of_positives(
    query_of: Tensor, passage_of: Tensor, labels: Tensor, passage_vectors: Tensor
) -> Tensor:
    """(n,) cosine with the sum of the query's known positives, the pair itself left out.

    nan where there is no other. passage_vectors: of length 1, or 0.

    >>> labels, zeros = torch.tensor([1, 0, 1]), torch.zeros(3, dtype=torch.long)
    >>> vectors = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    >>> middle_of_positives(zeros, torch.arange(3), labels, vectors)
    tensor([0.0000, 0.9899, 0.0000])
    """
    known = known_positives(query_of, labels)
    d, q = passage_vectors.shape[1], len(known.counts)
    total = torch.zeros((q, d), dtype=passage_vectors.dtype, device=passage_vectors.device)
    total.index_add_(0, query_of[known.row], passage_vectors[passage_of[known.row]])
    own = labels > 0
    others = known.counts[query_of] - own.long()
    cosine = torch.empty(len(query_of), dtype=total.dtype, device=total.device)
    for rows in row_blocks(len(query_of), columns=4 * d):
        vectors = passage_vectors[passage_of[rows]]
        middle = total[query_of[rows]] - vectors * own[rows].unsqueeze(1)
        length = middle.norm(dim=1).clamp(min=1e-12)
        cosine[rows] = (vectors * middle).sum(dim=1) / length
    return cosine.masked_fill(others < 1, torch.nan)


def crowding(vectors: Tensor, *, k: int = 50, landmarks: int = 4096) -> Tensor:
    """(p,) mean inner product with the k nearest other passages: high = in the thick of things.

    Of more passages than `landmarks`, evenly spaced ones stand for all, and for k of all the same
    share of them. nan for a passage without another.
    """
    p = len(vectors)
    step = max(-(-p // landmarks), 1)
    places = torch.arange(0, p, step, device=vectors.device)
    chosen, k = vectors[places], max(min(round(k / step), len(places) - 1), 1)
    crowd = torch.full((p,), torch.nan, dtype=vectors.dtype, device=vectors.device)
    for rows in row_blocks(p if p > 1 else 0, columns=2 * len(places)):
        likeness = vectors[rows] @ chosen.T
        here = torch.arange(rows.start, rows.stop, device=vectors.device)
        likeness.masked_fill_(here.unsqueeze(1) == places, -torch.inf)
        nearest = likeness.topk(min(k, likeness.shape[1]), dim=1).values
        crowd[rows] = nearest.masked_fill(nearest.isneginf(), torch.nan).nanmean(dim=1)
    return crowd
