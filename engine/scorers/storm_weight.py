"""STORM: how far a model that reweights its own losses believes the given label."""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.content import content_order, mean_of_alike
from engine.kernels.storm import Plan, learnt_weights, right_way_round


@scorer(
    title="Self-taught weight (STORM)",
    finds="label error",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(epochs seeds n c d), about ten times the training of a head",
    source="Heck and others: Learning from Noisy Labels via Self-Taught On-the-Fly Meta Loss "
    "Rescaling, AAAI 2025",
    runs="on request",
)
def storm_weight(
    embeddings: Tensor,
    labels: Tensor,
    *,
    seeds: int = 3,
    epochs: int = 15,
    batch: int = 64,
    dropout: float = 0.3,
    seed: int = 0,
) -> Tensor:
    """Weight that a small network learns to give the row's loss, from how the loss behaves.

    Low = not believed. The mean over the last third of the epochs and over seeds. nan for
    unlabelled rows, and where fewer than two rows have a label.

    Only the order counts: about half of all weights lie below 0.5 whatever is wrong. Early on it
    is worse than chance, and a few hundred rows teach it little. Departs from the paper: the model
    is a linear head on the embeddings, one network serves all classes, no gradient flows through
    its 19 features, and a seed whose weights rise with the loss is mirrored.

    >>> truth = torch.arange(40) % 2
    >>> vectors = torch.eye(2)[truth].repeat(1, 3) + torch.arange(40)[:, None] / 1000
    >>> labels = truth.clone()
    >>> labels[3] = 0
    >>> int(storm_weight.function(vectors, labels).argmin())
    3
    """
    values = embeddings.new_full((len(labels),), torch.nan)
    rows = (labels >= 0).nonzero().squeeze(1)
    if len(rows) < 2:
        return values
    order, alike = content_order(embeddings[rows], labels[rows], seed)
    rows, alike = rows[order], alike[order]
    plan = Plan(max(seeds, 1), max(epochs, 1), max(batch, 2), dropout, 1e-2, seed)
    with torch.enable_grad():
        found = learnt_weights(embeddings[rows], labels[rows], int(labels.amax()) + 1, plan)
    weights = right_way_round(*found).mean(dim=0)
    values[rows] = mean_of_alike(weights, alike).to(values.dtype)
    return values
