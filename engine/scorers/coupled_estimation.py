"""Coupled estimation: relevance and the look of a judge, told apart."""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.coupled import fit_coupled, missed_chance
from engine.kernels.positives import known_positives, nearest_positive
from engine.kernels.queries import standardised


@scorer(
    title="Coupled estimation",
    finds="missing positive",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n (g d + steps))",
    source="Cai et al.: Hard negatives or false negatives: correcting pooling bias in training "
    "neural ranking models, CIKM 2022 (CET)",
    unit="pair",
)
def coupled_estimation(
    query_of: Tensor,
    passage_of: Tensor,
    labels: Tensor,
    similarity: Tensor,
    passage_vectors: Tensor,
    lexical: Tensor,
    shared_concepts: Tensor,
    passage_lengths: Tensor,
    settled_relevance: Tensor,
) -> Tensor:
    """Probability that an unmarked pair is relevant, given how relevance and how the judges' pool
    show in what is known: both are fitted at once to which pairs are marked.

    Relevance reads the cosine and the nearest other known positive; the judges' look reads BM25,
    shared rare words, length, and how often the passage is a known positive elsewhere. A pair that
    was looked at and is not relevant counts for relevance alone. nan for known positives.

    Fails where nothing tells the two apart: were judged pairs drawn at random, or do words say all
    there is about relevance, the split is a guess. Departs from the paper, whose two networks read
    the same text and are mirror images of each other.

    >>> generator = torch.Generator().manual_seed(0)
    >>> n, rows = 400, torch.arange(400)
    >>> near, words = torch.rand(n, generator=generator), torch.rand(n, generator=generator)
    >>> marked = ((near > 0.6) & (words > 0.5)).long()
    >>> nothing = torch.full((n,), torch.nan)
    >>> values = coupled_estimation.function(torch.zeros(n, dtype=torch.long), rows, marked, near,
    ...     torch.ones(n, 1), words, nothing, torch.ones(n), torch.full((n,), -1))
    >>> bool(values[(near > 0.8) & (words < 0.2)].mean() > values[near < 0.4].mean() + 0.3)
    True
    """
    nearest = nearest_positive(query_of, passage_of, labels, passage_vectors)
    within = lambda values: standardised(values.float(), query_of).nan_to_num(nan=0.0)  # noqa: E731
    elsewhere = torch.zeros(len(passage_vectors), device=labels.device)
    known = known_positives(query_of, labels).row
    elsewhere.index_add_(0, passage_of[known], torch.ones(len(known), device=labels.device))
    times = elsewhere[passage_of] - (labels > 0).float()
    of_r = torch.stack([within(similarity), within(nearest)], dim=1)
    of_s = torch.stack(
        [
            within(lexical),
            within(shared_concepts),
            within(passage_lengths.float().log1p()[passage_of]),
            times.log1p(),
        ],
        dim=1,
    )
    features = of_r.cpu().numpy(), of_s.cpu().numpy()
    model = fit_coupled(*features, (labels > 0).cpu().numpy(), settled_relevance.cpu().numpy())
    chance = torch.tensor(missed_chance(*model.chances(*features)), device=labels.device)
    return chance.float().masked_fill(labels > 0, torch.nan)
