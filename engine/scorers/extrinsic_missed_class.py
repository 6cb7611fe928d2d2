"""Extrinsic strategy: rows given the negative class next to trusted members of another."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.contract import scorer
from engine.kernels.missed import inverse_distance_share, most_frequent, nearest, negative_class


@scorer(
    title="Missed class, by trusted rows",
    finds="missed class",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(m t d), m rows given the negative class, t trusted rows",
    source="Parekh, Anand, Awekar: Noise in Relation Classification Dataset TACRED, 2023",
    runs="on request",
)
def extrinsic_missed_class(
    embeddings: Tensor,
    labels: Tensor,
    trusted_labels: Tensor,
    *,
    negative: int = -1,
    k: int = 3,
    min_votes: int = 2,
) -> tuple[Tensor, Tensor]:
    """Share of the k nearest trusted examples that carry another class than the negative one.

    For rows given the class `negative` (-1 = the largest); near ones weigh more, by 1 / distance of
    the unit vectors. 1 = all. The suggestion is the class of at least min_votes of the k. nan on
    rows given another class or none, on trusted rows (they are settled), and where none is trusted.

    Fails where the trusted rows leave a region or a class out: then the nearest of them is far
    away and says little. The paper flags above a half; weights give an order. k and the votes are
    read off the authors' files; their variants that also question members are left out.

    >>> angle = torch.tensor([0.0, 0.3, 0.6, 9.0, 10.0, 0.1, 8.0])
    >>> trusted = torch.tensor([1, 1, 0, 0, 0, -1, -1])
    >>> points = torch.stack([(angle / 100).cos(), (angle / 100).sin()], dim=1)
    >>> values, suggested = extrinsic_missed_class.function(points, trusted.clamp(min=0), trusted)
    >>> values
    tensor([   nan,    nan,    nan,    nan,    nan, 0.8824, 0.0000])
    >>> suggested
    tensor([-1, -1, -1, -1, -1,  1, -1])
    """
    values, suggested = embeddings.new_full((len(labels),), torch.nan), torch.full_like(labels, -1)
    given = negative_class(labels, negative)
    clean = (trusted_labels >= 0).nonzero().squeeze(1)
    candidates = ((labels == given) & (trusted_labels < 0)).nonzero().squeeze(1)
    if len(clean) == 0 or len(candidates) == 0:
        return values, suggested
    vectors = normalize(embeddings)
    distances, found = nearest(vectors[candidates], vectors[clean], k)
    said = trusted_labels[clean][found]
    values[candidates] = inverse_distance_share(said != given, distances)
    winner, count = most_frequent(said)
    suggested[candidates] = winner.masked_fill((count < min_votes) | (winner == given), -1)
    return values, suggested
