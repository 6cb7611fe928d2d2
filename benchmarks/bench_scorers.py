"""Which scorer finds real label errors, on what?

    python -m benchmarks.bench_scorers --data ../shared/data [--sets aggre sick ...]
        [--on-request-up-to 10000]

Every scorer on datasets whose every label people have settled and on planted errors, beside random
order and cleanlab's three scores. cleanlab gets the probabilities that come with a set; where none
do, those of a cross-validated logistic regression on the same embeddings, and again those of our
default heads, so that a better model is not taken for a better score. Scorers that run on request
and cleanlab's data value run up to that many rows. On one-sided sets only rows of the negative
class are ranked. Rows go to results/scorers.csv, from which `python -m benchmarks.scoreboard`
writes docs/scoreboard.md.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
from cleanlab.data_valuation import data_shapley_knn
from cleanlab.rank import get_label_quality_scores

from benchmarks.audited_sets import SETS, Audited, audited_sets
from benchmarks.record import append
from engine.audit import gather
from engine.contract import Scorer
from engine.evaluate import auroc, average_precision, precision_at
from engine.inputs import Evidence, missing_inputs
from engine.regression import out_of_fold_probs
from engine.run import run
from engine.scorers import all_scorers

FINDS = ("label error", "missed class")
CLEANLAB = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
Row = dict[str, object]


def peak_mb() -> float:
    """Most memory this process has held since `forget_peak`, in MB; nan where nobody says."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return float("nan")
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def forget_peak() -> None:
    """Begin to measure the peak anew; Linux only."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def measured(audited: Audited, who: str, work: Callable[[], np.ndarray], note: str = "") -> Row:
    """Time and quality of one ranking; `work` gives (n,) suspicion, high = look first."""
    forget_peak()
    began = time.perf_counter()
    suspicion = work()
    seconds = time.perf_counter() - began
    suspicion, guilty = suspicion[audited.among], audited.guilty[audited.among]
    order = np.argsort(-np.nan_to_num(suspicion, nan=-np.inf), kind="stable")
    row: Row = {
        "data": audited.name,
        "rows": len(guilty),
        "errors": int(guilty.sum()),
        "who": who,
        "average_precision": round(average_precision(suspicion, guilty), 4),
        "precision_at_100": round(precision_at(order, guilty, 100), 4),
        "precision_at_errors": round(precision_at(order, guilty, int(guilty.sum())), 4),
        "auroc": round(auroc(suspicion, guilty), 4),
        "seconds": round(seconds, 3),
        "peak_mb": round(peak_mb()),
        "note": note,
    }
    print(
        f"{audited.name:45} {who:45} AP {row['average_precision']:.4f}  {seconds:.2f} s", flush=True
    )
    return row


def peers(audited: Audited, evidence: Evidence, limit: int) -> list[Row]:
    """Random order and cleanlab."""
    dataset = audited.dataset
    n, labels = len(dataset), dataset.labels
    rows = [measured(audited, "random order", lambda: np.random.default_rng(0).random(n))]
    assert dataset.embeddings is not None
    assert evidence.history is not None
    regression = out_of_fold_probs(dataset.embeddings, labels, len(dataset.classes))
    given = {"given probabilities": dataset.pred_probs} if dataset.pred_probs is not None else {}
    tables = {
        **given,
        "logistic regression": regression,
        "our heads' probabilities": evidence.history.pred_probs,
    }
    for whose, table in tables.items():
        for method in CLEANLAB:
            work = partial(get_label_quality_scores, labels, table, method=method)
            rows.append(measured(audited, f"cleanlab {method}", negated(work), whose))
    if n <= limit:
        valued = partial(data_shapley_knn, labels, features=dataset.embeddings, k=10)
        rows.append(measured(audited, "cleanlab data_shapley_knn", negated(valued)))
    return rows


def negated(work: Callable[[], np.ndarray]) -> Callable[[], np.ndarray]:
    """cleanlab's scores are low where a row is suspicious."""
    return lambda: -work()


def ours(audited: Audited, evidence: Evidence, limit: int) -> list[Row]:
    """Every scorer that has what it needs; on one-sided sets with the negative class named."""
    negative = int(audited.dataset.labels[audited.among][0])
    rows = []
    for scorer in all_scorers().values():
        too_long = scorer.runs == "on request" and len(audited.dataset) > limit
        if scorer.finds not in FINDS or too_long or missing_inputs(scorer.inputs, evidence):
            continue
        if scorer.finds == "missed class" and not audited.one_sided:
            continue
        options = {"negative": negative} if "negative" in scorer.options else {}
        rows.append(measured(audited, scorer.name, reading(scorer, evidence, options)))
    return rows


def reading(
    scorer: Scorer, evidence: Evidence, options: dict[str, int]
) -> Callable[[], np.ndarray]:
    """The work of scoring, not yet done."""
    return lambda: run(scorer, evidence, device="cpu", **options).suspicion  # type: ignore[arg-type]


def main() -> None:
    """Measure and append, one set after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=[])
    parser.add_argument("--on-request-up-to", type=int, default=10_000)
    chosen = parser.parse_args()
    for audited in audited_sets(chosen.data, chosen.sets):
        began = time.perf_counter()
        evidence = gather(audited.dataset, None)
        seconds = time.perf_counter() - began
        weights = {} if evidence.pool is None else evidence.pool.weights
        print(f"{audited.name}: evidence in {seconds:.1f} s, {weights}", flush=True)
        rows = peers(audited, evidence, chosen.on_request_up_to) + ours(
            audited, evidence, chosen.on_request_up_to
        )
        for row in rows:
            row["evidence_seconds"] = round(seconds, 1)
        append("scorers", rows, packages=("torch", "faiss-cpu", "scikit-learn", "cleanlab"))


if __name__ == "__main__":
    main()
