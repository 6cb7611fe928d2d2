"""TrainingHistory: what cross-validated heads did while they learnt, as a value."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, eq=False)
class TrainingHistory:
    """Only what scorers need, averaged over seeds.

    pred_probs: (n, c) float32 out-of-fold class probabilities: from heads that never saw the row,
        after the epoch with the least held-out error, at the temperature below. nan where no such
        head could know the class (a class too small for the folds).
    el2n: (n, epochs) float16 ‖softmax − onehot‖₂ after each epoch, of heads that train on the row.
    grand: (n, epochs) float16 length of the gradient of the row's loss by all weights, likewise.
    given_probs: (n, epochs) float16 probability of the given label, likewise.
    margins: (n, epochs) float16 logit of the given label minus the best other, likewise.
    correct: (n, epochs) float16 share of seeds and folds that predict the given label, likewise.
    early_targets: (n, c) float16 running mean of the probabilities in training, recent ones
        weighing most, likewise; (n, 0) where the table would not fit into memory.
    held_out_error: (epochs,) float32 share of held-out rows whose given label is not predicted.
    temperature: () float32 by which the logits of pred_probs are divided.
    Rows without a label hold nan in all but pred_probs.
    """

    pred_probs: np.ndarray
    el2n: np.ndarray
    grand: np.ndarray
    given_probs: np.ndarray
    margins: np.ndarray
    correct: np.ndarray
    early_targets: np.ndarray
    held_out_error: np.ndarray
    temperature: np.ndarray

    def __post_init__(self) -> None:
        for array in vars(self).values():
            array.setflags(write=False)

    def rows(self, order: np.ndarray) -> "TrainingHistory":
        """The same history of these rows only, in this order."""
        whole = ("held_out_error", "temperature")
        parts = {name: part[order] for name, part in vars(self).items() if name not in whole}
        return replace(self, **parts)
