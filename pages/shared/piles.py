"""Piles: the examples by their verdict in force, and what each pile is called."""

import numpy as np

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


def sizes(actions: np.ndarray) -> dict[str, int]:
    """How many rows lie on each pile."""
    names, counts = np.unique(actions, return_counts=True)
    found = dict(zip(names.tolist(), counts.tolist(), strict=True))
    return {pile: found.get(pile, 0) for pile in PILES}
