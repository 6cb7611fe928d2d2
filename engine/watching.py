"""What is written down about heads while they learn."""

import numpy as np
import torch
from torch import Tensor

from engine.folds import Plan
from engine.heads import Heads, label_error
from engine.history import TrainingHistory
from engine.temperature import fit_temperature, tempered

LARGEST_FLOAT16 = 65_504.0
FITTED_ROWS, FITTED_ENTRIES = 20_000, 2_000_000
"""The temperature is one number: more rows, or entries of their table, would not move it."""
BY_EPOCH = ("el2n", "grand", "given_probs", "margins", "correct")


class Watch:
    """The history while it grows: one column per epoch, and the best out-of-fold answer so far."""

    def __init__(self, plan: Plan, c: int, epochs: int) -> None:
        n = len(plan.labels)
        self.plan, self.epochs = plan, 0
        self.by_epoch = {name: np.full((n, epochs), np.nan, np.float16) for name in BY_EPOCH}
        self.answer = np.full((n, c), np.nan, np.float32)
        self.errors: list[float] = []
        # The best answer is kept while the next one is written; then the two change places.
        self.best = self.answer.copy()
        labelled = np.flatnonzero(plan.labels >= 0)
        most = max(min(FITTED_ROWS, FITTED_ENTRIES // max(c, 1)), 100)
        self.fitted = labelled[:: max(-(-len(labelled) // most), 1)]

    def block(self, heads: Heads, inputs: Tensor, rows: np.ndarray) -> None:
        """Write down one block of rows after an epoch."""
        labels = torch.tensor(self.plan.labels[rows], device=inputs.device)
        held_out = self.plan.held_out(rows).to(inputs.device)
        labelled = (labels >= 0).unsqueeze(1)
        logits, way = heads.answers(inputs)
        log_probs = logits.log_softmax(dim=2)
        self.answer[rows] = held_out_answer(log_probs, held_out, labels, heads.known).cpu().numpy()
        given = labels.clamp(min=0).view(-1, 1, 1).expand(-1, len(heads.known), 1)
        probs = log_probs.exp()
        error = label_error(probs, labels.clamp(min=0))
        given_logit = logits.gather(2, given).squeeze(2)
        margin = given_logit - logits.scatter(2, given, -torch.inf).amax(dim=2)
        seen = {
            "el2n": error.norm(dim=2),
            "grand": heads.gradient_norms(inputs, way, error),
            "given_probs": probs.gather(2, given).squeeze(2),
            "margins": margin.masked_fill(~margin.isfinite(), torch.nan),
            "correct": (logits.argmax(dim=2) == labels.unsqueeze(1)).float(),
        }
        taught = labelled & ~held_out
        for name, values in seen.items():
            mean = values.masked_fill(~taught, 0.0).sum(dim=1) / taught.sum(dim=1)
            bounded = mean.clamp(-LARGEST_FLOAT16, LARGEST_FLOAT16)
            self.by_epoch[name][rows, self.epochs] = bounded.cpu().numpy()

    def end_epoch(self) -> None:
        """Measure the held-out error, keep the answer if none was better so far."""
        logs = self.answer[self.fitted]
        error = float((logs.argmax(axis=1) != self.plan.labels[self.fitted]).mean())
        if error <= min(self.errors, default=1.0):
            self.best, self.answer = self.answer, self.best
        self.errors.append(error)
        self.epochs += 1

    def epochs_since_best(self) -> int:
        """How many epochs ago the held-out error was last as small as ever."""
        return int(np.argmin(self.errors[::-1]))

    def history(self, early_targets: np.ndarray) -> TrainingHistory:
        """What was seen, as a value; all epochs nan where none was."""
        shown = self.epochs or self.by_epoch["el2n"].shape[1]
        given = torch.from_numpy(self.plan.labels[self.fitted])
        temperature, _ = fit_temperature(torch.from_numpy(self.best[self.fitted]), given)
        for start in range(0, len(self.best), 8_192):
            block = torch.from_numpy(self.best[start : start + 8_192])
            block.copy_(tempered(block, temperature))
        return TrainingHistory(
            pred_probs=self.best,
            early_targets=early_targets,
            held_out_error=np.array(self.errors or [np.nan] * shown, dtype=np.float32),
            temperature=np.array(temperature, dtype=np.float32),
            **{name: table[:, :shown] for name, table in self.by_epoch.items()},
        )


def held_out_answer(log_probs: Tensor, held_out: Tensor, labels: Tensor, known: Tensor) -> Tensor:
    """(B, c) log of the mean probability over the heads that hold a row out.

    log_probs: (B, heads, c). held_out: (B, heads) bool. labels: (B,), -1 = unlabelled, where all
    heads count. known: (heads, c) bool. nan for the given label where none of them knows it.
    """
    labelled = labels >= 0
    answer = _log_mean(log_probs, held_out | ~labelled.unsqueeze(1))
    # A head that was never shown the class knows nothing about it, and certainly not 0.
    knows = (known[:, labels.clamp(min=0)].T & held_out).any(dim=1)
    strangers = (labelled & ~knows).nonzero().squeeze(1)
    answer[strangers, labels[strangers]] = torch.nan
    return answer


def _log_mean(log_probs: Tensor, chosen: Tensor) -> Tensor:
    """(B, c) log of the mean probability over the chosen heads (B, heads); nan where none is."""
    hidden = log_probs.masked_fill(~chosen.unsqueeze(2), -torch.inf)
    count = chosen.sum(dim=1, keepdim=True)
    return (hidden.logsumexp(dim=1) - count.log()).masked_fill(count == 0, torch.nan)
