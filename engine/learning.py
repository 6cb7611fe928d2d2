"""Lists that learn: after each verdict the rows not yet shown are put in a new order."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, eye
from scipy.special import logit, ndtri

from engine.audit import Audit
from engine.combining import fit
from engine.contract import Score
from engine.grounds import Grounds, grounds_of
from engine.kernels.blocks import row_blocks
from engine.learned import Learned
from engine.queueing import Selection
from engine.spreading import Neighbourhoods, Reach
from store.dataset import Dataset

MOST = 4_000
"""Verdicts that are learnt from: what more of them say is hardly new, and each costs time."""
SUREST = 9.0
"""Log-odds: no list is taken to be surer than one in eight thousand."""


@dataclass(frozen=True)
class Freedom:
    """How far verdicts may move each part away from the fixed order: variances of its weight.

    In log-odds; scores have a deviation of 1. All were chosen on audited sets; the benchmark of
    learning says what choosing them on other sets is worth.
    """

    level: float = 4.0
    order: float = 0.1
    scores: float = 0.3
    given: float = 0.5
    suggested: float = 0.25
    classes_mistaken: float = 3.0
    neighbours: float = 1.0
    query: float = 1.0


@dataclass(frozen=True, eq=False)
class Learner:
    """A list and what is known of its rows, ready to learn from verdicts. Nothing in it changes.

    place: (n,) int64 where each row is in the fixed order.
    start: (n,) float32 log-odds or normal scores of the fixed order, -inf = cannot be scored.
    columns: (n, p) float32 the scores, likewise, high = suspicious, 0 = unknown.
    kind: (n,) int32 number of the row's pair of given and suggested class; of a pair its query.
    factors: (kinds, q) one-hot of given class, suggested class and pair, scaled by their freedom;
        of pairs one-hot of the query.
    around: who shares neighbours with whom; None without a graph.
    freedom: how far it may move.
    """

    place: np.ndarray
    start: np.ndarray
    columns: np.ndarray
    kind: np.ndarray
    factors: csr_matrix
    around: Neighbourhoods | None
    freedom: Freedom

    def __post_init__(self) -> None:
        for array in (self.place, self.start, self.columns, self.kind):
            array.setflags(write=False)

    @classmethod
    def prepare(
        cls,
        audit: Audit,
        first: Selection,
        freedom: Freedom = Freedom(),
        *,
        grounds: Grounds | None = None,
    ) -> "Learner":
        """Everything that need not be done again after each verdict: seconds for a million rows.

        first: the fixed order. Where it has values, rows without one stay last for good.
        grounds: what is the same for all lists of the audit; None = made here.
        """
        dataset, n = audit.evidence.dataset, len(first)
        place, suggested = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        place[first.rows], suggested[first.rows] = np.arange(n), first.suggested
        kind, factors = _kinds(dataset, suggested, freedom)
        grounds = grounds or grounds_of(audit)
        return cls(
            place=place,
            start=_start(first, audit.scores.get(audit.default)),
            columns=grounds.columns,
            kind=kind,
            factors=factors,
            around=grounds.around,
            freedom=freedom,
        )

    def learn(self, rows: np.ndarray, wrong: np.ndarray) -> Learned:
        """The order after these verdicts, whichever way round they came.

        rows: (v,) int64 decided so far. wrong: (v,) bool, the reviewer found the given label wrong.
        """
        rows, wrong = _settled(rows, wrong)
        taught = np.isfinite(self.start[rows])
        rows, wrong = _thinned(rows[taught], wrong[taught])
        if len(rows) == 0:
            return Learned(self.start, self.place, rows, wrong, None)
        reach = None if self.around is None else self.around.reach(rows)
        start = self.start[rows].astype(np.float64)
        dense = np.column_stack(
            [
                np.full(len(rows), np.sqrt(self.freedom.level)),
                np.sqrt(self.freedom.order) * start,
                np.sqrt(self.freedom.scores) * self.columns[rows].astype(np.float64),
            ]
        )
        factors = self.factors[self.kind[rows]]
        said = fit(start, wrong, dense, factors, _likeness(rows, reach, self.freedom.neighbours))
        weights = dense.T @ said
        effects = self.factors @ (factors.T @ said)
        suspicion = self._combined(weights, effects.astype(np.float32))
        if reach is not None:
            lifts = self.freedom.neighbours * reach.alike * said[reach.decided]
            suspicion += np.bincount(reach.row, lifts, minlength=len(suspicion)).astype(np.float32)
        return Learned(suspicion, self.place, rows, said, reach)

    def _combined(self, weights: np.ndarray, effects: np.ndarray) -> np.ndarray:
        """(n,) float32 level, fixed order and scores under these weights, and effects by kind.

        In blocks that stay in the processor's cache.
        """
        # Never turned round: that would also bring what cannot be scored to the top.
        turn = np.float32(max(1 + np.sqrt(self.freedom.order) * weights[1], 0.01))
        level = np.float32(np.sqrt(self.freedom.level) * weights[0])
        columns = (np.sqrt(self.freedom.scores) * weights[2:]).astype(np.float32)
        suspicion = np.empty_like(self.start)
        for block in row_blocks(len(suspicion), columns=len(columns), megabytes=2):
            part = self.start[block] * turn + level
            # Not @: BLAS would wake a second thread, which spins for 20 ms after each product and
            # takes the core that paints the next card.
            part += np.einsum("ij,j->i", self.columns[block], columns)
            part += effects[self.kind[block]]
            suspicion[block] = part
        return suspicion


def _kinds(
    dataset: Dataset, suggested: np.ndarray, freedom: Freedom
) -> tuple[np.ndarray, csr_matrix]:
    """(n,) int32 what rows are mistaken together, and the factors of each: the query of a pair,
    the given and the suggested class of an example."""
    if dataset.pairs is not None:
        queries = len(dataset.pairs.queries)
        factors = csr_matrix(np.sqrt(freedom.query) * eye(queries))
        return dataset.pairs.query.astype(np.int32), factors
    classes = len(dataset.classes) + 1
    codes = (dataset.labels + 1) * classes + suggested + 1
    found, kind = np.unique(codes, return_inverse=True)
    factors = _factors(found // classes, classes + found % classes, 2 * classes, freedom)
    return kind.astype(np.int32), factors


def _factors(
    given: np.ndarray, suggested: np.ndarray, pairs_from: int, freedom: Freedom
) -> csr_matrix:
    """(kinds, pairs_from + kinds) three ones per pair of classes, each times its deviation."""
    kinds = len(given)
    columns = np.column_stack([given, suggested, pairs_from + np.arange(kinds)])
    values = np.sqrt([freedom.given, freedom.suggested, freedom.classes_mistaken])
    starts = np.arange(kinds + 1) * 3
    shape = (kinds, pairs_from + kinds)
    return csr_matrix((np.tile(values, kinds), columns.ravel(), starts), shape=shape)


def _start(first: Selection, chances: Score | None) -> np.ndarray:
    """(n,) float32 log-odds that the label is wrong, or normal scores of the places.

    chances: the joined evidence. Where it is the list itself its probabilities are the odds to
    start from: so sure of its first rows that a slip among them moves nothing, and as open about
    those it cannot tell as it is. Another list has only its order. No value anywhere = 0.
    """
    n, known = len(first), ~np.isnan(first.values)
    start = np.zeros(n, dtype=np.float32)
    if known.any():
        start[first.rows] = -np.inf
        values, m = first.values[known].astype(np.float64), int(known.sum())
        is_chance = chances is not None and np.array_equal(
            chances.values[first.rows], first.values.astype(np.float32), equal_nan=True
        )
        odds = np.clip(logit(values), -SUREST, SUREST) if is_chance else None
        start[first.rows[known]] = ndtri((m - np.arange(m)) / (m + 1)) if odds is None else odds
    return start


def _settled(rows: np.ndarray, wrong: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row once, in table order; where verdicts on a row differ, their mean."""
    unique, inverse, counts = np.unique(
        np.asarray(rows, dtype=np.int64), return_inverse=True, return_counts=True
    )
    votes = np.bincount(inverse, np.asarray(wrong, dtype=np.float64), minlength=len(unique))
    return unique, votes / np.maximum(counts, 1)


def _thinned(rows: np.ndarray, wrong: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most MOST verdicts, drawn by row number, so that few change when one more comes."""
    if len(rows) <= MOST:
        return rows, wrong
    drawn = (rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(16)
    kept = np.sort(np.argpartition(drawn, MOST)[:MOST])
    return rows[kept], wrong[kept]


def _likeness(rows: np.ndarray, reach: Reach | None, variance: float) -> csr_matrix:
    """(v, v) what the decided rows have in common through the graph."""
    v = len(rows)
    if reach is None:
        return csr_matrix((v, v))
    place = np.minimum(np.searchsorted(rows, reach.row), v - 1)
    inside = rows[place] == reach.row
    values = variance * reach.alike[inside].astype(np.float64)
    return csr_matrix((values, (place[inside], reach.decided[inside])), shape=(v, v))
