"""Early-learning regularisation: what a head believed early holds it back from rote learning."""

import numpy as np
import torch
from torch import Tensor

MOST_BYTES = 2**30


class EarlyTargets:
    """A running mean of every row's probabilities under every head, and the pull towards it.

    Liu, Niles-Weed, Razavian, Fernandez-Granda: Early-Learning Regularization Prevents
    Memorization of Noisy Labels, NeurIPS 2020. Held in half precision.
    """

    def __init__(
        self, shape: tuple[int, int, int], device: torch.device, *, strength: float, keep: float
    ) -> None:
        self.strength, self.keep = strength, keep
        # The paper's 1e-4 at ten classes; its bound must not grow with the number of classes.
        self.floor = 1e-3 / max(shape[2], 2)
        self.table = torch.zeros(shape, dtype=torch.float16, device=device)

    @staticmethod
    def fit(n: int, heads: int, c: int) -> bool:
        """Whether the table stays within 1 GiB."""
        return 2 * n * heads * c <= MOST_BYTES

    def visit(self, rows: Tensor, probs: Tensor) -> Tensor:
        """(B, heads, c) gradient of the regulariser by the logits, after taking the visit in.

        rows: (B,) their numbers, each at most once. probs: (B, heads, c) what heads say now.
        """
        sure = probs.clamp(self.floor, 1 - self.floor)
        sure /= sure.sum(dim=2, keepdim=True)
        targets = self.table[rows].float().lerp_(sure, 1 - self.keep)
        self.table[rows] = targets.half()
        return regulariser_gradient(probs, targets, self.floor).mul_(self.strength)

    def mean(self, rows: np.ndarray, taught: Tensor) -> Tensor:
        """(B, c) targets that sum to 1, averaged over the heads (B, heads) that learn from a row.

        nan for rows that no head learns from.
        """
        targets = self.table[torch.from_numpy(rows).to(self.table.device)].float()
        total = (targets * taught.unsqueeze(2)).sum(dim=1)
        return total / total.sum(dim=1, keepdim=True)


def regulariser_gradient(probs: Tensor, targets: Tensor, floor: float) -> Tensor:
    """Gradient of log(1 - <targets, probs>) by the logits; the last dimension holds the classes.

    >>> probs = torch.tensor([2.0, 0.5, -1.0]).softmax(dim=0)
    >>> regulariser_gradient(probs, torch.tensor([0.2, 0.7, 0.1]), 1e-4)
    tensor([ 0.0918, -0.1019,  0.0100])
    """
    agreement = (probs * targets).sum(dim=-1, keepdim=True)
    return probs * (agreement - targets) / (1 - agreement).clamp(min=floor)
