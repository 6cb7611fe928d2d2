"""Embeddings as directions: what a cosine sees."""

from torch import Tensor
from torch.nn.functional import normalize


def directions(embeddings: Tensor) -> Tensor:
    """(n, d) rows of length 1; a row of zeros stays zero and has cosine 0 to every row.

    >>> import torch
    >>> directions(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 0.0000]])
    """
    return normalize(embeddings, eps=1e-30)
