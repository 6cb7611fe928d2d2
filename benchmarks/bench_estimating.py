"""Do the intervals of what is left hold, and what does the stopping rule promise?

    python -m benchmarks.bench_estimating --data ../shared/data --workspace audits
        [--sets sick ...] [--orders ...] [--sessions 1000] [--first 1000]

Simulated reviewers who make no mistakes, one card in ten blind, drawn 20 cards ahead. The order of
the other cards is the list as it is, or one that learns: after an error its neighbours come first;
with --orders engine.learning the product's own order, which takes seconds per session.
Made data: 5,000 rows, a new number of errors per session (log-uniform, 0.5 to 20 %), errors in
clusters, probabilities right, too even (logits x 0.4) or too sure (x 2.5). Audited sets: the same
errors in each session, the default queue's own probabilities. Retrieval sets: an error is a missing
positive among the pairs that some ranking has in front. Coverage, mean widths and the
stopping rule's record go to results/estimating.csv.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.audited_sets import SETS, Audited
from benchmarks.record import append
from benchmarks.retrieval_sets import RETRIEVAL_SETS
from benchmarks.sessions import Cards, Order, adaptive, fixed, review
from engine.audit import audit
from engine.estimating import Estimate, bound_of, standing
from engine.learning import Learner
from engine.sampling import NOT_COUNTED, expected_errors, lists_of, split, strata_of
from store.workspace import Workspace

LISTS = (
    "joined_evidence", "self_confidence", "neighbour_vote",
    "missing_positive", "relevance_feedback", "fused_rank",
)  # fmt: skip
LENGTHS = (200, 500, 1_000)
LOOK = 100
"""The stopping rule is looked at after so many cards."""
STOP_AT = 0.2
"""A session stops when fewer than this share of the rows is left, with 95 % confidence."""
MADE = {"right": 1.0, "too even": 0.4, "too sure": 2.5}
Row = dict[str, object]
Told = tuple[float, Estimate, int, int]
"""The truth, what was said of it, from how many blind cards, and how many of them were wrong."""


@dataclass(frozen=True, eq=False)
class Population:
    """A dataset to review: (n,) strata, which labels are wrong, the list's order, who is near.

    learner: the product's own, where there is an audit.
    """

    strata: np.ndarray
    guilty: np.ndarray
    suspicion: np.ndarray
    neighbours: np.ndarray
    lists: dict[str, np.ndarray]
    learner: Learner | None = None


def by_the_learner(population: Population) -> Order:
    """The order of the product, which needs an audit: not on made data."""
    learner = population.learner
    if learner is None:
        raise SystemExit("The order engine.learning needs --sets; leave --made out.")
    return lambda rows, wrong: learner.learn(rows, wrong == 1).suspicion


ORDERS: dict[str, Callable[[Population], Order]] = {
    "as listed": lambda population: fixed(population.suspicion),
    "learning": lambda population: adaptive(population.suspicion, population.neighbours),
    "engine.learning": by_the_learner,
}


def made(rng: np.random.Generator, *, power: float, n: int = 5_000) -> Population:
    """Errors in clusters of 16 rows, and probabilities that see them through noise."""
    share = np.exp(rng.uniform(np.log(0.005), np.log(0.2)))
    cluster = np.sort(rng.integers(0, n // 16, n))
    rate = rng.gamma(0.5, 1, n // 16)
    guilty = rng.random(n) < np.minimum(rate[cluster] / rate[cluster].mean() * share, 1)
    logits = 2 * (rng.normal(size=n) + 2 * guilty) - 2 + np.log(share / (1 - share))
    chances = 1 / (1 + np.exp(-power * logits))
    neighbours = np.arange(n)[:, None] + np.array([-1, 1, -2, 2, -3, 3, -4, 4])
    neighbours[(neighbours < 0) | (neighbours >= n)] = -1
    named = np.argsort(-chances, kind="stable")[: expected_errors(chances)]
    strata = split(chances, np.ones(n, dtype=bool))
    return Population(strata, guilty, chances, neighbours, {LISTS[0]: named})


def audited(name: str, data: Path, workspace: Path) -> tuple[str, Population]:
    """A set whose labels people have settled, after its audit."""
    if name in RETRIEVAL_SETS:
        concealed = RETRIEVAL_SETS[name](data)
        found = Audited(concealed.name, concealed.dataset, concealed.hidden, concealed.among)
    else:
        found = SETS[name](data)
    done = audit(found.dataset, Workspace(workspace / name))
    strata = strata_of(done)
    if name in RETRIEVAL_SETS:  # of other pairs nobody knows the truth
        strata = np.where(found.among, strata, NOT_COUNTED).astype(np.int8)
    named = {key: rows for key, rows in lists_of(done).items() if key in LISTS}
    lists = {key: rows[strata[rows] != NOT_COUNTED] for key, rows in named.items()}
    graph = done.evidence.graph
    assert graph is not None
    suspicion = np.nan_to_num(done.scores[done.default].suspicion, nan=-np.inf)
    return found.name, Population(
        strata,
        found.guilty & (strata != NOT_COUNTED),
        suspicion,
        graph.neighbours,
        lists,
        Learner.prepare(done, done.queue),
    )


def sessions(
    populate: Callable[[int], Population], order: str, seeds: range
) -> Iterator[tuple[Population, Cards]]:
    """One session of the longest length for each seed."""
    for seed in seeds:
        population = populate(seed)
        yield (
            population,
            review(
                population.strata,
                population.guilty,
                ORDERS[order](population),
                max(LENGTHS),
                seed=seed,
                learns=order != "as listed",
            ),
        )


def measure(
    name: str, populate: Callable[[int], Population], order: str, seeds: range
) -> list[Row]:
    """Rows of one dataset and one order."""
    seen: dict[tuple[int, str], list[Told]] = defaultdict(list)
    stops: list[tuple[float, bool, bool]] = []
    for population, cards in sessions(populate, order, seeds):
        total = int(population.guilty.sum())
        for length in LENGTHS:
            part = [array[:length] for array in (cards.rows, cards.wrong, cards.blind)]
            unknown = np.full(len(part[0]), np.nan)
            now = standing(population.strata, *part, unknown, lists=population.lists)
            rows, wrong, blind = part
            left = total - now.found
            seen[length, "errors left"].append((left, now.left, blind.sum(), wrong[blind].sum()))
            for key, named in population.lists.items():
                if len(named):
                    truth = float(population.guilty[named].mean())
                    drawn = wrong[blind & np.isin(rows, named)]
                    told = truth, now.precision[key], len(drawn), int(drawn.sum())
                    seen[length, f"precision of {key}"].append(told)
        stops.append(stopped(population, cards))
    rows = [
        summary(name, order, len(seeds), length, quantity, told)
        for (length, quantity), told in seen.items()
    ]
    return [*rows, promise(name, order, len(seeds), stops)]


def stopped(population: Population, cards: Cards) -> tuple[float, bool, bool]:
    """(card of the first stop or nan, was the promise true, was the bound true at every look)."""
    total, stop, kept, always = int(population.guilty.sum()), float("nan"), True, True
    for length in range(LOOK, len(cards.rows) + 1, LOOK):
        part = (cards.rows[:length], cards.wrong[:length], cards.blind[:length])
        fewer, left = bound_of(population.strata, *part), total - int(part[1].sum())
        always &= left < fewer
        if np.isnan(stop) and fewer <= STOP_AT * len(population.strata):
            stop, kept = length, left < fewer
    return stop, kept, always


def summary(
    name: str,
    order: str,
    count: int,
    length: int,
    quantity: str,
    told: list[Told],
) -> Row:
    """How often the truth lay in the interval, and on which side it lay else.

    The note leaves out the sessions that had seen every row, where the interval is the truth.
    """
    hair = 1e-9  # a share computed in two ways
    missed = np.array(
        [(truth < found.low - hair, truth > found.high + hair) for truth, found, *_ in told]
    )
    is_open = np.array([found.high - found.low > hair for _, found, *_ in told])
    below, above = missed.mean(axis=0)
    blind, hits = np.mean([counts for _, _, *counts in told], axis=0)
    kept = ~missed[is_open].any(axis=1)
    held = f" and held in {kept.mean():.1%} of them" if len(kept) else ""
    return {
        "data": name,
        "order": order,
        "sessions": count,
        "cards": length,
        "quantity": quantity,
        "held": round(float(1 - below - above), 4),
        "truth_below": round(float(below), 4),
        "truth_above": round(float(above), 4),
        "mean_width": round(float(np.mean([found.high - found.low for _, found, *_ in told])), 4),
        "mean_truth": round(float(np.mean([truth for truth, *_ in told])), 4),
        "mean_middle": round(float(np.mean([found.middle for _, found, *_ in told])), 4),
        "note": f"open in {is_open.sum()} sessions{held}; "
        f"{blind:.1f} blind cards, {hits:.2f} of them wrong",
    }


def promise(name: str, order: str, count: int, stops: list[tuple[float, bool, bool]]) -> Row:
    """How often fewer errors were left than was promised when the session stopped."""
    ended = [(card, kept) for card, kept, _ in stops if not np.isnan(card)]
    always = sum(true for _, _, true in stops) / len(stops)
    middle = f"median {np.median([card for card, _ in ended]):.0f} cards" if ended else "never"
    return {
        "data": name,
        "order": order,
        "sessions": count,
        "cards": max(LENGTHS),
        "quantity": f"promise at the stop: fewer than {STOP_AT:.0%} of the rows",
        "held": round(sum(kept for _, kept in ended) / len(ended), 4) if ended else "",
        "truth_below": "",
        "truth_above": "",
        "mean_width": "",
        "mean_truth": "",
        "mean_middle": "",
        "note": f"{len(ended)} sessions stopped, {middle}; the bound was true at every look "
        f"(each {LOOK} cards) in {always:.1%} of all sessions",
    }


def main() -> None:
    """Measure and append, one set and one order after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of the audited sets")
    parser.add_argument("--workspace", type=Path, help="where their audits are kept")
    parser.add_argument("--sets", nargs="*", choices=[*SETS, *RETRIEVAL_SETS], default=[])
    parser.add_argument("--made", nargs="*", choices=list(MADE), default=[])
    parser.add_argument(
        "--orders", nargs="+", choices=list(ORDERS), default=["as listed", "learning"]
    )
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument(
        "--first", type=int, default=1_000, help="first seed; limits were chosen on lower ones"
    )
    parser.add_argument("--dry", action="store_true", help="print only, append nothing")
    chosen = parser.parse_args()
    populations: dict[str, Callable[[int], Population]] = {}
    for kind in chosen.made:
        power = MADE[kind]
        populations[f"made, probabilities {kind}"] = partial(fresh, power)
    for one in chosen.sets:
        name, population = audited(one, chosen.data, chosen.workspace)
        populations[name] = partial(same, population)
    for name, populate in populations.items():
        for order in chosen.orders:
            seeds = range(chosen.first, chosen.first + chosen.sessions)
            rows = measure(name, populate, order, seeds)
            for row in rows:
                print(*row.values(), sep=" | ", flush=True)
            if not chosen.dry:
                append("estimating", rows, packages=("numpy", "scipy"))


def fresh(power: float, seed: int) -> Population:
    """Made anew for each session."""
    return made(np.random.default_rng([seed, 7]), power=power)


def same(population: Population, seed: int) -> Population:
    """The same for each session."""
    return population


if __name__ == "__main__":
    main()
