"""Can the label be told from a property that should not matter, as how dark the picture is?"""

import warnings

import numpy as np

FOLDS = 5


def spurious_score(values: np.ndarray, labels: np.ndarray) -> float:
    """How much of the room above guessing a property leaves: 1 = it tells nothing, 0 = the label.

    values: (n,) one property, nan = unknown; labels: (n,), -1 = unlabelled; both left out, as is
    a class with fewer rows than the 5 folds. min(1, (1 - accuracy) / (1 - share of the largest
    class)), accuracy of a Gaussian naive Bayes on the property alone, cross-validated. nan with
    fewer than two classes. cleanlab 2.9 (Datalab spurious_correlations) has the number of the
    largest class in the place of its share, and so judges against a guess that is never right.

    >>> labels = np.repeat([0, 1], 20)
    >>> spurious_score(labels.astype(float), labels)
    0.0
    """
    known = ~np.isnan(values) & (labels >= 0)
    large = np.flatnonzero(np.bincount(labels[known], minlength=1) >= FOLDS)
    known &= np.isin(labels, large)
    if len(large) < 2:
        return float("nan")
    if np.ptp(values[known]) == 0:
        return 1.0
    from sklearn.model_selection import cross_val_score  # takes a second to import
    from sklearn.naive_bayes import GaussianNB

    guess = np.bincount(labels[known]).max() / known.sum()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a class on a single value has no spread
        column = values[known].astype(np.float64)[:, None]
        parts = cross_val_score(GaussianNB(), column, labels[known], cv=FOLDS, scoring="accuracy")
    return float(min(1.0, (1 - parts.mean()) / (1 - guess)))
