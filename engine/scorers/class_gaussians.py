"""Class Gaussians: is the row nearer to another class than to its own, spread allowed for?"""

import math
from functools import partial

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.gaussians import fit_gaussians, nearest_share, own_and_best_other


@scorer(
    title="Class Gaussians",
    finds="label error",
    review_first="highest",
    range=(-math.inf, math.inf),
    cost="O(n d² + n c d)",
    source="Zhang et al.: When Noisy Labels Meet Long Tail Dilemmas, ICCV 2023; score: Mahalanobis",
)
def class_gaussians(
    embeddings: Tensor,
    labels: Tensor,
    *,
    dimensions: int = 128,
    shrinkage: float = 0.05,
    gamma: float = 1.0,
    trim: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Squared Mahalanobis distance to the given class minus that to the best other one.

    Above 0 another class is nearer; the suggestion is the nearest. nan for unlabelled rows, for
    a class of one, and where there is no other class. No training, and classes of any size: small
    ones borrow the common covariance, and of fewer than 50 each row is left out of its own mean.

    Fails for classes made of several clouds: there is one centre each. Embeddings are taken by
    direction, as in the neighbour graph; more than `dimensions` columns are reduced by PCA.

    The paper calibrates representations for training and has no score per row; this is its model
    of a class. Measured on people's labels of CIFAR-10 and on long-tailed digits, three of its
    corrections made rankings worse, so they are off: a covariance per class (gamma < 1 mixes it in
    where a class has 5 members per dimension), trimming (`trim` = share of each class that is
    farthest out), and means drawn towards those of larger classes (left out).

    >>> embeddings = torch.tensor([[1, 0.1], [1, -0.1], [0.1, 1], [-0.1, 1], [0.2, 1]])
    >>> labels = torch.tensor([0, 0, 1, 1, 0])
    >>> values, suggested = class_gaussians.function(embeddings, labels)
    >>> (values > 0).tolist(), suggested.tolist()
    ([False, False, False, False, True], [0, 0, 1, 1, 1])
    """
    fit = partial(fit_gaussians, embeddings, labels, dimensions=dimensions, shrinkage=shrinkage)
    model = fit(gamma=gamma)
    if trim:
        far, _, _ = own_and_best_other(model, embeddings, labels)
        model = fit(gamma=gamma, counted=nearest_share(far, labels, 1 - trim))
    own, other, which = own_and_best_other(model, embeddings, labels)
    value = (own - other).masked_fill(other.isinf(), torch.nan)
    # Of a class of one nothing is known but the row itself: no ground to propose another class.
    nearest = torch.where(own <= other, labels, which).masked_fill(own.isnan() & (labels >= 0), -1)
    return value.to(torch.float32), nearest.masked_fill(other.isinf() & (labels < 0), -1)
