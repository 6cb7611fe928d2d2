"""How long does a full audit take, ours and cleanlab's Datalab on the same data?

    python -m venv peer && peer/bin/pip install "cleanlab[datalab]==2.9.0"
    python -m benchmarks.bench_audit --peer-python peer/bin/python --exact [--repeat 3]

30,000 x 384 embeddings and given pred_probs; label, outlier, near_duplicate, non_iid,
class_imbalance, underperforming_group, data_valuation. Datalab's data values are read off its
neighbour graph, so the row that is like for like has ours read off our graph; --exact adds a row
with the exact values, for which every pair is compared. Each run is a process of its own with the
same number of threads, ours and theirs in turn; data is loaded and libraries are imported before
the clock starts. Compiled loops of ours are warm, as after the first audit ever: --cold leaves the
compilation in. Medians go to results/audit.csv.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ISSUES = (
    "label",
    "outlier",
    "near_duplicate",
    "non_iid",
    "class_imbalance",
    "underperforming_group",
    "data_valuation",
)
SCORERS = {
    "label": ("confident_learning", "self_confidence", "normalized_margin"),
    "outlier": ("knn_distance",),
    "near_duplicate": ("near_duplicate",),
    "non_iid": ("non_iid",),
    "class_imbalance": ("class_imbalance",),
    "underperforming_group": ("underperforming_group",),
    "data_valuation": ("near_shapley",),
}
EXACT = {"near_shapley": "knn_shapley"}
"""Ours for each of theirs; those that do not exist are left out and named in the note."""
PEER = """
import json, sys, time
import numpy as np
from cleanlab import Datalab
features, probs, labels = (np.load(f"{sys.argv[1]}/{name}.npy") for name in
                           ("embeddings", "pred_probs", "labels"))
