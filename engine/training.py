"""Cross-validated heads on the embeddings: all folds and all seeds at once -> TrainingHistory."""

import numpy as np
import torch
from torch import Tensor

from engine.device import choose_device
from engine.feeding import Feed
from engine.folds import Plan
from engine.heads import LinearHeads
from engine.history import TrainingHistory
from store.progress import Progress, silent

STAGE = "training heads"
INVERSE_STRENGTH = 10.0
"""C of scikit-learn's LogisticRegression: weights are pulled to 0 by 1 / (C x training rows)."""
LARGEST_FLOAT16 = 65_504.0


def train_heads(
    embeddings: np.ndarray,
    labels: np.ndarray,
    class_count: int,
    *,
    folds: int = 5,
    seeds: int = 1,
    epochs: int = 20,
    batch: int | None = None,
    learning_rate: float = 3e-2,
    seed: int = 0,
    device: str | None = None,
    progress: Progress = silent,
) -> TrainingHistory:
    """Train linear heads, each on all labelled rows but one fold, and write down what they do.

    embeddings: (n, d) finite, read in blocks. labels: (n,), -1 = unlabelled: never trained on,
        predicted by the mean of all heads.
    seeds: how many divisions into folds; everything is averaged over them.
    batch: rows per step; None = as many as leave enough steps for a dataset of this size.
    progress: told about every block; may raise to cancel, and then nothing is left behind.

    Fewer labelled rows than folds: one fold each. A class with one member: no head that holds the
    row out can know its class, so that probability is nan, and 0 for the rows beside it. The same
    seed gives the same history on the same device. Memory: one block, the weights, the history.
    """
    n, labelled = len(labels), np.flatnonzero(labels >= 0)
    history = _blank_history(n, class_count, epochs)
    if len(labelled) == 0:
        return TrainingHistory(**history)
    where = choose_device(device)
    plan = Plan.make(labels, class_count, folds=folds, seeds=seeds, seed=seed)
    feed = Feed(embeddings, where, outputs=plan.taught.size)
    feed.measure(progress)
    pull = 1 / (INVERSE_STRENGTH * np.maximum(plan.taught.sum(axis=1), 1))
    heads = LinearHeads(
        embeddings.shape[1],
        torch.tensor(plan.taught > 0, device=where),
        torch.tensor(pull, dtype=torch.float32, device=where),
    )
    size = batch or _usual_batch(len(labelled))
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        # Falls linearly: large steps to get there, small ones to settle, nothing to tune.
        rate = learning_rate * (1 - epoch / epochs)
        seen = epoch * (len(labelled) + n)
        for rows in feed.row_blocks(rng.permutation(labelled), multiple_of=size):
            progress(STAGE, seen, epochs * (len(labelled) + n))
            seen += len(rows)
            _learn(heads, plan, feed.rows(rows), rows, size, rate)
        for rows in feed.row_blocks(np.arange(n)):
            progress(STAGE, seen, epochs * (len(labelled) + n))
            seen += len(rows)
            _watch(heads, plan, feed.rows(rows), rows, epoch, history)
    progress(STAGE, epochs * (len(labelled) + n), epochs * (len(labelled) + n))
    return TrainingHistory(**history)


def _usual_batch(rows: int) -> int:
    """8 to 64 rows for at least 25 steps an epoch, then a hundredth of all, up to 1,024."""
    return max(min(max(rows // 25, 8), 64), min(rows // 100, 1_024))


def _blank_history(n: int, c: int, epochs: int) -> dict[str, np.ndarray]:
    by_epoch = ("el2n", "given_probs", "margins", "correct")
    blank = {name: np.full((n, epochs), np.nan, dtype=np.float16) for name in by_epoch}
    return {"pred_probs": np.full((n, c), np.nan, dtype=np.float32), **blank}


def _learn(
    heads: LinearHeads, plan: Plan, inputs: Tensor, rows: np.ndarray, size: int, rate: float
) -> None:
    labels = torch.tensor(plan.labels[rows], device=inputs.device)
    taught = (~plan.held_out(rows)).to(inputs.device, torch.float32)
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        heads.step(inputs[part], labels[part], taught[part], rate)


def _watch(
    heads: LinearHeads,
    plan: Plan,
    inputs: Tensor,
    rows: np.ndarray,
    epoch: int,
    history: dict[str, np.ndarray],
) -> None:
    """Write down one block after one epoch. Each epoch's out-of-fold answer replaces the last."""
    labels = torch.tensor(plan.labels[rows], device=inputs.device)
    held_out = plan.held_out(rows).to(inputs.device)
    labelled = (labels >= 0).unsqueeze(1)
    logits = heads.logits(inputs)
    probs = logits.softmax(dim=2)
    if epoch == history["el2n"].shape[1] - 1:
        answer = _mean_over(probs, held_out | ~labelled)
        # A head that was never shown the class knows nothing about it, and certainly not 0.
        knows = (heads.known[:, labels.clamp(min=0)].T & held_out).any(dim=1)
        strangers = (labelled.squeeze(1) & ~knows).nonzero().squeeze(1)
        answer[strangers, labels[strangers]] = torch.nan
        history["pred_probs"][rows] = answer.cpu().numpy()
    given = labels.clamp(min=0).view(-1, 1, 1).expand(-1, len(heads.known), 1)
    given_logit = logits.gather(2, given)
    best = logits.argmax(dim=2) == labels.unsqueeze(1)
    best_other = logits.scatter(2, given, -torch.inf).amax(dim=2)
    margin = given_logit.squeeze(2) - best_other
    seen = {
        "given_probs": probs.gather(2, given).squeeze(2),
        "margins": margin.masked_fill(~margin.isfinite(), torch.nan).clamp(
            -LARGEST_FLOAT16, LARGEST_FLOAT16
        ),
        "correct": best.to(torch.float32),
        "el2n": probs.scatter_add(2, given, torch.full_like(given_logit, -1.0)).norm(dim=2),
    }
    for name, values in seen.items():
        mean = _mean_over(values.unsqueeze(2), labelled & ~held_out).squeeze(1)
        history[name][rows, epoch] = mean.cpu().numpy()


def _mean_over(values: Tensor, chosen: Tensor) -> Tensor:
    """(B, x) mean of values (B, heads, x) over the chosen heads (B, heads); nan where none is."""
    total = values.masked_fill(~chosen.unsqueeze(2), 0.0).sum(dim=1)
    return total / chosen.sum(dim=1, keepdim=True)
