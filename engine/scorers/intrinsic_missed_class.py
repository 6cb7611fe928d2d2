"""Intrinsic strategy: rows given the negative class next to members that the model misses."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.contract import scorer
from engine.kernels.missed import nearest, negative_class, votes_of_queries
from engine.kernels.tables import best_class


@scorer(
    title="Missed class, beside misses of the model",
    finds="missed class",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(f m d), f members predicted negative, m rows given the negative class",
    source="Parekh, Anand, Awekar: Noise in Relation Classification Dataset TACRED, 2023",
    runs="on request",
)
def intrinsic_missed_class(
    embeddings: Tensor,
    pred_probs: Tensor,
    labels: Tensor,
    *,
    negative: int = -1,
    k: int = 3,
    min_votes: int = 2,
) -> tuple[Tensor, Tensor]:
    """Votes on rows given the negative class, by members of other classes that the model misses.

    A member predicted `negative` (-1 = the largest class) votes for its own class on the k nearest
    rows given that class (cosine). 1 = the most votes of all, 0 = none. The suggestion needs
    min_votes; above 0 without one the paper leaves the row out. nan on rows given another class.

    Coarse: most values are 0, and all are where the model misses no member. k, min_votes are ours.

    >>> angle = torch.tensor([0.0, 0.3, 10, -0.1, 0.2, 0.4, 5, 9.9, 10.2, 11, 20]) / 100
    >>> labels = torch.tensor([1, 1, 2] + [0] * 8)
    >>> points, all_negative = torch.stack([angle.cos(), angle.sin()], 1), torch.eye(3)[[0] * 11]
    >>> values, suggested = intrinsic_missed_class.function(points, all_negative, labels)
    >>> values[3:]
    tensor([1.0000, 1.0000, 1.0000, 0.0000, 0.5000, 0.5000, 0.5000, 0.0000])
    >>> suggested[3:]
    tensor([ 1,  1,  1, -1, -1, -1, -1, -1])
    """
    values, suggested = pred_probs[:, 0] * torch.nan, torch.full_like(labels, -1)
    given = negative_class(labels, negative)
    candidates = (labels == given).nonzero().squeeze(1)
    missed = ((labels >= 0) & (labels != given) & (best_class(pred_probs) == given)).nonzero()[:, 0]
    values[candidates] = 0.0
    if len(candidates) == 0 or len(missed) == 0:
        return values, suggested
    vectors = normalize(embeddings)
    found = nearest(vectors[missed], vectors[candidates], k)
    votes, winner = votes_of_queries(*found, labels[missed], len(candidates), pred_probs.shape[1])
    most = votes.amax(dim=1)
    values[candidates] = most / most.amax()
    suggested[candidates] = winner.masked_fill(most < min_votes, -1)
    return values, suggested
