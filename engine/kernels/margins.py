"""How near a candidate comes to what the query's known positives score."""

import torch
from torch import Tensor

from engine.kernels.queries import mean_by_query, number_of_queries
from store.errors import UserError

ANCHORS = ("weakest", "mean", "best")


def anchor_of(similarity: Tensor, query_of: Tensor, labels: Tensor, anchor: str) -> Tensor:
    """(n,) similarity of the query's weakest, mean or best known positive; nan = none is known.

    >>> zeros, labels = torch.zeros(3, dtype=torch.long), torch.tensor([1, 1, 0])
    >>> anchor_of(torch.tensor([0.2, 0.6, 0.9]), zeros, labels, "weakest")
    tensor([0.2000, 0.2000, 0.2000])
    """
    known = labels > 0
    if anchor == "mean":
        return mean_by_query(similarity, query_of, known)[query_of]
    if anchor not in ANCHORS:
        raise UserError(
            f"anchor={anchor!r} is no way to sum up the known positives. There are "
            f"{', '.join(ANCHORS)}; `weakest` is the careful one."
        )
    how = {"weakest": "amin", "best": "amax"}[anchor]
    nothing = torch.full((number_of_queries(query_of),), torch.nan, dtype=similarity.dtype)
    of_query = nothing.to(similarity.device).scatter_reduce(
        0, query_of[known], similarity[known], how, include_self=False
    )
    return of_query[query_of]
