"""The noisy digits of the published regression table: 1,797 rows, a fifth of the labels wrong."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from engine.inputs import Evidence
from tests.blobs import dataset_of, evidence_of


@dataclass(frozen=True)
class Noisy:
    """Digits under wrong labels, with scikit-learn's probabilities and with our own heads."""

    given: Evidence
    trained: Evidence
    wrong: np.ndarray


@cache
def noisy_digits() -> dict[str, Noisy]:
    """Both kinds of noise, "symmetric" and "asymmetric" (class + 1), exactly as for the table."""
    bunch = load_digits()
    vectors = bunch.data / 16
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rng = np.random.default_rng(0)
    rows = rng.choice(1797, 359, replace=False)
    shifts = {"symmetric": rng.integers(1, 10, size=359), "asymmetric": 1}
    noisy = {}
    for kind, shift in shifts.items():
        labels = bunch.target.copy()
        labels[rows] = (labels[rows] + shift) % 10
        model = LogisticRegression(C=10, max_iter=2000)
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        probs = cross_val_predict(model, vectors, labels, cv=folds, method="predict_proba")
        trained = evidence_of(dataset_of(vectors, labels))
        dataset = replace(trained.dataset, pred_probs=probs.astype(np.float32))
        noisy[kind] = Noisy(replace(trained, dataset=dataset), trained, labels != bunch.target)
    return noisy
