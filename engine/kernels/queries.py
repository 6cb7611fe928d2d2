"""What candidates of one query have in common: their mean, their deviation, their order."""

import torch
from torch import Tensor


def number_of_queries(query_of: Tensor) -> int:
    """One more than the highest number of a query."""
    return int(query_of.max()) + 1 if len(query_of) else 0


def mean_by_query(values: Tensor, query_of: Tensor, counted: Tensor | None = None) -> Tensor:
    """(q,) mean of the values of each query; nan where none counts.

    counted: (n,) bool, None = those that are not nan.

    >>> mean_by_query(torch.tensor([1.0, 3.0, torch.nan]), torch.tensor([0, 0, 1]))
    tensor([2., nan])
    """
    counted = ~values.isnan() if counted is None else counted
    q = number_of_queries(query_of)
    total = torch.zeros(q, dtype=torch.float64, device=values.device)
    total.index_add_(0, query_of, values.masked_fill(~counted, 0).double())
    count = torch.bincount(query_of[counted], minlength=q)
    return (total / count).to(values.dtype)


def standardised(values: Tensor, query_of: Tensor, among: Tensor | None = None) -> Tensor:
    """(n,) values with mean 0 and deviation 1 within each query; 0 where all of them are equal.

    nan stays nan and does not count. among: (n,) bool, which ones make the mean and deviation.

    >>> standardised(torch.tensor([1.0, 3.0, 5.0, 5.0]), torch.tensor([0, 0, 1, 1]))
    tensor([-1.,  1.,  0.,  0.])
    """
    counted = ~values.isnan() if among is None else ~values.isnan() & among
    centred = values - mean_by_query(values, query_of, counted)[query_of]
    deviation = mean_by_query(centred**2, query_of, counted).sqrt()[query_of]
    # What differs by rounding alone is equal.
    scale = mean_by_query(values.abs(), query_of, counted)[query_of]
    flat = deviation <= 1e-6 * scale
    return (centred / deviation).masked_fill(flat & ~values.isnan(), 0.0)


def rank_shares(values: Tensor, query_of: Tensor) -> Tensor:
    """(n,) in (0, 1]: average rank among the query's candidates over their number, high = high.

    Ties share their mean rank. nan is below everything, and all nan of a query are one tie.

    >>> rank_shares(torch.tensor([0.1, 0.9, 0.1, 4.0]), torch.tensor([0, 0, 0, 1]))
    tensor([0.5000, 1.0000, 0.5000, 1.0000])
    """
    values = values.nan_to_num(nan=-torch.inf, posinf=torch.inf, neginf=-torch.inf)
    order = values.argsort(stable=True)
    order = order[query_of[order].argsort(stable=True)]
    ordered, queries = values[order], query_of[order]
    place = torch.arange(len(order), device=values.device)
    begins = torch.ones(len(order), dtype=torch.bool, device=values.device)
    begins[1:] = (ordered[1:] != ordered[:-1]) | (queries[1:] != queries[:-1])
    tie = begins.cumsum(0) - 1
    sizes = torch.bincount(tie)
    first = place[begins]
    counts = torch.bincount(query_of, minlength=number_of_queries(query_of))
    starts = counts.cumsum(0) - counts
    mean_rank = (first + 0.5 * (sizes + 1))[tie] - starts[queries]
    shares = torch.empty_like(values)
    shares[order] = (mean_rank / counts[queries]).to(values.dtype)
    return shares
