"""The log of decisions as the estimators read it: one line per row, in order of arrival."""

from dataclasses import dataclass

import numpy as np

from store.ledger import ACTIONS, Ledger

WRONG = {"keep": 0, "relabel": 1, "drop": 1}
"""Whether a verdict says that the given label is wrong; of the others nobody knows."""
SETTLED = tuple(ACTIONS.index(action) for action in WRONG)
"""The same verdicts as positions in ACTIONS."""


def settled(codes: np.ndarray) -> np.ndarray:
    """(n,) bool: the rows whose verdict says that the label is right or wrong.

    codes: (n,) int8 positions in ACTIONS. A comparison for each is ten times as fast as `np.isin`,
    which a million rows feel between two keys.

    >>> settled(np.array([ACTIONS.index(action) for action in ("keep", "skip", "drop")])).tolist()
    [True, False, True]
    """
    found = np.zeros(len(codes), dtype=bool)
    for code in SETTLED:
        found |= codes == code
    return found


@dataclass(frozen=True, eq=False)
class Reviewed:
    """t rows with a verdict.

    rows: (t,) int64, each once. wrong: (t,) int8 1 = the given label is wrong, 0 = right, -1 =
    unknown. blind: (t,) bool, drawn at random before any list showed it. seconds: (t,) float64
    spent on the first word about it, nan = unknown or one of many decided together.
    """

    rows: np.ndarray
    wrong: np.ndarray
    blind: np.ndarray
    seconds: np.ndarray


def reviewed(ledger: Ledger) -> Reviewed:
    """What was said so far. A row that was judged again keeps its place, with the later verdict."""
    said = ledger.arrivals()
    rows = np.array([row for row, _ in said], dtype=np.int64)
    of_code = np.array([WRONG.get(action, -1) for action in ACTIONS], dtype=np.int8)
    return Reviewed(
        rows=rows,
        wrong=of_code[ledger.codes[rows]],
        blind=np.array([first.because.get("blind") is True for _, first in said], dtype=bool),
        seconds=np.array(
            [
                np.nan if first.seconds is None or len(first.ids) > 1 else first.seconds
                for _, first in said
            ],
            dtype=np.float64,
        ),
    )
