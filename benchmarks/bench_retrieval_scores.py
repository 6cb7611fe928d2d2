"""Which score finds the positives nobody marked, and does a list that learns find more?

    python -m benchmarks.bench_retrieval_scores --data ../shared/data [--sets cranfield cisi dl19]

Cranfield, CISI and TREC Deep Learning 2019 with the positives that a shallow look would have found;
the rest is hidden. Every score of pairs: mean average precision of the hidden positives over the
queries that hide one, and how many are in the first 500 cards of one order over all queries. Beside
them the plain orders by cosine (to the query, to the nearest known positive, their sum), a random
order, and the default with the weights that are best on the other two sets. Then a simulated
reviewer of 500 cards (the verdict is the truth) whose list learns after every 5. `of_cosine` is
what is found in 500 cards, over the most that a plain cosine order finds. Rows go to
results/retrieval_scores.csv, of which `python -m benchmarks.scoreboard` makes tables.
"""

import argparse
import itertools
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.record import append
from benchmarks.retrieval_sets import RETRIEVAL_SETS, Concealed
from engine.audit import Audit, gather
from engine.contract import Score
from engine.evaluate import average_precision
from engine.inputs import VOCABULARY, Evidence, missing_inputs
from engine.kernels.relevance import readings
from engine.learning import Learner
from engine.queueing import default_queue
from engine.run import run
from engine.scorers import all_scorers

CARDS, EVERY, DEFAULT = 500, 5, "missing_positive"
CHANCES = (DEFAULT, "coupled_estimation")
"""Scores that are probabilities: their sum is how many they expect."""
GRID = tuple(
    itertools.product((0.5, 1.0, 1.5), (1.0, 2.0, 3.0), (0.3, 0.6), (-0.3, -0.6), (0.0, -0.3))
)
"""Weights of the five readings to choose from when a set is left out."""
Row = dict[str, object]


def mean_average_precision(concealed: Concealed, suspicion: np.ndarray) -> float:
    """Over the queries that hide a positive; a pair that cannot be scored comes last."""
    found = []
    for query in np.unique(concealed.query[concealed.hidden]):
        rows = np.flatnonzero((concealed.query == query) & concealed.among)
        found.append(average_precision(suspicion[rows], concealed.hidden[rows]))
    return float(np.mean(found))


def in_first(concealed: Concealed, suspicion: np.ndarray) -> int:
    """Hidden positives among the first cards of one order over all queries, ties in its order."""
    rows = np.flatnonzero(concealed.among)
    first = np.argsort(-np.nan_to_num(suspicion[rows], nan=-np.inf), kind="stable")[:CARDS]
    return int(concealed.hidden[rows[first]].sum())


def with_learning(concealed: Concealed, result: Audit) -> int:
    """Hidden positives among the first cards when the list learns."""
    learner, still_open = Learner.prepare(result, result.queue), concealed.among.copy()
    rows, verdicts = np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)
    while len(rows) < CARDS:
        now = learner.learn(rows, verdicts).first(min(EVERY, CARDS - len(rows)), still_open)
        rows, verdicts = np.append(rows, now), np.append(verdicts, concealed.hidden[now])
        still_open[now] = False
    return int(verdicts.sum())


def cosine_orders(evidence: Evidence) -> dict[str, np.ndarray]:
    """The plain orders; a query without a known positive is near none: 0."""
    assert evidence.dataset.pairs is not None
    asked = evidence.dataset.pairs.similarity
    nearest = run(all_scorers()["positive_similarity"], evidence, device="cpu").values
    known = np.nan_to_num(nearest, nan=0.0)
    return {
        "cosine to the query": asked,
        "cosine to the nearest known positive": known,
        "sum of the two cosines": asked + known,
    }


def readings_of(evidence: Evidence) -> np.ndarray:
    """(n, 5) what the default sums."""
    words = all_scorers()[DEFAULT].inputs
    arrays = (torch.tensor(np.array(VOCABULARY[word].fetch(evidence))) for word in words)
    return readings(*arrays).numpy()