wanted = sys.argv[2].split(",")
began = time.perf_counter()
lab = Datalab(data={"label": labels}, label_name="label", verbosity=0)
lab.find_issues(features=features, pred_probs=probs, issue_types={name: {} for name in wanted})
seconds = time.perf_counter() - began
found = lab.get_issue_summary()
print(json.dumps({"seconds": seconds, "done": found["issue_type"].tolist(), "lacking": []}))
"""
OURS = "from benchmarks.bench_audit import audit_once; audit_once()"


def make_data(folder: Path, n: int, d: int, c: int) -> None:
    """Clustered embeddings, a tenth of the labels wrong, probabilities that know a little."""
    import numpy as np

    from benchmarks.index_rows import clustered

    rng = np.random.default_rng(0)
    embeddings = clustered(n, d, 5 * c)
    centres = rng.normal(size=(d, c)).astype(np.float32) / np.sqrt(d)
    logits = 3 * embeddings @ centres
    probs = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs /= probs.sum(axis=1, keepdims=True)
    labels = probs.argmax(axis=1)
    wrong = rng.random(n) < 0.1
    labels[wrong] = rng.integers(0, c, int(wrong.sum()))
    arrays = {"embeddings": embeddings, "pred_probs": probs, "labels": labels}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def audit_once() -> None:
    """Read the data, build the graph, run the scorers and the findings; print the seconds."""
    import time

    import numpy as np
    import pyarrow as pa

    from engine.findings import findings_of
    from engine.inputs import Evidence
    from engine.run import run
    from engine.scorers import all_scorers
    from index.search import build_graph
    from store.dataset import Dataset, Roles

    folder, wanted = Path(sys.argv[1]), sys.argv[2].split(",")
    cold, exact = sys.argv[3] == "cold", sys.argv[4] == "exact"
    embeddings, probs, labels = (
        np.load(folder / f"{name}.npy") for name in ("embeddings", "pred_probs", "labels")
    )
    there = all_scorers()
    named = [name for issue in wanted for name in SCORERS[issue]]
    if exact:
        named = [EXACT.get(name, name) for name in named]
    chosen = [there[name] for name in named if name in there]
    lacking = [issue for issue in wanted if not any(name in there for name in SCORERS[issue])]
    n, classes = len(labels), tuple(str(label) for label in range(probs.shape[1]))
    parts = (labels, embeddings, probs)

    def everything(labels: np.ndarray, embeddings: np.ndarray, probs: np.ndarray) -> None:
        n = len(labels)
        dataset = Dataset(
            name="made",
            table=pa.table({"label": labels.astype(str)}),
            roles=Roles(label="label"),
            classes=classes,
            labels=labels,
            content=np.arange(n, dtype="<u8").repeat(2).view(np.uint8).reshape(n, 16).copy(),
            embeddings=embeddings.astype(np.float32, copy=False),
            pred_probs=probs.astype(np.float32, copy=False),
        )
        evidence = Evidence(dataset, build_graph(dataset.embeddings, k=15))
        for scorer in chosen:
            run(scorer, evidence, device="cpu")
        findings_of(evidence)

    if not cold:
        everything(*(part[: n // 2].copy() for part in parts))
    began = time.perf_counter()
    everything(*parts)
    seconds = time.perf_counter() - began
    done = [scorer.name for scorer in chosen]
    print(json.dumps({"seconds": seconds, "done": done, "lacking": lacking}))


def measure(interpreter: str, code: str, arguments: list[str], threads: int) -> dict[str, object]:
    """One run in a process of its own."""
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    limit = dict.fromkeys((*limits, "LOKY_MAX_CPU_COUNT"), str(threads))
    done = subprocess.run(
        [interpreter, "-W", "ignore", "-c", code, *arguments],
        env=os.environ | limit,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure ours and theirs in turn, print, append the medians."""
    from benchmarks.record import append

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer-python", help="interpreter with cleanlab[datalab]==2.9.0")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--columns", type=int, default=384)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--issues", nargs="+", choices=ISSUES, default=ISSUES)
    parser.add_argument("--cold", action="store_true", help="ours without a run to warm up")
    parser.add_argument("--exact", action="store_true", help="ours once more, with exact values")
    parser.add_argument("--dry", action="store_true", help="print only, append nothing")
    options = parser.parse_args()
    wanted = ",".join(options.issues)
    who = {"second look": (sys.executable, OURS, "near")}
    if options.exact:
        who["second look, exact data values"] = (sys.executable, OURS, "exact")
    if options.peer_python:
        who["cleanlab 2.9.0 Datalab"] = (options.peer_python, PEER, "")
    times: dict[str, list[float]] = {name: [] for name in who}
    notes = {}
    with tempfile.TemporaryDirectory() as scratch:
        make_data(Path(scratch), options.rows, options.columns, options.classes)
        for _ in range(options.repeat):
            for name, (interpreter, code, values) in who.items():
                arguments = [scratch, wanted, "cold" if options.cold else "warm", values]
                found = measure(interpreter, code, arguments, options.threads)
                times[name].append(float(str(found["seconds"])))
                print(f"{name}: {times[name][-1]:.2f} s", flush=True)
                notes[name] = f"ran {' '.join(map(str, found['done']))}"  # type: ignore[arg-type]
                if found["lacking"]:
                    notes[name] += f"; lacks {found['lacking']}"
    rows: list[dict[str, object]] = [
        {
            "data": f"clustered {options.rows:,} x {options.columns}, {options.classes} classes",
            "who": name,
            "threads": options.threads,
            "runs": options.repeat,
            "seconds": round(statistics.median(seconds), 3),
            "times_ours": round(
                statistics.median(times[name]) / statistics.median(times["second look"]), 1
            ),
            "note": notes[name] + ("; cold" if options.cold and who[name][1] == OURS else ""),
        }
        for name, seconds in times.items()
    ]
    for row in rows:
        print(row)
    if not options.dry:
        print(append("audit", rows, packages=("torch", "numba", "faiss-cpu", "cleanlab")))


if __name__ == "__main__":
    main()
