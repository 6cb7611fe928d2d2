"""Adam, the optimiser of the heads."""

import torch
from torch import Tensor

BETAS, EPSILON = (0.9, 0.999), 1e-8


class Adam:
    """Kingma, Ba: Adam, ICLR 2015, with a rate that may change from step to step."""

    def __init__(self) -> None:
        self.moments: list[tuple[Tensor, Tensor]] = []
        self.steps = 0

    def step(self, gradients: list[tuple[Tensor, Tensor]], rate: float) -> None:
        """Change every weight in place; the list has the same weights in the same order always."""
        if not self.moments:
            self.moments = [(torch.zeros_like(one), torch.zeros_like(one)) for one, _ in gradients]
        self.steps += 1
        first_left, second_left = (1 - beta**self.steps for beta in BETAS)
        for (weights, gradient), (first, second) in zip(gradients, self.moments, strict=True):
            first.lerp_(gradient, 1 - BETAS[0])
            second.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
            scale = (second / second_left).sqrt_().add_(EPSILON)
            weights.addcdiv_(first, scale, value=-rate / first_left)
