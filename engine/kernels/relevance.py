"""All evidence that a passage answers a query, on one scale, as far as no person has said so."""

import torch
from torch import Tensor

from engine.kernels.positives import centred, crowding, middle_of_positives, products
from engine.kernels.queries import standardised
from engine.kernels.systems import WORDS, height, joined_runs

ASKED, KNOWN, ALIKE, CROWD, SEEN = 1.0, 2.0, 0.5, -0.5, -0.3
"""What a deviation of each part counts. Chosen on three sets; the scorer's docstring says how."""


def evidence_of_relevance(
    query_of: Tensor,
    passage_of: Tensor,
    labels: Tensor,
    query_vectors: Tensor,
    passage_vectors: Tensor,
    system_ranks: Tensor,
    positive_words: Tensor,
) -> Tensor:
    """(n,) high = relevant, marked or not; the pair's own label plays no part.

    A sum of five readings, each with mean 0 and deviation 1 within a query (the fourth: among all
    passages), 0 where unknown: how well the passage fits the query, which is the user's rankings
    joined, or the cosine where there is none; how near it is to the middle of the known positives;
    how alike in words it is to them; less how crowded its place is, as a passage that is near to
    everything is near to every query; less how high BM25 ranks it: pools are drawn by words, so
    what words put in front and nobody marked was probably seen.
    Cosines are taken from the middle of all passages.
    """
    origin = passage_vectors.mean(dim=0)
    queries, passages = centred(query_vectors, origin), centred(passage_vectors, origin)
    middle = middle_of_positives(query_of, passage_of, labels, passages)
    known = standardised(middle, query_of)
    asked = joined_runs(system_ranks, query_of, known)
    if asked is None:
        asked = standardised(products(queries, passages, query_of, passage_of), query_of)
    parts = (
        (ASKED, asked),
        (KNOWN, known),
        (ALIKE, standardised(positive_words, query_of)),
        (CROWD, _crowd(passages)[passage_of]),
        (SEEN, standardised(height(system_ranks[:, WORDS]), query_of)),
    )
    total = torch.zeros_like(asked)
    for weight, part in parts:
        total += weight * part.nan_to_num(nan=0.0)
    return total


def _crowd(passages: Tensor) -> Tensor:
    """(p,) crowding with mean 0 and deviation 1; 0 where all places are alike."""
    crowd = crowding(passages)
    return standardised(crowd, torch.zeros(len(crowd), dtype=torch.int64, device=crowd.device))
