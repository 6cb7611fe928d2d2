"""How fast is confident learning from disk at the size of ImageNet, in how much memory?

    python -m benchmarks.bench_confident [--rows 1281167] [--classes 1000] [--folder DIR]

Makes a table of probabilities once (5.1 GB at full size; deleted afterwards), then runs ours and
cleanlab's find_label_issues_batched at several batch sizes, each in a process of its own, and
appends seconds and memory to results/confident.csv. Both end in a ranked list of flagged rows:
cleanlab's comes in table order, so its rows are sorted by self-confidence, as its documentation
describes it. Every process reads a tenth of the rows first, which compiles and loads what it needs;
the file is in the system's cache or not alike for all, as far as memory allows.

peak_mb is the largest resident set (VmHWM), mapped pages of the file included; anonymous_mb the
largest RssAnon, looked at a hundred times a second: what the process cannot give back.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.record import append

BATCHES = (1_000, 10_000, 50_000, 200_000)
OURS = ("prune_by_noise_rate", "low_self_confidence")


def make(folder: Path, n: int, c: int, *, seed: int = 0) -> None:
    """Write pred_probs.npy (n, c) float32 and labels.npy: 20 classes near every class, 6 % wrong.

    Softmax of noise, plus a bonus for the true class and smaller ones for those near it; three
    rows of four are predicted right, as by a good network on ImageNet.
    """
    rng = np.random.default_rng(seed)
    table = np.lib.format.open_memmap(
        folder / "pred_probs.npy", mode="w+", dtype=np.float32, shape=(n, c)
    )
    truth = rng.integers(0, c, n)
    labels = truth.copy()
    near = rng.integers(0, c, (c, min(20, c - 1)))
    for start in range(0, n, 20_000):
        mine = truth[start : start + 20_000]
        m, row = len(mine), np.arange(len(mine))
        logits = rng.standard_normal((m, c), dtype=np.float32)
        bonus = 3 + 1.5 * rng.standard_normal((m, near.shape[1]), dtype=np.float32)
        logits[row[:, None], near[mine]] += bonus
        logits[row, mine] += rng.normal(8, 2.5, m).astype(np.float32)
        wrong = rng.random(m) < 0.06
        labels[start : start + m][wrong] = near[mine, rng.integers(0, near.shape[1], m)][wrong]
        np.exp(logits, out=logits)
        table[start : start + m] = logits / logits.sum(axis=1, keepdims=True)
    table.flush()
    np.save(folder / "labels.npy", labels)


def ours(folder: Path, rows: slice, filter: str) -> np.ndarray:
    """Ranked rows by `confident_report`."""
    from engine.confident import confident_report

    table, labels = read(folder)
    return confident_report(table[rows], labels[rows], filter=filter).flagged


def cleanlab(folder: Path, rows: slice, batch: int) -> np.ndarray:
    """Ranked rows by `find_label_issues_batched`."""
    from cleanlab.experimental.label_issues_batched import find_label_issues_batched

    table, labels = read(folder)
    found = find_label_issues_batched(labels[rows], table[rows], batch_size=batch, verbose=False)
    found = np.asarray(found)
    own = np.array(table[rows][found, labels[rows][found]])
    return found[np.argsort(own, kind="stable")]


def read(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """The mapped table and the labels."""
    return np.load(folder / "pred_probs.npy", mmap_mode="r"), np.load(folder / "labels.npy")


def status(name: str) -> float:
    """One line of /proc/self/status in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(name + ":")]
    return int(line.split()[1]) / 1024


def measured(work: Callable[[slice], np.ndarray], n: int) -> dict[str, float]:
    """Seconds and memory of one run over n rows, after one over the first tenth of them."""
    work(slice(0, max(n // 10, 1)))
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forgets the peak so far
    highest, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            highest[0] = max(highest[0], status("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, used = time.perf_counter(), time.process_time()
    flagged = work(slice(0, n))
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    done.set()
    watcher.join()
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "peak_mb": round(status("VmHWM")),
        "anonymous_mb": round(highest[0]),
        "flagged": len(flagged),
        "digest": int(flagged.sum() % 1_000_003),
    }


def child(folder: Path, who: str, detail: str, n: int) -> dict[str, float]:
    """One measurement in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.bench_confident", "--child", who, detail]
    words += ["--folder", str(folder), "--rows", str(n)]
    result = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1])


def main() -> None:
    """Make the table, measure every contender, append all rows, delete the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_281_167)
    parser.add_argument("--classes", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, help="where the table goes (default: temporary)")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--batches", type=int, nargs="+", default=BATCHES)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        who, detail = options.child
        work = (
            (lambda rows: ours(options.folder, rows, detail))
            if who == "second look"
            else (lambda rows: cleanlab(options.folder, rows, int(detail)))
        )
        print(json.dumps(measured(work, options.rows)))
        return
    n, c = options.rows, options.classes
    folder = Path(tempfile.mkdtemp(prefix="confident-", dir=options.folder))
    free = shutil.disk_usage(folder).free
    if free < 1.2 * 4 * n * c:
        folder.rmdir()
        raise SystemExit(f"{4 * n * c / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free.")
    try:
        make(folder, n, c)
        contenders = [("second look", name) for name in OURS]
        contenders += [("cleanlab", str(batch)) for batch in options.batches]
        rows: list[dict[str, object]] = []
        for who, detail in contenders:
            for turn in range(options.repeat):
                load = round(os.getloadavg()[0], 1)
                found = child(folder, who, detail, n)
                setting = f"batch {detail}" if who == "cleanlab" else detail
                row = {"data": f"made {n:,} x {c:,} float32 on disk", "who": who}
                row |= {"setting": setting, "turn": turn, **found, "load_before": load}
                rows.append(row)
                print("  ".join(str(value) for value in row.values()), flush=True)
        append("confident", rows, packages=("cleanlab", "numba", "numpy"))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
