"""How many more errors does a reviewer find in a list that learns from the verdicts?

    python -m benchmarks.bench_learning --data ../shared/data [--sets sick medical ...]
        [--workspaces FOLDER] [--leave-one-out] [--only-time]

Simulated reviewers go through the first 500 cards of datasets whose every label people have
settled, and of some with planted errors: in the fixed order, in the learning order (the verdict is
the truth; then with 5 % of the verdicts wrong, mean of 3 seeds), at random. The list learns after
every 5 verdicts: that many cards are on their way. On one-sided sets only rows of the negative
class are shown, in Medical cause only those that were adjudicated. Then the time of one
`learn` and `first` on made data of 1,000,000 rows. --leave-one-out chooses how far the list may
move on all other sets that leave room, and measures on the one left out (it learns after every 25
verdicts there). Audits are kept below --workspaces. Rows go to results/learning.csv.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq

from benchmarks.audited_sets import SETS, Audited, made
from benchmarks.record import append
from engine.audit import Audit, audit
from engine.learning import Freedom, Learner
from engine.plant import plant_label_errors
from engine.queueing import Selection
from index.graph import NeighbourGraph
from store.workspace import Workspace

CARDS = 500
NOTHING_TO_GAIN = 0.95
"""A fixed order that is right this often in the first cards, or finds all there is, has no room."""
SLIPS = 0.05
SHUFFLE = 7
"""Not the seed that errors are planted with: that shuffle begins with the errors."""
GRID = tuple(
    Freedom(scores=scores, classes_mistaken=classes, neighbours=neighbours)
    for scores, classes, neighbours in product((0.1, 0.3), (3.0, 10.0), (0.0, 1.0, 3.0))
)


def medical(folder: Path) -> Audited:
    """Medical cause by distant supervision; only sentences with a clear adjudication count."""
    table = pq.read_table(folder / "text/medical_cause.parquet")
    given = np.array(table["cause_given"]).astype(np.int64)
    truth = np.nan_to_num(np.array(table["cause_truth"], dtype=np.float64), nan=2).astype(np.int64)
    known = truth < 2
    vectors = np.load(folder / "embeddings/medical_cause.npy")
    truth = np.where(known, truth, given)
    return made("Medical cause, adjudicated", vectors, given, truth, among=known)


def mnist(folder: Path) -> Audited:
    """MNIST test pictures as pixels, a tenth of the labels wrong."""
    pictures = np.load(folder / "images/mnist_test_images.npz")["images"]
    pixels = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    labels = np.load(folder / "label_errors/mnist.npz")["given"].astype(np.int64)
    clean = made("MNIST, symmetric errors planted", pixels, labels, labels)
    dataset, guilty = plant_label_errors(clean.dataset, share=0.1)
    return Audited(clean.name, dataset, guilty, clean.among)


REVIEWED: dict[str, Callable[[Path], Audited]] = SETS | {"medical": medical, "mnist": mnist}


def found(
    audited: Audited,
    learner: Learner | None,
    order: np.ndarray,
    *,
    slips: float,
    seed: int,
    every: int,
) -> int:
    """Errors among the first cards. order: the fixed one, for a list that does not learn."""
    shown = order[audited.among[order]][:CARDS]
    if learner is None:
        return int(audited.guilty[shown].sum())
    rng, open_rows = np.random.default_rng(seed), audited.among.copy()
    cards, total = np.empty(0, dtype=np.int64), len(shown)
    verdicts = np.empty(0, dtype=bool)
    while len(cards) < total:
        learned = learner.learn(cards, verdicts)
        now = learned.first(min(every, total - len(cards)), open_rows)
        said = audited.guilty[now] ^ (rng.random(len(now)) < slips)
        cards, verdicts = np.concatenate([cards, now]), np.concatenate([verdicts, said])
        open_rows[now] = False
    return int(audited.guilty[cards].sum())


def reviewed(audited: Audited, result: Audit) -> list[dict[str, object]]:
    """Fixed, learning, learning with slips, random."""
    fixed, rows = result.queue.rows, np.random.default_rng(SHUFFLE).permutation(len(audited.guilty))
    learner = Learner.prepare(result, result.queue)
    run = lambda slips, seed: found(audited, learner, fixed, slips=slips, seed=seed, every=5)  # noqa: E731
    first = found(audited, None, fixed, slips=0, seed=0, every=5)
    counts = {
        "fixed order": float(first),
        "learning order": float(run(0.0, 0)),
        "learning order, 5 % slips": statistics.mean(run(SLIPS, seed) for seed in range(3)),
        "random order": float(found(audited, None, rows, slips=0, seed=0, every=5)),
    }
    cards, errors = min(CARDS, int(audited.among.sum())), int(audited.guilty[audited.among].sum())
    room = first < NOTHING_TO_GAIN * min(cards, errors)
    note = "" if room else "nothing to gain"
    return [
        line(audited.name, len(result.queue), errors, who, count, count / first, note)
        for who, count in counts.items()
    ]


def line(
    data: str, rows: int, errors: int, who: str, count: float, ratio: float, note: str
) -> dict[str, object]:
    """One measurement; the columns of results/learning.csv."""
    print(f"{data:55} {who:28} {count:7.1f} {ratio:.3f} {note}", flush=True)
    return {
        "data": data,
        "rows": rows,
        "errors": errors,
        "who": who,
        "found_in_500": round(count, 1),
        "of_fixed": round(ratio, 3),
        "median_ms": "",
        "p95_ms": "",
        "note": note,
    }


def means(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Mean of the ratios, the smallest, ratio of sums; over all sets and those with room."""
    summary = []
    for data in ("all sets", "sets with room"):
        kept = [row for row in rows if data == "all sets" or row["note"] != "nothing to gain"]
        fixed = sum(float(str(r["found_in_500"])) for r in kept if r["who"] == "fixed order")
        for who in ("learning order", "learning order, 5 % slips"):
            mine = [row for row in kept if row["who"] == who]
            if not mine:
                continue
            ratios = [float(str(row["of_fixed"])) for row in mine]
            total = sum(float(str(row["found_in_500"])) for row in mine)
            note = (
                f"mean of {len(mine)} ratios; smallest {min(ratios):.3f}; sums {total / fixed:.3f}"
            )
            summary.append(line(data, 0, 0, who, total, statistics.mean(ratios), note))
    return summary


