"""What one decision about many rows would come to, before it is made."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from store.dataset import UNLABELLED, Dataset
from store.decision import decide
from store.ledger import ACTIONS, Ledger

KEEP, RELABEL, DROP = (ACTIONS.index(action) for action in ("keep", "relabel", "drop"))
SHOWN = 10


@dataclass(frozen=True, eq=False)
class Foreseen:
    """m rows and one decision about them.

    chosen, before, after: (c + 1,) rows by label in force, the last without one: of these rows, and
        of the whole dataset now and then. A dropped row counts nowhere.
    replaced: rows on which this reviewer's own verdict is replaced. others: rows on which others
        have one, which stays beside this. disputed: of all of them, those that would then need
        adjudication.
    """

    rows: int
    chosen: np.ndarray
    before: np.ndarray
    after: np.ndarray
    replaced: int
    others: int
    disputed: int


def foresee(
    ledger: Ledger, rows: np.ndarray, action: str, *, reviewer: str, label: str | None = None
) -> Foreseen:
    """rows: (m,) int64, each once. Raises UserError for what `store.decision.decide` refuses."""
    dataset = ledger.dataset
    decide(dataset, rows[:1], action, reviewer=reviewer, label=label)  # only to have it checked
    codes, labels = ledger.codes.copy(), ledger.labels.copy()
    told = np.zeros(len(dataset), dtype=bool)
    told[ledger.told()] = True
    codes[rows], labels[rows] = ACTIONS.index(action), dataset.labels[rows]
    if action == "relabel":
        labels[rows] = dataset.classes.index(str(label))
        codes[rows[labels[rows] == dataset.labels[rows]]] = KEEP
    known = rows[told[rows]]  # of these alone somebody has said something that may weigh against it
    if len(known):
        codes[known], labels[known] = ledger.foresee(known, action, reviewer=reviewer, label=label)
    verdicts = [ledger.verdicts.get(id_) for id_ in dataset.ids(known)]
    c = len(dataset.classes)
    return Foreseen(
        rows=len(rows),
        chosen=_tally(ledger.codes[rows], ledger.labels[rows], c),
        before=_tally(ledger.codes, ledger.labels, c),
        after=_tally(codes, labels, c),
        replaced=sum(one is not None and reviewer in one.reviewers for one in verdicts),
        others=sum(one is not None and one.reviewers != (reviewer,) for one in verdicts),
        disputed=int(np.count_nonzero(codes[rows] == ACTIONS.index("adjudicate"))),
    )


def digest_of_rows(dataset: Dataset, rows: np.ndarray) -> str:
    """Another one for other rows, or for rows of another dataset: 32 hexadecimal digits."""
    digest = blake2b(dataset.fingerprint.encode(), digest_size=16)
    digest.update(np.ascontiguousarray(rows, dtype="<i8").tobytes())
    return digest.hexdigest()


def some_of(rows: np.ndarray, digest: str) -> np.ndarray:
    """Ten rows drawn at random, in table order; the same ones for the same digest."""
    chance = np.random.default_rng(int(digest, 16))
    drawn = chance.choice(rows, min(SHOWN, len(rows)), replace=False, shuffle=False)
    return np.sort(drawn)


def _tally(codes: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    there = labels[codes != DROP]
    return np.bincount(np.where(there == UNLABELLED, classes, there), minlength=classes + 1)
