"""What verdicts change for the systems whose runs were brought: each measure before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import ir_measures
import numpy as np

from store.dataset import Dataset
from store.errors import UserError
from store.retrieval import Run
from store.standing import SETTLED, grades_of
from store.verdicts import Applied

MEASURES = ("nDCG@10", "RR@10", "AP", "R@100", "Judged@10", "Bpref", "infAP")
"""As ir_measures calls them. The last two are made for judgements with gaps."""
ABOUT = {
    "nDCG@10": "graded relevance of the first ten, the first counting most",
    "RR@10": "1 / rank of the first relevant one of the first ten (MRR)",
    "AP": "mean precision at every relevant passage (MAP)",
    "R@100": "share of the relevant passages among the first hundred",
    "Judged@10": "share of the first ten that anybody judged",
    "Bpref": "share of judged pairs in the right order; passages nobody judged do not count",
    "infAP": "AP with passages nobody judged counted as relevant as often as the judged ones are",
}
DRAWS = 2_000
"""Resamples of the queries that an interval is read from."""
POOLED = -1
"""What trec_eval calls a passage that was pooled and that nobody judged."""

Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Interval:
    """A mean over queries and where 95 % of its resamples lie."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Measured:
    """One system by one measure: mean over queries before and after the verdicts, and the change.

    The change is paired: query by query.
    """

    system: str
    measure: str
    before: Interval
    after: Interval
    change: Interval


@dataclass(frozen=True)
class Swap:
    """Two systems that change places. sure: 95 % of the resamples agree on who is ahead now."""

    measure: str
    was_ahead: str
    is_ahead: str
    sure: bool


@dataclass(frozen=True)
class RunReport:
    """What was measured. queries: those with a relevant passage after the verdicts; all others
    say nothing and are left out of both means. judged: verdicts that count as judgements.
    """

    queries: int
    judged: int
    measured: tuple[Measured, ...]
    swaps: tuple[Swap, ...]


def measure_runs(dataset: Dataset, applied: Applied, *, seed: int = 0) -> RunReport:
    """Every run of the user's by every measure, before and after the verdicts.

    "keep" judges a pair as it was given, "relabel" as it is now. A dropped pair, a duplicate of a
    known positive, stays out of the judgements as it was. The same data gives the same intervals.

    Raises UserError where there is no run, or no query with a relevant passage.
    Source: ir_measures (MacAvaney, Macdonald, Ounis: Streamlining Evaluation with ir-measures,
    ECIR 2022) and its pytrec_eval; bpref: Buckley, Voorhees: Retrieval evaluation with incomplete
    information, SIGIR 2004; infAP: Yilmaz, Aslam: Estimating average precision with incomplete and
    imperfect judgments, CIKM 2006; intervals: bootstrap over queries (Efron, 1979), percentiles.
    """
    pairs = dataset.pairs
    if pairs is None or not pairs.runs:
        raise UserError(
            f"{dataset.name} came without runs, so there is nothing to measure. Bring what your "
            "systems returned with --run FILE (lines: query Q0 passage rank score system)."
        )
    said, now = np.isin(applied.actions, SETTLED), grades_of(dataset, applied)
    before = _qrels(pairs.query, pairs.passage, pairs.grade, pairs.judged)
    after = _qrels(pairs.query, pairs.passage, now, pairs.judged | said)
    queries = sorted(query for query, known in after.items() if any(map(_relevant, known.values())))
    if not queries:
        raise UserError(
            f"No query of {dataset.name} has a relevant passage, so no run can be measured. Mark "
            "some passages as relevant first."
        )
    values = {
        run.name: tuple(_by_query(_lines(run), qrels, queries) for qrels in (before, after))
        for run in pairs.runs
    }
    weights = _weights(len(queries), seed)
    measured = tuple(
        Measured(
            name,
            measure,
            before=_interval(was[measure], weights),
            after=_interval(is_now[measure], weights),
            change=_interval(is_now[measure] - was[measure], weights),
        )
        for measure in MEASURES
        for name, (was, is_now) in values.items()
    )
    return RunReport(len(queries), int(said.sum()), measured, _swaps(values, weights))


def _relevant(grade: int) -> bool:
    return grade > 0


def _qrels(query: np.ndarray, passage: np.ndarray, grade: np.ndarray, judged: np.ndarray) -> Qrels:
    found: Qrels = {}
    columns = (query[judged].tolist(), passage[judged].tolist(), grade[judged].tolist())
    for one, other, value in zip(*columns, strict=True):
        found.setdefault(str(one), {})[str(other)] = value
    return found


def _lines(run: Run) -> dict[str, dict[str, float]]:
    """By query what a run returned. The rank decides: scores of a file may be tied or missing."""
    found: dict[str, dict[str, float]] = {}
    columns = (run.query.tolist(), run.passage.tolist(), run.rank.tolist())
    for query, passage, rank in zip(*columns, strict=True):
        found.setdefault(str(query), {})[str(passage)] = -float(rank)
    return found


def _by_query(
    lines: Mapping[str, Mapping[str, float]], qrels: Qrels, queries: list[str]
) -> dict[str, np.ndarray]:
    """Measure -> (queries,) float64; 0 where the run returned nothing for a query."""
    known = {query: qrels.get(query, {}) for query in queries}
    pooled = {
        query: {**dict.fromkeys(lines.get(query, ()), POOLED), **judged}
        for query, judged in known.items()
    }
    values = {measure: np.zeros(len(queries)) for measure in MEASURES}
    at = {query: place for place, query in enumerate(queries)}
    for names, judgements in ((MEASURES[:-1], known), (MEASURES[-1:], pooled)):
        asked = [ir_measures.parse_measure(name) for name in names]
        some = {query: judged for query, judged in judgements.items() if judged}
        for one in ir_measures.iter_calc(asked, some, lines) if some else ():
            values[str(one.measure)][at[one.query_id]] = one.value
    return values


def _weights(queries: int, seed: int) -> np.ndarray:
    """(DRAWS, queries) how often each resample draws each query, as shares."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(queries, np.full(queries, 1 / queries), size=DRAWS) / queries


def _interval(values: np.ndarray, weights: np.ndarray) -> Interval:
    low, high = np.percentile(weights @ values, [2.5, 97.5])
    return Interval(float(low), float(values.mean()), float(high))


def _swaps(
    values: Mapping[str, tuple[dict[str, np.ndarray], ...]], weights: np.ndarray
) -> tuple[Swap, ...]:
    """Pairs of systems whose means are the other way round after the verdicts."""
    return tuple(_swapped(values, weights))


def _swapped(
    values: Mapping[str, tuple[dict[str, np.ndarray], ...]], weights: np.ndarray
) -> Iterable[Swap]:
    for measure in MEASURES:
        for one, other in combinations(values, 2):
            was, now = (
                left[measure] - right[measure]
                for left, right in zip(values[one], values[other], strict=True)
            )
            if was.mean() * now.mean() >= 0:
                continue
            ahead, behind = (one, other) if now.mean() > 0 else (other, one)
            lead = _interval(now if now.mean() > 0 else -now, weights)
            yield Swap(measure, was_ahead=behind, is_ahead=ahead, sure=lead.low > 0)
