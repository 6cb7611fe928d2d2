"""Piles: the examples by their verdict in force, and what each pile is called."""

import numpy as np

from store.ledger import ACTIONS
from store.verdicts import UNDECIDED

WORDS = {
    UNDECIDED: "undecided",
    "skip": "skipped",
    "flag": "flagged",
    "adjudicate": "needs adjudication",
    "keep": "kept",
    "relabel": "relabelled",
    "drop": "dropped",
}
PILES = tuple(WORDS)


def sizes(codes: np.ndarray) -> dict[str, int]:
    """How many rows lie on each pile; codes (n,) are positions in ACTIONS, as a ledger has them."""
    counts = np.bincount(codes, minlength=len(ACTIONS)).tolist()
    return dict(zip(ACTIONS, counts, strict=True))
