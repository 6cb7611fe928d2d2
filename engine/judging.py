"""How far the queries of a retrieval set are judged, and what was found for each."""

from dataclasses import dataclass

import numpy as np

from engine.reviewed import SETTLED
from engine.sampling import NAMED
from store.ledger import ACTIONS, Ledger
from store.pairs import Pairs

DUPLICATE = ACTIONS.index("drop")


@dataclass(frozen=True, eq=False)
class Judging:
    """Counts for each query, (q,) int64.

    candidates: passages that may be relevant to it. known: positives that the judgements name.
    judged: candidates that the judgements or a verdict in force speak of. decided: those with
    such a verdict. found: positives among them that nobody had marked, also duplicates of a known
    one. suspected: candidates without a verdict among those that the default list names.
    """

    candidates: np.ndarray
    known: np.ndarray
    judged: np.ndarray
    decided: np.ndarray
    found: np.ndarray
    suspected: np.ndarray

    @property
    def judged_share(self) -> float:
        """Of all candidates of all queries, 0 to 1."""
        return float(self.judged.sum() / max(self.candidates.sum(), 1))


def judging(
    pairs: Pairs, ledger: Ledger, strata: np.ndarray | None = None, query: int | None = None
) -> Judging:
    """Count the candidates of every query, or of one: then each array has one number.

    strata: (n,) of `engine.sampling.strata_of`; without it nothing is suspected.
    """
    rows = slice(0, len(pairs)) if query is None else pairs.of_query(query)
    codes, given = ledger.codes[rows], pairs.grade[rows]
    settled = np.isin(codes, SETTLED)
    marked = (grades(ledger, rows) > 0) | (codes == DUPLICATE)
    named = np.zeros(len(codes), dtype=bool) if strata is None else strata[rows] == NAMED
    whose, many = (
        (pairs.query, len(pairs.queries))
        if query is None
        else (np.zeros(len(codes), dtype=np.int64), 1)
    )

    def count(which: np.ndarray) -> np.ndarray:
        return np.bincount(whose[which], minlength=many)

    return Judging(
        candidates=count(np.ones(len(codes), dtype=bool)),
        known=count((given > 0) & pairs.judged[rows]),
        judged=count(pairs.judged[rows] | settled),
        decided=count(settled),
        found=count(settled & (given <= 0) & marked),
        suspected=count(named & (codes == 0)),
    )


def grades(ledger: Ledger, rows: slice) -> np.ndarray:
    """(rows,) int64 the grades in force of some pairs."""
    of_class = np.array([int(name) for name in ledger.dataset.classes])
    return of_class[ledger.labels[rows]]
