"""Underperforming group: is the row in a cluster about which the model knows little?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.groups import density_clusters, group_ratios
from engine.kernels.tables import at_given_label


@scorer(
    title="Underperforming group",
    finds="underperforming group",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n k)",
    source="cleanlab 2.9, Datalab underperforming_group; clusters by DBSCAN (Ester et al., 1996)",
)
def underperforming_group(
    neighbours: Tensor,
    distances: Tensor,
    pred_probs: Tensor,
    labels: Tensor,
    *,
    k: int = 10,
    eps: float = 0.5,
    min_samples: int = 5,
) -> Tensor:
    """Mean self-confidence of the row's cluster over that of all clustered rows; 1 = no worse.

    Low = a whole region is predicted badly: mixed-up labels, a kind of example the model never
    understood, a broken source. 1 also for rows in no cluster; nan everywhere when no clustered
    row has a self-confidence. cleanlab flags the worst cluster below 0.1.

    Clusters are those of DBSCAN on the neighbour graph, of at least 5 rows. At eps = 0.5 the
    embeddings of many encoders are one single cluster, and then every value is 1: try a smaller
    eps. cleanlab compares means with ratios and can name the wrong cluster as the worst.

    >>> neighbours = torch.tensor([[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]]).repeat(2, 1)
    >>> neighbours[6:] += 6
    >>> pred_probs = torch.tensor([[0.9, 0.1], [0.3, 0.7]]).repeat_interleave(6, dim=0)
    >>> neighbours[3:6, 0], neighbours[9:, 0] = 0, 6     # two clusters of six
    >>> given = torch.zeros(12, dtype=torch.int64)
    >>> underperforming_group.function(neighbours, neighbours * 0, pred_probs, given, min_samples=2)
    tensor([1.0000, 1.0000, 1.0000, 1.0000, 1.0000, 1.0000, 0.5000, 0.5000, 0.5000,
            0.5000, 0.5000, 0.5000])
    """
    clusters = density_clusters(
        neighbours[:, :k], distances[:, :k], eps=eps, min_samples=min_samples
    )
    confidence = at_given_label(pred_probs, labels)
    ratios, sizes = group_ratios(confidence, clusters)
    if sizes.sum() == 0 and (clusters >= 0).any():
        return confidence.masked_fill(~confidence.isnan(), torch.nan)
    ratios = torch.cat([ratios, ratios.new_ones(1)])  # the last place is that of -1: no cluster
    return ratios[clusters].nan_to_num(nan=1.0).clamp(max=1.0).to(torch.float32)
