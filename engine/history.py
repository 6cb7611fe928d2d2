"""TrainingHistory: what cross-validated heads did while they learnt, as a value."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class TrainingHistory:
    """Only what scorers need, averaged over seeds.

    pred_probs: (n, c) float32 out-of-fold class probabilities: from heads that never saw the row.
        nan where no such head could know the class (a class too small for the folds).
    el2n: (n, epochs) float16 ‖softmax − onehot‖₂ after each epoch, of heads that train on the row.
    given_probs: (n, epochs) float16 probability of the given label, likewise.
    margins: (n, epochs) float16 logit of the given label minus the best other, likewise.
    correct: (n, epochs) float16 share of seeds and folds that predict the given label, likewise.
    Rows without a label hold nan in the last four.
    """

    pred_probs: np.ndarray
    el2n: np.ndarray
    given_probs: np.ndarray
    margins: np.ndarray
    correct: np.ndarray

    def __post_init__(self) -> None:
        for array in vars(self).values():
            array.setflags(write=False)
