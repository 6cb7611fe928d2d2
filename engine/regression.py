"""Softmax regression to its optimum, all folds at once: fast out-of-fold probabilities."""

import numpy as np
import torch
from torch import Tensor

from engine.device import choose_device
from engine.feeding import Feed
from engine.folds import Plan
from engine.heads import LinearHeads, label_error
from engine.watching import held_out_answer
from store.progress import Progress, silent

STAGE = "out-of-fold probabilities"
KEPT_BYTES = 2**30
"""Prepared embeddings up to this size are kept; larger ones are read again in every round."""


def out_of_fold_probs(
    embeddings: np.ndarray,
    labels: np.ndarray,
    class_count: int,
    *,
    folds: int = 5,
    inverse_strength: float = 10.0,
    rounds: int = 100,
    tolerance: float = 1e-2,
    seed: int = 0,
    device: str | None = None,
    progress: Progress = silent,
) -> np.ndarray:
    """(n, c) float32 probabilities from regressions that never saw the row.

    embeddings: (n, d) finite, read in blocks. labels: (n,), -1 = unlabelled: predicted by the
        mean of all folds. inverse_strength: C of scikit-learn's LogisticRegression.
    tolerance: stop when a round moves the weights by less than this share of their length.
    progress: told about every round; may raise to cancel.

    nan and 0 where a class is too small for the folds, as in `train_heads`; nan without labels.
    Böhning (Multinomial logistic regression algorithm, 1992) bounds the Hessian by half the Gram
    matrix of the inputs for every class alike, so one Cholesky factor per fold serves all rounds;
    Nesterov's momentum, begun anew when it points uphill, does the rest.
    """
    plan = Plan.make(labels, class_count, folds=folds, seeds=1, seed=seed)
    answer = np.full((len(labels), class_count), np.nan, dtype=np.float32)
    if not (labels >= 0).any():
        return answer
    where = choose_device(device)
    taught = torch.tensor(plan.taught.sum(axis=1), dtype=torch.float32, device=where).clamp_(min=1)
    decay = 1 / (inverse_strength * taught)
    heads = LinearHeads(embeddings.shape[1], torch.tensor(plan.taught > 0, device=where), decay)
    feed = Feed(embeddings, where, floats_per_row=heads.floats_per_row)
    feed.measure(progress, "reading embeddings again")
    lessons = Lessons(feed, plan, taught)
    factors = _factors(lessons, decay)
    weights, ahead, pace = heads.weights.clone(), heads.weights.clone(), 1.0
    for turn in range(rounds):
        progress(STAGE, turn, rounds)
        heads.weights = ahead
        gradient = lessons.gradient(heads).view(len(ahead), *heads.shape).transpose(0, 1)
        step = torch.cholesky_solve(gradient, factors).transpose(0, 1).reshape_as(ahead)
        new = ahead - step
        moved = new - weights
        if float((step * moved).sum()) > 0:
            pace = 1.0
        next_pace = (1 + (1 + 4 * pace**2) ** 0.5) / 2
        ahead, weights, pace = new + (pace - 1) / next_pace * moved, new, next_pace
        if float(moved.norm()) <= tolerance * float(new.norm()):
            break
    heads.weights = weights
    for rows in feed.row_blocks(np.arange(len(labels))):
        block = torch.tensor(labels[rows], device=where)
        held_out = plan.held_out(rows).to(where)
        logs = heads.logits(feed.rows(rows)).log_softmax(dim=2)
        answer[rows] = held_out_answer(logs, held_out, block, heads.known).exp().cpu().numpy()
    progress(STAGE, rounds, rounds)
    return answer


class Lessons:
    """The labelled rows in blocks, prepared once where they fit into memory."""

    def __init__(self, feed: Feed, plan: Plan, taught: Tensor) -> None:
        self.feed, self.plan, self.taught = feed, plan, taught
        labelled = np.flatnonzero(plan.labels >= 0)
        self.blocks = list(feed.row_blocks(labelled))
        fits = 4 * len(labelled) * len(feed.mean) <= KEPT_BYTES
        self.kept = [feed.rows(rows) for rows in self.blocks] if fits else None

    def block(self, number: int) -> tuple[np.ndarray, Tensor]:
        """Row numbers and inputs of one block."""
        rows = self.blocks[number]
        return rows, self.feed.rows(rows) if self.kept is None else self.kept[number]

    def gradient(self, heads: LinearHeads) -> Tensor:
        """(d + 1, heads x c) gradient of every head's mean loss, with the pull towards 0."""
        gradient = heads.pull * heads.weights
        for number in range(len(self.blocks)):
            rows, inputs = self.block(number)
            labels = torch.tensor(self.plan.labels[rows], device=inputs.device)
            shares = ~self.plan.held_out(rows).to(inputs.device) / self.taught
            error = label_error(heads.logits(inputs).softmax(dim=2), labels)
            flat = error.mul_(shares.unsqueeze(2)).flatten(1)
            gradient[:-1].addmm_(inputs.T, flat)
            gradient[-1] += flat.sum(dim=0)
        return gradient


def _factors(lessons: Lessons, decay: Tensor) -> Tensor:
    """(heads, d + 1, d + 1) Cholesky factor of a bound on every head's Hessian."""
    size, folds = len(lessons.feed.mean) + 1, lessons.plan.folds
    gram = torch.zeros(folds, size, size, dtype=torch.float32, device=decay.device)
    for number in range(len(lessons.blocks)):
        rows, inputs = lessons.block(number)
        wider = torch.cat([inputs, torch.ones_like(inputs[:, :1])], dim=1)
        fold = torch.tensor(lessons.plan.fold[rows, 0], device=inputs.device)
        for one in range(folds):
            part = wider[fold == one]
            gram[one].addmm_(part.T, part)
    others = gram.sum(dim=0) - gram
    bound = others / (2 * lessons.taught.view(-1, 1, 1))
    # A millionth of the usual size keeps the factor where dimensions depend on each other.
    ridge = decay.view(-1, 1).repeat(1, size) + 1e-6
    return torch.linalg.cholesky(bound + torch.diag_embed(ridge))
