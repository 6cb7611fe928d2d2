"""Queries moved towards their known positives."""

import torch
from torch import Tensor

from engine.kernels.positives import known_positives


def moved_queries(
    query_of: Tensor,
    passage_of: Tensor,
    labels: Tensor,
    query_vectors: Tensor,
    passage_vectors: Tensor,
    weight: float,
) -> Tensor:
    """(queries, d) of length 1: the query plus `weight` times the mean of its known positives.

    A query without one stays where it is.

    >>> row, vectors = torch.zeros(1, dtype=torch.long), torch.tensor([[0.0, 1.0]])
    >>> moved_queries(row, row, row + 1, torch.tensor([[1.0, 0.0]]), vectors, 1.0)
    tensor([[0.7071, 0.7071]])
    """
    known = known_positives(query_of, labels).row
    total = torch.zeros_like(query_vectors)
    total.index_add_(0, query_of[known], passage_vectors[passage_of[known]])
    counts = torch.bincount(query_of[known], minlength=len(query_vectors)).clamp(min=1)
    moved = query_vectors + weight * total / counts.unsqueeze(1)
    return moved / moved.norm(dim=1, keepdim=True).clamp(min=1e-12)
