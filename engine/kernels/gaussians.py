"""One Gaussian per class: means, a common covariance, squared Mahalanobis distances."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kernels.blocks import row_blocks

OWN_FROM = 5
"""Members per dimension from which a class has a covariance of its own."""


@dataclass(frozen=True, eq=False)
class Gaussians:
    """c classes in p dimensions, float64.

    counts: (c,) members each mean was made of; 0 = an empty class.
    axes: (d, p) from rows of length 1 to the p dimensions.
    means: (c, p).
    common: (p, p) whitens: the squared length of (x - mean) @ common is the distance.
    own: the same for classes that have a covariance of their own, by class.
    """

    counts: Tensor
    axes: Tensor
    means: Tensor
    common: Tensor
    own: dict[int, Tensor]

    def squared_distances(self, rows: Tensor) -> Tensor:
        """(b, c) squared Mahalanobis distance of b rows to every class; inf to an empty one."""
        placed = of_length_one(rows) @ self.axes
        white, centres = placed @ self.common, self.means @ self.common
        # The longer way, |a|² + |b|² - 2ab, is a product; float64 keeps the digits it costs.
        squares = (white**2).sum(dim=1, keepdim=True) + (centres**2).sum(dim=1)
        distances = (squares - 2 * white @ centres.T).clamp(min=0)
        for label, whitener in self.own.items():
            distances[:, label] = (((placed - self.means[label]) @ whitener) ** 2).sum(dim=1)
        return distances.masked_fill(self.counts == 0, torch.inf)


def of_length_one(rows: Tensor) -> Tensor:
    """(b, d) float64 the directions of rows; a row of zeros stays.

    >>> of_length_one(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 0.0000]], dtype=torch.float64)
    """
    rows = rows.to(torch.float64)
    return rows / rows.norm(dim=1, keepdim=True).clamp(min=1e-300)


def fit_gaussians(
    embeddings: Tensor,
    labels: Tensor,
    *,
    dimensions: int,
    shrinkage: float,
    gamma: float = 1.0,
    counted: Tensor | None = None,
) -> Gaussians:
    """The Gaussians of the labelled rows: one pass over the rows, another where gamma < 1.

    dimensions: more columns than these are reduced to the broadest principal axes.
    shrinkage: share of a round covariance of the same size mixed into every one.
    gamma: share of the common covariance in that of a class of 5 members per dimension or more;
        smaller classes have the common one.
    counted: (n,) bool rows to learn from; None = all that have a label.
    """
    c = max(int(labels.max()) + 1, 1) if len(labels) else 1
    counted = labels >= 0 if counted is None else counted & (labels >= 0)
    counts, sums, squares = _moments(embeddings, labels, counted, c)
    total = counts.sum().clamp(min=1)
    mean = sums.sum(dim=0) / total
    axes = _broadest(squares / total - mean.outer(mean), dimensions)
    means = (sums / counts.clamp(min=1).unsqueeze(1)) @ axes
    second = axes.T @ (squares / total) @ axes
    within = second - (means * (counts / total).unsqueeze(1)).T @ means
    floor = 1e-9 * float((second - (mean @ axes).outer(mean @ axes)).trace()) / len(second)
    own = {}
    if gamma < 1:
        large = (counts >= OWN_FROM * len(within)).nonzero().squeeze(1).tolist()
        for label in large:
            members = counted & (labels == label)
            _, total_of, squares_of = _moments(embeddings, labels, members, c)
            centre = total_of[label] / counts[label] @ axes
            spread = axes.T @ (squares_of / counts[label]) @ axes - centre.outer(centre)
            own[label] = _whitener(gamma * within + (1 - gamma) * spread, shrinkage, floor)
    return Gaussians(counts, axes, means, _whitener(within, shrinkage, floor), own)


def own_and_best_other(
    gaussians: Gaussians, embeddings: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Squared distance to the given class, to the best other one, and which other: (n,) each.

    A row is left out of the mean of its own class: distances to a mean of m < 50 members are
    multiplied by (m / (m - 1))², nan for m = 1. nan for unlabelled rows, whose best other is the
    nearest of all; inf where there is no other class.
    """
    n, c = len(labels), len(gaussians.counts)
    own, other = (embeddings.new_empty(n, dtype=torch.float64) for _ in range(2))
    which = labels.new_empty(n)
    left_out = (gaussians.counts / (gaussians.counts - 1).clamp(min=0)) ** 2
    factors = left_out.where(gaussians.counts < 50, 1.0).masked_fill(
        gaussians.counts < 2, torch.nan
    )
    for rows in row_blocks(n, columns=4 * (c + len(gaussians.axes))):
        distances = gaussians.squared_distances(embeddings[rows])
        given = labels[rows].clamp(min=0).unsqueeze(1)
        unlabelled = labels[rows].unsqueeze(1) < 0
        mine = distances.gather(1, given).masked_fill(unlabelled, torch.nan)
        own[rows] = mine.squeeze(1) * factors[given.squeeze(1)]
        distances.scatter_(1, given, distances.gather(1, given).where(unlabelled, torch.inf))
        other[rows], which[rows] = distances.min(dim=1)
    return own, other, which


def nearest_share(distances: Tensor, labels: Tensor, share: float) -> Tensor:
    """(n,) bool the `share` of every class that is nearest by `distances`, rounded up.

    >>> nearest_share(torch.tensor([3.0, 1.0, 2.0, 9.0]), torch.tensor([0, 0, 0, 1]), 0.5)
    tensor([False,  True,  True,  True])
    """
    order = distances.argsort(stable=True)
    order = order[labels[order].argsort(stable=True)]
    sizes = (labels + 1).bincount()
    first = (sizes.cumsum(dim=0) - sizes)[labels[order] + 1]
    place = torch.arange(len(labels), device=labels.device) - first
    near = torch.empty_like(labels, dtype=torch.bool)
    near[order] = place < (sizes[labels[order] + 1] * share).ceil()
    return near


def _moments(
    embeddings: Tensor, labels: Tensor, counted: Tensor, c: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Per class how many (c,) and their sum (c, d), and the sum of squares of all (d, d)."""
    d = embeddings.shape[1]
    sums = embeddings.new_zeros(c, d, dtype=torch.float64)
    squares = embeddings.new_zeros(d, d, dtype=torch.float64)
    for rows in row_blocks(len(labels), columns=4 * d):
        some = of_length_one(embeddings[rows][counted[rows]])
        sums.index_add_(0, labels[rows][counted[rows]], some)
        squares += some.T @ some
    return labels[counted].bincount(minlength=c).to(torch.float64), sums, squares


def _broadest(covariance: Tensor, dimensions: int) -> Tensor:
    if len(covariance) <= dimensions:
        return torch.eye(len(covariance), dtype=covariance.dtype, device=covariance.device)
    return torch.linalg.eigh(covariance).eigenvectors[:, -dimensions:]


def _whitener(covariance: Tensor, shrinkage: float, floor: float) -> Tensor:
    """(p, p) W with W Wᵀ the inverse of the shrunk covariance; `floor` stands for no spread."""
    p = len(covariance)
    size = max(float(covariance.trace()) / p, floor) or 1.0
    values, vectors = torch.linalg.eigh(covariance)
    # Rounding can leave a direction without spread a little below zero.
    return vectors / ((1 - shrinkage) * values.clamp(min=0) + shrinkage * size).sqrt()
