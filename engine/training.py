"""Cross-validated heads on the embeddings: all folds and all seeds at once -> TrainingHistory."""

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from engine.device import choose_device, threads_for
from engine.early_learning import EarlyTargets
from engine.feeding import Feed
from engine.folds import Plan
from engine.heads import Heads, LinearHeads, MLPHeads, label_error
from engine.history import TrainingHistory
from engine.watching import Watch
from store.progress import Progress, silent

Kind = Literal["linear", "mlp"]
STAGE = "training heads"
INVERSE_STRENGTH = 10.0
"""C of scikit-learn's LogisticRegression: weights are pulled to 0 by 1 / (C x training rows)."""
RATES: dict[Kind, float] = {"linear": 3e-2, "mlp": 3e-3}
EARLY_STRENGTH, EARLY_KEEP = 1.0, 0.7
"""lambda and beta of early-learning regularisation; the paper's lambda of 3 is for images."""


def train_heads(
    embeddings: np.ndarray,
    labels: np.ndarray,
    class_count: int,
    *,
    kind: Kind = "mlp",
    hidden: int | None = None,
    folds: int = 5,
    seeds: int = 1,
    epochs: int | None = None,
    patience: int = 5,
    batch: int | None = None,
    learning_rate: float | None = None,
    early_strength: float = EARLY_STRENGTH,
    class_weights: bool = False,
    seed: int = 0,
    device: str | None = None,
    progress: Progress = silent,
) -> TrainingHistory:
    """Train heads, each on all labelled rows but one fold, and write down what they do.

    embeddings: (n, d) finite, read in blocks. labels: (n,), -1 = unlabelled: never trained on,
        predicted by the mean of all heads.
    kind: "linear", or "mlp" with one hidden layer of `hidden` units (None = 256, or 512 from
        10,000 labelled rows on).
    seeds: how many divisions into folds; everything is averaged over them.
    epochs: at most so many; None = as many as a dataset of this size wants.
    patience: stop after so many epochs in which the held-out error was not the least so far.
        Error, not log loss: under wrong labels the loss punishes heads for being right.
    batch: rows per step; None = as many as leave enough steps for a dataset of this size.
    early_strength: how strongly early-learning regularisation pulls; 0 = not at all. It is left
        out where its table would take more than 1 GiB.
    class_weights: let every class weigh the same in the loss, however many rows it has.
    progress: told about every block; may raise to cancel, and then nothing is left behind.

    Fewer labelled rows than folds: one fold each. A class with one member: no head that holds the
    row out can know its class, so that probability is nan, and 0 for the rows beside it. The same
    seed gives the same history on the same device. Memory: one block, the weights, the history.
    """
    n, labelled = len(labels), np.flatnonzero(labels >= 0)
    most = epochs or _usual_epochs(len(labelled))
    where = choose_device(device)
    plan = Plan.make(labels, class_count, folds=folds, seeds=seeds, seed=seed)
    watch = Watch(plan, class_count, most)
    if len(labelled) == 0:
        return watch.history(np.full((n, class_count), np.nan, dtype=np.float16))
    width = None if kind == "linear" else hidden or _usual_hidden(len(labelled))
    heads = _blank_heads(plan, embeddings.shape[1], where, hidden=width, seed=seed)
    feed = Feed(embeddings, where, floats_per_row=heads.floats_per_row)
    feed.measure(progress)
    table, heads_count = None, len(plan.taught)
    if EarlyTargets.fit(n, heads_count, class_count):
        table = EarlyTargets(
            (n, heads_count, class_count), where, strength=early_strength, keep=EARLY_KEEP
        )
    teacher = Teacher(heads, plan, table, class_weights=class_weights)
    size = batch or _usual_batch(len(labelled))
    rng = np.random.default_rng(seed)
    total = most * (len(labelled) + n)
    with threads_for(size * heads.floats_per_row):
        for epoch in range(most):
            # Falls linearly: large steps to get there, small ones to settle, nothing to tune.
            rate = (learning_rate or RATES[kind]) * (1 - epoch / most)
            seen = epoch * (len(labelled) + n)
            for rows in feed.row_blocks(rng.permutation(labelled), multiple_of=size):
                progress(STAGE, seen, total)
                seen += len(rows)
                teacher.teach(feed.rows(rows), rows, size, rate)
            for rows in feed.row_blocks(np.arange(n)):
                progress(STAGE, seen, total)
                seen += len(rows)
                watch.block(heads, feed.rows(rows), rows)
            watch.end_epoch()
            if watch.epochs_since_best() >= patience:
                break
    progress(STAGE, total, total)
    return watch.history(teacher.early_targets(feed))


class Teacher:
    """Shows rows to heads in batches, with the loss that was asked for."""

    def __init__(
        self, heads: Heads, plan: Plan, table: EarlyTargets | None, *, class_weights: bool
    ) -> None:
        self.heads, self.plan, self.table = heads, plan, table
        taught = torch.tensor(plan.taught, dtype=torch.float32, device=heads.device)
        present = (taught > 0).sum(dim=1, keepdim=True)
        share = taught.sum(dim=1, keepdim=True) / (present * taught)
        even = torch.ones_like(taught)
        # (heads, c) how much a row of a class counts for a head.
        self.weights = share.where(taught > 0, even) if class_weights else even

    def teach(self, inputs: Tensor, rows: np.ndarray, size: int, rate: float) -> None:
        """One block, `size` rows per step."""
        where = inputs.device
        labels = torch.tensor(self.plan.labels[rows], device=where)
        numbers = torch.tensor(rows, device=where)
        weights = self.weights[:, labels].T * ~self.plan.held_out(rows).to(where)
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            logits, way = self.heads.answers(inputs[part])
            probs = logits.softmax(dim=2)
            error = label_error(probs, labels[part])
            if self.table is not None:
                error += self.table.visit(numbers[part], probs)
            self.heads.learn(inputs[part], way, error, weights[part], rate)

    def early_targets(self, feed: Feed) -> np.ndarray:
        """(n, c) float16, (n, 0) without a table."""
        n, c = len(self.plan.labels), self.plan.taught.shape[1]
        targets = np.full((n, 0 if self.table is None else c), np.nan, dtype=np.float16)
        if self.table is not None:
            for rows in feed.row_blocks(np.arange(n)):
                labelled = torch.tensor(self.plan.labels[rows] >= 0).unsqueeze(1)
                taught = (labelled & ~self.plan.held_out(rows)).to(self.heads.device)
                targets[rows] = self.table.mean(rows, taught).cpu().numpy()
        return targets


def _blank_heads(
    plan: Plan, d: int, where: torch.device, *, hidden: int | None, seed: int
) -> Heads:
    known = torch.tensor(plan.taught > 0, device=where)
    pull = 1 / (INVERSE_STRENGTH * np.maximum(plan.taught.sum(axis=1), 1))
    decay = torch.tensor(pull, dtype=torch.float32, device=where)
    if hidden is None:
        return LinearHeads(d, known, decay)
    return MLPHeads(d, known, decay, hidden=hidden, seed=seed)


def _usual_hidden(rows: int) -> int:
    return 256 if rows < 10_000 else 512


def _usual_batch(rows: int) -> int:
    """8 to 64 rows for at least 25 steps an epoch, then a hundredth of all, up to 512."""
    return max(min(max(rows // 25, 8), 64), min(rows // 100, 512))


def _usual_epochs(rows: int) -> int:
    """20 up to 10,000 rows, falling to 8 from 25,000 on: large datasets teach enough in each."""
    return int(min(max(200_000 / max(rows, 1), 8), 20))
