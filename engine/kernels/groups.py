"""Groups of rows that hang together on the neighbour graph: near duplicates, dense clusters."""

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from engine.kernels.distances import median


def near_duplicate_groups(neighbours: Tensor, distances: Tensor, *, share: float = 0.13) -> Tensor:
    """(n,) int64 which set of near duplicates a row is in, numbered by first member; -1 = in none.

    Two rows are a pair when one lists the other nearer than `share` of the median distance to the
    nearest row (cleanlab's Datalab flags these rows); a set is what pairs connect. Exact copies
    are always pairs. Keep one row of every set and nothing is there twice.

    >>> neighbours = torch.tensor([[1], [0], [1], [2]])
    >>> near_duplicate_groups(neighbours, torch.tensor([[0.1], [0.1], [1.0], [2.0]]), share=0.5)
    tensor([ 0,  0, -1, -1])
    """
    nearest = distances[:, 0].masked_fill(distances[:, 0].isinf(), torch.nan)
    # Where most rows have an exact copy the median is 0, and those copies are still pairs.
    usual = median(nearest).clamp(min=100 * torch.finfo(distances.dtype).eps)
    return _joined(neighbours, distances < share * usual)


def density_clusters(
    neighbours: Tensor, distances: Tensor, *, eps: float = 0.5, min_samples: int = 5
) -> Tensor:
    """(n,) int64 DBSCAN's cluster of each row, numbered by first member; -1 = in none.

    A core row has min_samples rows within eps, itself included; core rows within eps of each other
    are in one cluster, and other rows are in that of their nearest core row within eps. The graph
    holds k neighbours per row, so rows are within eps only where one lists the other.
    Source: Ester et al.: A density-based algorithm for discovering clusters, KDD 1996. scikit-learn
    gives a row at the edge to the cluster that comes first in the table; here the order of rows
    carries no meaning. min_samples up to k + 1 can be told from the graph; above, nothing is dense.

    >>> neighbours = torch.tensor([[1, 2], [0, 2], [1, 0], [2, 1]])
    >>> distances = torch.tensor([[0.1, 0.2], [0.1, 0.1], [0.1, 0.2], [0.4, 0.9]])
    >>> density_clusters(neighbours, distances, min_samples=3)
    tensor([0, 0, 0, 0])
    """
    near = (distances <= eps) & (neighbours >= 0)
    # A row that does not fill its list within eps has all rows within eps in it, so its own list
    # says whether it is a core row, and if not, which core rows are near.
    core = near.sum(dim=1) + 1 >= min_samples
    to_core = near & core[neighbours.clamp(min=0)]
    clusters = _joined(neighbours, to_core & core.unsqueeze(1), alone=core)
    first = to_core.to(torch.int8).argmax(dim=1, keepdim=True)
    nearest = neighbours.gather(1, first).clamp(min=0).squeeze(1)
    at_edge = ~core & to_core.any(dim=1)
    return _renumbered(clusters[nearest].where(at_edge, clusters))


def group_ratios(values: Tensor, groups: Tensor, *, smallest: int = 5) -> tuple[Tensor, Tensor]:
    """Mean value of each group over the mean of all grouped rows, (groups,) float64, and sizes.

    nan for a group with fewer than `smallest` rows that have a value, which also counts nowhere
    else; nan values count for nothing.

    >>> values = torch.tensor([0.2, 0.4, 0.9, 0.9, 0.1])
    >>> group_ratios(values, torch.tensor([0, 0, 1, 1, -1]), smallest=2)[0]
    tensor([0.5000, 1.5000], dtype=torch.float64)
    """
    counted = (groups >= 0) & ~values.isnan()
    count = int(groups.max()) + 1 if len(groups) else 0
    sizes = groups[counted].bincount(minlength=max(count, 0))
    sums = torch.zeros(len(sizes), dtype=torch.float64, device=values.device)
    sums.index_add_(0, groups[counted], values[counted].to(torch.float64))
    large = sizes >= smallest
    everyone = sums[large].sum() / sizes[large].sum()
    return (sums / sizes / everyone).masked_fill(~large, torch.nan), sizes


def _joined(neighbours: Tensor, paired: Tensor, *, alone: Tensor | None = None) -> Tensor:
    """Connected components of the listed pairs; -1 for rows in no pair and not allowed `alone`."""
    n = len(neighbours)
    paired = paired & (neighbours >= 0)
    rows = paired.nonzero()[:, 0].cpu().numpy()
    others = neighbours[paired].cpu().numpy()
    pairs = coo_array((np.ones(len(rows), dtype=np.int8), (rows, others)), shape=(n, n))
    _, found = connected_components(pairs.tocsr(), directed=False)
    member = np.zeros(n, dtype=bool) if alone is None else alone.cpu().numpy().copy()
    member[rows] = member[others] = True
    groups = torch.from_numpy(np.where(member, found, -1).astype(np.int64)).to(neighbours.device)
    return _renumbered(groups)


def _renumbered(groups: Tensor) -> Tensor:
    """Groups numbered 0, 1, ... by their first member; -1 stays."""
    if not bool((groups >= 0).any()):
        return groups
    rows = torch.arange(len(groups), device=groups.device)
    inside = groups >= 0
    first = torch.full((int(groups.max()) + 1,), len(groups), device=groups.device)
    first = first.scatter_reduce(0, groups[inside], rows[inside], "amin")
    number = torch.empty_like(first)
    number[first.argsort()] = torch.arange(len(first), device=groups.device)
    return number[groups.clamp(min=0)].where(inside, -1)
