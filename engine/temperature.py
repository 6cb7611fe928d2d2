"""Temperature: one number that makes probabilities as sure as they are right."""

import torch
from torch import Tensor

FEWEST_ROWS = 100
"""With less than this the fit follows chance: then probabilities stay as they are."""
SHARPEST, FLATTEST = 0.1, 10.0
LOWEST_LOG = -1e4


def fit_temperature(log_probs: Tensor, labels: Tensor) -> tuple[float, float]:
    """Temperature T with the least log loss of softmax(log_probs / T), and that loss.

    log_probs: (m, c) logits or log-probabilities of rows that were not trained on.
    labels: (m,) >= 0. Rows that give their label no probability at all are left out; T = 1 with
    fewer than 100 rows, and .1 <= T <= 10. The loss is nan without rows.
    Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017.
    """
    given = log_probs.gather(1, labels.unsqueeze(1)).squeeze(1)
    there = given.isfinite()
    logs = log_probs[there].double().clamp_(min=LOWEST_LOG)
    given = given[there].double()
    if len(given) < FEWEST_ROWS:
        return 1.0, _loss(logs, given, 1.0)
    # The loss is convex in 1 / T: Newton's step where it stays between the bounds, else halving.
    low, high, sharpness = 1 / FLATTEST, 1 / SHARPEST, 1.0
    for _ in range(50):
        probs = (logs * sharpness).softmax(dim=1)
        mean = (probs * logs).sum(dim=1)
        slope = float((mean - given).mean())
        if slope > 0:
            high = sharpness
        else:
            low = sharpness
        curve = float(((probs * logs.square()).sum(dim=1) - mean.square()).mean())
        step = sharpness - slope / max(curve, 1e-12)
        if not low < step < high:
            step = (low + high) / 2
        if abs(step - sharpness) < 1e-4 * sharpness:
            break
        sharpness = step
    return 1 / sharpness, _loss(logs, given, sharpness)


def _loss(logs: Tensor, given: Tensor, sharpness: float) -> float:
    return float(((logs * sharpness).logsumexp(dim=1) - given * sharpness).mean())


def tempered(log_probs: Tensor, temperature: float) -> Tensor:
    """(m, c) softmax of log_probs / temperature; nan stays where it was and counts as -inf.

    >>> tempered(torch.tensor([[0.8, 0.2]]).log(), 0.5)
    tensor([[0.9412, 0.0588]])
    """
    unknown = log_probs.isnan()
    probs = (log_probs.masked_fill(unknown, -torch.inf) / temperature).softmax(dim=1)
    return probs.masked_fill_(unknown, torch.nan)
