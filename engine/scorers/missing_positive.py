"""Missing positive: everything that is known about a pair, as the chance that it is relevant."""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.positives import known_positives
from engine.kernels.relevance import WEIGHTS, readings

SLOPE, LEVEL = 0.4, -5.8
"""From evidence to log-odds: logistic regressions of the truth on three sets agree on the slope
(.32 to .44) and less so on the level (-4.5 to -6.8); this is their middle."""


@scorer(
    title="Missing positive",
    finds="missing positive",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O((n + p min(p, 4096)) d)",
    source="Relevance feedback: Rocchio, 1971; hubs: Radovanović, Nanopoulos, Ivanović, JMLR 2010; "
    "pooling bias: Cai et al., CIKM 2022; the join is ours",
    unit="pair",
)
def missing_positive(
    query_of: Tensor,
    passage_of: Tensor,
    labels: Tensor,
    query_vectors: Tensor,
    passage_vectors: Tensor,
    system_ranks: Tensor,
    positive_words: Tensor,
) -> Tensor:
    """Probability that a pair nobody marked is relevant: it fits the query and what is known to
    answer it, in meaning and in words, and BM25 did not put it where it was surely seen.

    The default order of the queue: five readings of a pair (`engine.kernels.relevance`) are summed;
    a query with more known positives is taken to hide more. nan for known positives.
    The weights are round numbers near the best compromise on Cranfield, CISI and TREC DL 2019. The
    scoreboard also has each set under weights from the other two: a little less. As a probability
    it is right within a factor of four: known positives say where the hidden ones are, hardly how
    many. Fails for what neither vectors nor words liken to a known positive, for a query without
    any, and where judged pairs were not drawn by words.

    >>> queries, passages = torch.eye(3)[:1], torch.eye(3)[[0, 0, 1, 2]] + 0.1
    >>> ranks = torch.tensor([[1.0, 1.0], [1.0, 1.0], [3.0, 3.0], [3.0, 3.0]])
    >>> zeros, words = torch.zeros(4, dtype=torch.long), torch.full((4,), torch.nan)
    >>> values = missing_positive.function(
    ...     zeros, torch.arange(4), torch.tensor([1, 0, 0, 0]), queries, passages, ranks, words)
    >>> values.isnan().tolist(), bool(values[1] > values[2]), bool(values[2] == values[3])
    ([True, False, False, False], True, True)
    """
    parts = readings(
        query_of, passage_of, labels, query_vectors, passage_vectors, system_ranks, positive_words
    )
    evidence = parts @ torch.tensor(WEIGHTS, dtype=parts.dtype, device=parts.device)
    known = known_positives(query_of, labels).counts + 1.0
    expected = (known / known.mean()).log()[query_of] if len(known) else evidence
    chance = torch.sigmoid(SLOPE * evidence + expected + LEVEL)
    return chance.masked_fill(labels > 0, torch.nan)
