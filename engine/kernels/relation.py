"""Which pairs of rows are alike in features and in prediction, and whether their labels agree."""

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks

WEAK = 0.03
"""Relations up to this are taken for 0."""

SUSPECT = -0.05
"""Below this share of the largest sum a row is taken for mislabelled in the refinement."""

MOST_SUSPECTS = 0.4
"""With more suspects than this share of the rows, they are no exception that could be turned."""


def relation_sums(
    features: Tensor, pred_probs: Tensor, labels: Tensor, t: float, *, refined: bool = True
) -> Tensor:
    """(n,) float64 sum over all rows j of ± (cosine · agreement of the predictions)^t.

    features: (n, d) directions; negative cosines count as 0. pred_probs: (n, c). labels: (n,).
    The sign is + where the labels are the same; a row itself is among the j. Low (negative) = the
    rows most like it are labelled otherwise. refined: count the suspects of the first pass with
    the other sign, unless they are more than .4 of the rows.
    Source: Kim, Yun, Song: Neural relation graph, NeurIPS 2023.

    >>> same = torch.ones(3, 1)
    >>> relation_sums(same, same, torch.tensor([0, 0, 1]), t=4.0, refined=False)
    tensor([ 1.,  1., -1.], dtype=torch.float64)
    """
    everyone = torch.arange(len(labels), device=labels.device)
    sums = _sums_over(features, pred_probs, labels, t, everyone)
    if not refined or len(labels) == 0:
        return sums
    suspects = (sums / sums.abs().max() < SUSPECT).nonzero().squeeze(1)
    if len(suspects) == 0 or len(suspects) > MOST_SUSPECTS * len(labels):
        return sums
    return sums - 2 * _sums_over(features, pred_probs, labels, t, suspects)


def _sums_over(
    features: Tensor, pred_probs: Tensor, labels: Tensor, t: float, others: Tensor
) -> Tensor:
    """(n,) float64 the same sum over these rows only."""
    n = len(labels)
    there, theirs, given = features[others], pred_probs[others], labels[others]
    sums = torch.empty(n, dtype=torch.float64, device=features.device)
    for rows in row_blocks(n, columns=len(others)):
        relation = (features[rows] @ there.T).clamp_(min=0).mul_(pred_probs[rows] @ theirs.T)
        weak = relation <= WEAK
        strong = relation.square_().square_() if t == 4 else relation.pow_(t)
        strong.masked_fill_(weak, 0)
        same = strong.where(labels[rows, None] == given, 0).sum(dim=1, dtype=torch.float64)
        sums[rows] = 2 * same - strong.sum(dim=1, dtype=torch.float64)
    return sums
