"""Findings: what is wrong with a dataset as a whole, each with the rule by which it is flagged."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from engine.duplicates import K, duplicate_groups
from engine.image_properties import PROPERTIES, image_properties
from engine.in_sample import Hindsight, hindsight_of
from engine.inputs import Evidence
from engine.kernels.blocks import heard_by
from engine.kernels.distances import mean_distance
from engine.kernels.flags import IMBALANCED, outlier_limit, rarest_share
from engine.kernels.groups import density_clusters, group_ratios
from engine.kernels.order import order_p_value
from engine.kernels.tables import at_given_label
from engine.spurious import spurious_score
from store.progress import Progress, silent
from store.workspace import Workspace

BY_CHANCE = 0.05
WORSE = 0.1
TELLING = 0.3


@dataclass(frozen=True)
class SpuriousProperty:
    """A property of the pictures and how little it tells of the label; flagged below 0.3.

    score: 1 = nothing, 0 = the label itself; nan = cannot be said.
    """

    name: str
    score: float

    @property
    def flagged(self) -> bool:
        """The label can be told from the property."""
        return self.score < TELLING


@dataclass(frozen=True, eq=False)
class Findings:
    """nan, -1 and None stand for what cannot be said without embeddings, labels or pictures.

    order_p: chance that the order of the rows says as much about them; flagged below 0.05.
    rarest, rarest_share: the rarest class and its share of the labelled rows; flagged below a
        tenth of an even share.
    worst_group, worst_ratio: rows of the cluster with the lowest mean self-confidence, and that
        over the mean of all clustered rows; flagged below 0.1. Without rows: no cluster is worse.
    duplicate_sets, duplicate_rows: sets of near duplicates, and rows in one.
    duplicate_set: (n,) int64 which set a row is in, -1 = in none; (0,) where it cannot be said.
    outliers: rows whose mean distance to 10 neighbours is above Q3 + 1.70 IQR.
    outlying: (outliers,) int64 those rows, in table order.
    spurious: every property of the pictures; () without pictures or labels.
    hindsight: whether the user's probabilities look in-sample; None where it cannot be said.
    """

    order_p: float
    rarest: str | None
    rarest_share: float
    classes: int
    worst_group: np.ndarray
    worst_ratio: float
    duplicate_sets: int
    duplicate_rows: int
    duplicate_set: np.ndarray
    outliers: int
    outlying: np.ndarray
    spurious: tuple[SpuriousProperty, ...]
    hindsight: Hindsight | None

    @property
    def ordered(self) -> bool:
        """The rows are not in random order."""
        return self.order_p < BY_CHANCE

    @property
    def imbalanced(self) -> bool:
        """The rarest class is hardly there."""
        return self.rarest is not None and self.rarest_share < IMBALANCED / self.classes

    @property
    def group_underperforms(self) -> bool:
        """The worst group is much worse than the rest."""
        return self.worst_ratio < WORSE


def findings_of(
    evidence: Evidence, workspace: Workspace | None = None, *, progress: Progress = silent
) -> Findings:
    """Everything above for this evidence; seconds for a million rows, longer where pictures are.

    progress: told what is being done; may raise to cancel. Only what the pictures are like is
    kept in the workspace: the rest is quick.
    """
    labels = torch.tensor(evidence.dataset.labels)
    rarest, share, classes = rarest_share(labels)
    worst = groups = outlying = labels[:0]
    ratio = order = float("nan")
    sets = members = outliers = -1
    if evidence.graph is not None:
        neighbours = torch.tensor(evidence.graph.neighbours[:, :K])
        distances = torch.tensor(evidence.graph.distances[:, :K])
        progress("near duplicates and outliers", 0, 0)
        groups = torch.from_numpy(duplicate_groups(evidence.graph))
        sets, members = int(groups.max()) + 1, int((groups >= 0).sum())
        means = mean_distance(distances, K)
        outlying = (means > outlier_limit(means)).nonzero().squeeze(1)
        outliers = len(outlying)
        with heard_by(partial(progress, "order of the rows")):
            order = order_p_value(neighbours, torch.arange(len(labels)), k=K)
        progress("groups", 0, 0)
        if evidence.pred_probs is not None:
            confidence = at_given_label(torch.tensor(evidence.pred_probs), labels)
            worst, ratio = worst_group(confidence, density_clusters(neighbours, distances))
    return Findings(
        order_p=order,
        rarest=evidence.dataset.classes[int(rarest[0])] if len(rarest) else None,
        rarest_share=share,
        classes=classes,
        worst_group=worst.numpy(),
        worst_ratio=ratio,
        duplicate_sets=sets,
        duplicate_rows=members,
        duplicate_set=groups.numpy(),
        outliers=outliers,
        outlying=outlying.numpy(),
        spurious=_spurious(evidence, workspace, progress),
        hindsight=hindsight_of(evidence),
    )


def worst_group(confidence: Tensor, clusters: Tensor) -> tuple[Tensor, float]:
    """Rows of the cluster whose mean is the smallest part of the mean of all, and that part.

    No rows and 1 where no cluster is worse than the mean, nan where there is no cluster. cleanlab
    2.9 compares a mean with the best ratio so far and can name another cluster.

    >>> worst_group(torch.tensor([0.2] * 5 + [0.4] * 5), torch.tensor([0] * 5 + [1] * 5))
    (tensor([0, 1, 2, 3, 4]), 0.6666666666666666)
    """
    ratios, _ = group_ratios(confidence, clusters)
    known = ratios.nan_to_num(nan=torch.inf)
    if not bool(known.isfinite().any()):
        return clusters[:0], float("nan")
    if float(known.min()) >= 1:
        return clusters[:0], 1.0
    return (clusters == known.argmin()).nonzero().squeeze(1), float(known.min())


def told(found: Findings) -> tuple[tuple[str, bool], ...]:
    """What was found in sentences for a person, each with whether it is a problem."""
    sentences = []
    if found.hindsight is not None and found.hindsight.is_likely:
        sentences.append((found.hindsight.told(), True))
    if not np.isnan(found.order_p):
        how = "says what they are like" if found.ordered else "looks random"
        tail = "; shuffle before you split or stream them" if found.ordered else ""
        sentence = f"The order of the rows {how} (p = {found.order_p:.2g}){tail}."
        sentences.append((sentence, found.ordered))
    if found.rarest is not None and found.classes > 1:
        share = f"{found.rarest_share:.2%} of the labelled examples"
        sentences.append((f"The rarest class, {found.rarest}, has {share}.", found.imbalanced))
    if len(found.worst_group):
        part = f"{found.worst_ratio:.0%} of the usual confidence"
        sentence = f"The model knows one group of {len(found.worst_group):,} examples with {part}."
        sentences.append((sentence, found.group_underperforms))
    telling = [one for one in found.spurious if one.flagged]
    for one in telling:
        words = one.name.replace("_", " ")
        sentences.append((f"The label can be told from how {words} a picture is.", True))
    if found.spurious and not telling:
        sentences.append(("No label can be told from light, size or sharpness alone.", False))
    return tuple(sentences)


def _spurious(
    evidence: Evidence, workspace: Workspace | None, progress: Progress
) -> tuple[SpuriousProperty, ...]:
    dataset = evidence.dataset
    if len(dataset.classes) < 2 or not (dataset.labels >= 0).any():
        return ()
    table = image_properties(dataset, workspace, progress=progress)
    if table is None:
        return ()
    found = []
    for place, name in enumerate(PROPERTIES):
        progress("properties and labels", place, len(PROPERTIES))
        found.append(SpuriousProperty(name, spurious_score(table[:, place], dataset.labels)))
    return tuple(found)