def left_out(sets: list[Concealed], parts: list[np.ndarray]) -> list[Row]:
    """The default of each set under the weights that are best on the mean logarithm of the others,
    among GRID."""
    quality = np.array(
        [
            [mean_average_precision(one, part @ np.array(w, dtype=np.float32)) for w in GRID]
            for one, part in zip(sets, parts, strict=True)
        ]
    )
    rows = []
    for at, (one, part) in enumerate(zip(sets, parts, strict=True)):
        weights = GRID[int(np.delete(np.log(quality), at, axis=0).mean(axis=0).argmax())]
        order = part @ np.array(weights, dtype=np.float32)
        told = " ".join(f"{weight:g}" for weight in weights)
        rows.append(line(one, f"{DEFAULT}, weights chosen on the other sets", order, 0.0, told))
    return rows


def line(one: Concealed, who: str, suspicion: np.ndarray, seconds: float, note: str = "") -> Row:
    """One order."""
    quality = mean_average_precision(one, suspicion)
    return measured(one, who, quality, in_first(one, suspicion), seconds, note)


def measured(
    one: Concealed, who: str, quality: float, found: int, seconds: float, note: str = ""
) -> Row:
    """One measurement; the columns of results/retrieval_scores.csv. quality: nan = not measured."""
    print(f"{one.name:14} {who:50} MAP {quality:.4f} found {found:4} {seconds:6.1f} s", flush=True)
    return {
        "data": one.name,
        "pairs": int(one.among.sum()),
        "hidden": int(one.hidden.sum()),
        "who": who,
        "mean_average_precision": "" if np.isnan(quality) else round(quality, 4),
        "found_in_500": found,
        "seconds": round(seconds, 2),
        "note": note,
    }


def of_one(one: Concealed, evidence: Evidence) -> list[Row]:
    """Every order of one set, then the list that learns."""
    rows = [line(one, who, order, 0.0) for who, order in cosine_orders(evidence).items()]
    chance = np.random.default_rng(0).random(len(one.hidden))
    rows.append(line(one, "random order", chance, 0.0))
    scores: dict[str, Score] = {}
    for name, scorer in all_scorers().items():
        if scorer.unit != "pair" or missing_inputs(scorer.inputs, evidence):
            continue
        began = time.perf_counter()
        scores[name] = run(scorer, evidence, device="cpu")
        spent = time.perf_counter() - began
        expected = np.nansum(scores[name].values[one.among])
        note = f"expects {expected:.0f} hidden" if name in CHANCES else ""
        rows.append(line(one, name, scores[name].suspicion, spent, note))
    result = Audit(evidence, scores, default_queue(list(scores.values()), evidence))
    began = time.perf_counter()
    found = with_learning(one, result)
    spent = time.perf_counter() - began
    rows.append(measured(one, f"{DEFAULT}, learning", float("nan"), found, spent))
    best = max(int(str(row["found_in_500"])) for row in rows[:3])
    return [{**row, "of_cosine": round(int(str(row["found_in_500"])) / best, 3)} for row in rows]


def main() -> None:
    """Measure and append."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--sets", nargs="+", choices=list(RETRIEVAL_SETS), default=[*RETRIEVAL_SETS]
    )
    chosen = parser.parse_args()
    rows: list[Row] = []
    sets, parts = [], []
    for name in chosen.sets:
        one = RETRIEVAL_SETS[name](chosen.data)
        evidence = gather(one.dataset, None)
        rows += of_one(one, evidence)
        sets.append(one)
        parts.append(readings_of(evidence))
    if len(sets) == len(RETRIEVAL_SETS):
        rows += [{**row, "of_cosine": ""} for row in left_out(sets, parts)]
    append("retrieval_scores", rows, packages=("numpy", "torch", "bm25s"))


if __name__ == "__main__":
    main()
