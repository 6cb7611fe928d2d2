"""All evidence that a passage answers a query, on one scale, as far as no person has said so."""

import torch
from torch import Tensor

from engine.kernels.positives import centred, crowding, middle_of_positives, products
from engine.kernels.queries import mean_by_query, standardised
from engine.kernels.systems import WORDS, height, joined_runs

WEIGHTS = (1.0, 2.0, 0.5, -0.5, -0.3)
"""What a deviation of each reading counts; `missing_positive` says how they were chosen."""


def readings(
    query_of: Tensor,
    passage_of: Tensor,
    labels: Tensor,
    query_vectors: Tensor,
    passage_vectors: Tensor,
    system_ranks: Tensor,
    positive_words: Tensor,
) -> Tensor:
    """(n, 5), each with mean 0 and deviation 1 within a query (the fourth: among all passages),
    times the root of how far apart the query's candidates lie against those of other queries.

    How well the passage fits the query, which is the user's rankings joined, or the cosine where
    there is none; how near it is to the middle of the known positives; how alike in words it is to
    them; how crowded its place is, as a passage that is near to everything is near to every query;
    how high BM25 ranks it: pools are drawn by words, so what words put in front and nobody marked
    was probably seen. 0 where unknown; a pair's own label plays no part. Cosines are taken from the
    middle of all passages.

    One query along the first axis, its second passage known: the first one is nearest to both.

    >>> passages = torch.tensor([[0.9, 0.3], [0.9, -0.3], [-0.9, 0.3], [-0.9, -0.3]])
    >>> rows, zeros, ones = torch.arange(4), torch.zeros(4, dtype=torch.long), torch.ones(4, 2)
    >>> found = readings(
    ...     zeros, rows, (rows == 1).long(), torch.eye(2)[:1], passages, ones, torch.zeros(4)
    ... )
    >>> found.shape, found[[0, 2, 3], :2].sum(dim=1).argmax().item()
    (torch.Size([4, 5]), 0)
    """
    origin = passage_vectors.mean(dim=0)
    queries, passages = centred(query_vectors, origin), centred(passage_vectors, origin)
    middle = middle_of_positives(query_of, passage_of, labels, passages)
    known = standardised(middle, query_of)
    asked = joined_runs(system_ranks, query_of, known)
    if asked is None:
        asked = standardised(products(queries, passages, query_of, passage_of), query_of)
    alike = standardised(positive_words, query_of)
    crowd = _crowd(passages)[passage_of]
    seen = standardised(height(system_ranks[:, WORDS]), query_of)
    parts = torch.stack([asked, known, alike, crowd, seen], dim=1).nan_to_num(nan=0.0)
    return parts * _contrast(middle, query_of).sqrt().unsqueeze(1)


def _contrast(values: Tensor, query_of: Tensor) -> Tensor:
    """(n,) deviation of the values within the query over the mean of all queries; 1 = unknown.

    Candidates that hardly differ say less, however one of them stands out among them. Its root is
    half-way between ranking every query alike and comparing cosines of one query with another's:
    with the whole of it DL 2019 finds more in its first cards, CISI less.
    """
    centre = mean_by_query(values, query_of)[query_of]
    deviation = mean_by_query((values - centre) ** 2, query_of).sqrt()
    share = deviation / deviation.nanmean()
    return share.nan_to_num(nan=1.0, posinf=1.0)[query_of]


def _crowd(passages: Tensor) -> Tensor:
    """(p,) crowding with mean 0 and deviation 1; 0 where all places are alike."""
    crowd = crowding(passages)
    return standardised(crowd, torch.zeros(len(crowd), dtype=torch.int64, device=crowd.device))
