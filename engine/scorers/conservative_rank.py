"""Conservative rank: what is left of a passage's rank when the rankings disagree?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.conservative import aggregate
from engine.kernels.positives import nearest_positive
from engine.kernels.queries import rank_shares


@scorer(
    title="Conservative rank",
    finds="missing positive",
    review_first="highest",
    range=(-1.0, 1.0),
    cost="O(n (s log n + g d))",
    source="Coste, Anwar, Kirk, Krueger: Reward model ensembles help mitigate overoptimization, "
    "ICLR 2024",
    unit="pair",
)
def conservative_rank(
    query_of: Tensor,
    passage_of: Tensor,
    labels: Tensor,
    passage_vectors: Tensor,
    system_ranks: Tensor,
    *,
    how: str = "lower",
    spread: float = 0.5,
) -> Tensor:
    """Mean rank share of a passage over cosine, BM25, your runs and the nearest known positive,
    less half their standard deviation: all have to agree.

    how: `mean`, `worst` (all must agree), `lower` (mean - spread x deviation) or `upper` (plus: a
    person looks first at what they disagree about). nan for known positives.

    Rank shares within the query, as no two members have the same scale. Departs from the paper,
    which subtracts the variance: its unit is another one. Fails where members are alike, as their
    agreement then says nothing.

    >>> zeros, ranks = torch.zeros(3, dtype=torch.long), torch.tensor([[1.0, 2], [2, 1], [3, 3]])
    >>> nowhere = torch.zeros(3, 1)
    >>> conservative_rank.function(zeros, zeros, zeros, nowhere, ranks, how="worst")
    tensor([0.6667, 0.6667, 0.3333])
    """
    members = [rank_shares(-column, query_of) for column in system_ranks.unbind(dim=1)]
    nearest = nearest_positive(query_of, passage_of, labels, passage_vectors)
    unknown = nearest.isnan()
    members.append(rank_shares(nearest, query_of).masked_fill(unknown, torch.nan))
    joined = aggregate(torch.stack(members, dim=1), how=how, spread=spread)
    return joined.masked_fill(labels > 0, torch.nan)
