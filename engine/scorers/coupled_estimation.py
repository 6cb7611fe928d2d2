"""Coupled estimation: relevance and the look of a judge, told apart."""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.coupled import fit_coupled, missed_chance
from engine.kernels.positives import marked_elsewhere, nearest_positive
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

    Relevance reads the cosine and the nearest other known positive; the look reads BM25, shared
    rare words, length, and how often the passage is a known positive elsewhere. A verdict counts
    for relevance alone. nan for known positives. Fails where judged pairs were drawn at random or
    words say all about relevance: the split is then a guess. Departs from the paper, whose two
    networks read the same text and are mirror images.

    >>> rows, one, zero = torch.arange(400), torch.ones(400), torch.zeros(400)
    >>> near, words = rows % 20 / 20, rows // 20 / 20
    >>> marked = ((near > 0.6) & (words > 0.5)).long()
    >>> values = coupled_estimation.function(
    ...     zero.long(), rows, marked, near, one[:, None], words, zero, one, zero.long() - 1)
    >>> bool(values[(near > 0.8) & (words < 0.2)].mean() > values[near < 0.4].mean() + 0.3)
    True
    """
    within = lambda values: standardised(values.float(), query_of).nan_to_num(nan=0.0)  # noqa: E731
    nearest = nearest_positive(query_of, passage_of, labels, passage_vectors)
    lengths = passage_lengths.float().log1p()[passage_of]
    elsewhere = marked_elsewhere(passage_of, labels, len(passage_vectors)).log1p()
    of_r = [within(similarity), within(nearest)]
    of_s = [within(lexical), within(shared_concepts), within(lengths), elsewhere]
    r, s = (torch.stack(part, dim=1).cpu().numpy() for part in (of_r, of_s))
    model = fit_coupled(r, s, (labels > 0).cpu().numpy(), settled_relevance.cpu().numpy())
    chance = torch.tensor(missed_chance(*model.chances(r, s)), device=labels.device)
    return chance.float().masked_fill(labels > 0, torch.nan)