def left_out(sets: list[tuple[Audited, Audit]]) -> list[dict[str, object]]:
    """Each set under the freedom that was best on the mean of the others."""
    ratios = np.empty((len(sets), len(GRID)))
    for at, (audited, result) in enumerate(sets):
        fixed = found(audited, None, result.queue.rows, slips=0, seed=0, every=25)
        for option, freedom in enumerate(GRID):
            learner = Learner.prepare(result, result.queue, freedom)
            count = found(audited, learner, result.queue.rows, slips=0, seed=0, every=25)
            ratios[at, option] = count / fixed
        print(audited.name, ratios[at].round(3).tolist(), flush=True)
    rows = []
    for at, (audited, _) in enumerate(sets):
        best = int(np.delete(ratios, at, axis=0).mean(axis=0).argmax())
        may = GRID[best]
        note = f"scores={may.scores}, classes={may.classes_mistaken}, neighbours={may.neighbours}"
        who = "learning order, options chosen on the other sets"
        ratio, n = float(ratios[at, best]), len(audited.guilty)
        rows.append(line(audited.name, n, int(audited.guilty.sum()), who, np.nan, ratio, note))
    mean = statistics.mean(float(str(row["of_fixed"])) for row in rows)
    rows.append(line("sets with room", 0, 0, who, np.nan, mean, f"mean of {len(rows)} ratios"))
    return rows


def timed(
    n: int = 1_000_000, scores: int = 12, k: int = 15, classes: int = 10
) -> dict[str, object]:
    """Milliseconds of one learn and first after 500 verdicts, on made data."""
    rng = np.random.default_rng(0)
    near = np.rint(rng.normal(scale=200, size=(n, k))).astype(np.int64)
    neighbours = (np.arange(n)[:, None] + np.where(near == 0, 1, near)) % n
    graph = NeighbourGraph(neighbours, np.zeros((n, k), dtype=np.float32), "cosine", 1.0)
    dataset = SimpleNamespace(labels=rng.integers(0, classes, n), classes=tuple(range(classes)))
    made_up = {
        str(one): SimpleNamespace(suspicion=rng.normal(size=n).astype(np.float32))
        for one in range(scores)
    }
    order, values = rng.permutation(n), np.sort(rng.random(n))[::-1]
    first = Selection("made", order, values, rng.integers(0, classes, n), str)
    whole = SimpleNamespace(evidence=SimpleNamespace(dataset=dataset, graph=graph), scores=made_up)
    began = time.perf_counter()
    learner = Learner.prepare(whole, first)  # type: ignore[arg-type]
    prepared = time.perf_counter() - began
    rows, wrong, open_rows = first.rows[:CARDS], rng.random(CARDS) < 0.6, np.ones(n, dtype=bool)
    open_rows[rows] = False
    seconds = []
    for _ in range(40):
        began = time.perf_counter()
        learner.learn(rows, wrong).first(20, open_rows)
        seconds.append(time.perf_counter() - began)
    row = line(
        f"made, {scores} scores, k = {k}", n, 0, "learn and first(20) after 500 verdicts", np.nan,
        np.nan, f"prepared in {prepared:.1f} s",
    )  # fmt: skip
    row["median_ms"] = round(1000 * statistics.median(seconds), 1)
    row["p95_ms"] = round(1000 * float(np.quantile(seconds, 0.95)), 1)
    print(row["median_ms"], row["p95_ms"])
    return row


def main() -> None:
    """Measure and append."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", choices=list(REVIEWED), default=list(REVIEWED))
    parser.add_argument("--workspaces", type=Path)
    parser.add_argument("--leave-one-out", action="store_true")
    parser.add_argument("--only-time", action="store_true")
    chosen = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder, sets = chosen.workspaces or Path(scratch), []
        for name in [] if chosen.only_time else chosen.sets:
            audited = REVIEWED[name](chosen.data)
            result = audit(audited.dataset, Workspace(folder / name))
            if chosen.leave_one_out:
                sets.append((audited, result))
            else:
                rows += reviewed(audited, result)
        if sets:
            rows = left_out(sets)
        elif rows:
            rows += means(rows)
    if not chosen.leave_one_out:
        rows.append(timed())
    append("learning", rows, packages=("numpy", "scipy"))


if __name__ == "__main__":
    main()
