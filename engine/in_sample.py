"""Do the user's probabilities look as though the labels they speak of had been learnt by heart?"""

from dataclasses import dataclass

import numpy as np
import torch

from engine.inputs import Evidence
from engine.kernels.blocks import row_blocks
from engine.kernels.tables import best_class

VOTERS = 15
MOST = 100
"""Contradicted rows that are asked: the strongest. Chosen, not measured."""
KNOWS_ALL, SIDES = 0.99, 0.9
"""Shares of all rows, and of the contradicted ones: see `Hindsight.is_likely`."""
CHANCE = 0.05


@dataclass(frozen=True)
class Hindsight:
    """How far probabilities side with the given labels where everything else speaks against them.

    agreeing: share of the labelled rows whose given label is the likeliest class.
    asked: rows whose label the heads, which never saw it, and most neighbours contradict.
    sided: with how many of them the probabilities side all the same.
    """

    agreeing: float
    asked: int
    sided: int

    @property
    def is_likely(self) -> bool:
        """The probabilities are probably in-sample.

        They agree with 99 in 100 labels, and with 95 % confidence (Clopper, Pearson, 1934) with
        more than 90 in 100 of the contradicted ones. Chosen on datasets with probabilities that
        are known to be out of fold, of which none is taken for others, and with forests and
        networks of our own, which are recognised where they know their rows by heart. A model that
        hardly fits its own rows is not, and does little harm. Can be wrong where hardly any label
        is, the model is far better than what the embeddings tell, and agrees with nearly all.
        """
        return self.agreeing >= KNOWS_ALL and _least_share(self.sided, self.asked) > SIDES

    def told(self) -> str:
        """What was found and what to do, in sentences for a person."""
        return (
            f"Your probabilities agree with {self.agreeing:.1%} of the given labels, and with "
            f"{self.sided} of the {self.asked} that our own model and the neighbours contradict "
            f"most. They seem to come from a model that was trained on these very rows: then they "
            f"repeat wrong labels and hide them. Bring probabilities from cross-validation, where "
            f"each row is predicted by a model that has not seen it, or leave them out."
        )


def hindsight_of(evidence: Evidence) -> Hindsight | None:
    """None without the user's probabilities, heads or neighbours: then nothing can be said.

    Where fewer than 99 in 100 labels are agreed with, nobody is asked about contradicted rows.
    """
    own, labels = evidence.dataset.pred_probs, evidence.dataset.labels
    labelled = np.flatnonzero(labels >= 0)
    if own is None or evidence.history is None or evidence.graph is None or len(labelled) == 0:
        return None
    agrees = _likeliest(own) == labels
    agreeing = float(agrees[labelled].mean())
    if agreeing < KNOWS_ALL:
        return Hindsight(agreeing, 0, 0)
    heads = evidence.history.pred_probs
    best = _likeliest(heads)
    rows = labelled[(best[labelled] >= 0) & (best[labelled] != labels[labelled])]
    near = np.asarray(evidence.graph.neighbours[rows, :VOTERS])
    votes = np.where(near >= 0, labels[near], -1)
    counted = np.maximum((votes >= 0).sum(axis=1), 1)
    for_best = (votes == best[rows, None]).sum(axis=1) / counted
    for_given = (votes == labels[rows, None]).sum(axis=1) / counted
    strength = heads[rows, best[rows]] * for_best - heads[rows, labels[rows]] * for_given
    strength[for_best <= 0.5] = -np.inf
    order = np.argsort(-strength, kind="stable")[:MOST]
    strongest = rows[order[np.isfinite(strength[order])]]
    return Hindsight(agreeing, len(strongest), int(agrees[strongest].sum()))


def _likeliest(probs: np.ndarray) -> np.ndarray:
    """(n,) int64, read in blocks: the table may be larger than the memory."""
    best = np.empty(len(probs), dtype=np.int64)
    for rows in row_blocks(len(probs), columns=2 * probs.shape[1]):
        best[rows] = best_class(torch.tensor(np.asarray(probs[rows]))).numpy()
    return best


def _least_share(found: int, asked: int) -> float:
    """The lower limit of a share that was `found` among `asked`.

    >>> _least_share(20, 20), _least_share(0, 0)
    (0.8608916593317348, 0.0)
    """
    from scipy.special import betaincinv

    return float(betaincinv(found, asked - found + 1, CHANCE)) if found else 0.0
