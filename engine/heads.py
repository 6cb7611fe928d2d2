"""Linear heads, many at once: one matrix holds the weights of every fold and every seed."""

import torch
from torch import Tensor

BETAS, EPSILON = (0.9, 0.999), 1e-8


class LinearHeads:
    """`heads` softmax classifiers with bias on the same d inputs, all classes side by side.

    known: (heads, c) bool, classes a head may learn; to the others it gives probability 0.
    decay: (heads,) strength of the pull towards 0, per head; the bias is free.
    """

    def __init__(self, d: int, known: Tensor, decay: Tensor) -> None:
        heads, c = known.shape
        self.shape = (heads, c)
        self.device = known.device
        self.known, self.unknown = known, ~known
        self.knows_all = bool(known.all())
        # The last row is the bias. Zero, not random: the loss is convex, so nothing is gained.
        self.weights = torch.zeros(d + 1, heads * c, device=self.device)
        self.decay = decay.repeat_interleave(c).repeat(d + 1, 1)
        self.decay[-1] = 0
        self.first = torch.zeros_like(self.weights)
        self.second = torch.zeros_like(self.weights)
        self.steps = 0

    def logits(self, inputs: Tensor) -> Tensor:
        """(B, heads, c) for inputs (B, d); -inf for classes a head does not know."""
        logits = torch.addmm(self.weights[-1], inputs, self.weights[:-1])
        logits = logits.view(len(inputs), *self.shape)
        return logits if self.knows_all else logits.masked_fill(self.unknown, -torch.inf)

    def step(self, inputs: Tensor, labels: Tensor, taught: Tensor, rate: float) -> None:
        """One step of Adam on the cross-entropy of one batch.

        taught: (B, heads) 1 where a head may learn from a row, else 0.
        """
        error = self.logits(inputs).softmax(dim=2)
        error.scatter_add_(
            2,
            labels.view(-1, 1, 1).expand(-1, self.shape[0], 1),
            torch.full((len(inputs), self.shape[0], 1), -1.0, device=self.device),
        )
        shares = taught / taught.sum(dim=0).clamp(min=1)
        error = (error * shares.unsqueeze(2)).view(len(inputs), -1)
        gradient = self.decay * self.weights
        gradient[:-1].addmm_(inputs.T, error)
        gradient[-1] += error.sum(dim=0)
        self._adam(gradient, rate)

    def _adam(self, gradient: Tensor, rate: float) -> None:
        self.steps += 1
        self.first.lerp_(gradient, 1 - BETAS[0])
        self.second.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        scale = (self.second / (1 - BETAS[1] ** self.steps)).sqrt_().add_(EPSILON)
        self.weights.addcdiv_(self.first, scale, value=-rate / (1 - BETAS[0] ** self.steps))
