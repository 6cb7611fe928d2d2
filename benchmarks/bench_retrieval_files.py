"""How long does a BEIR folder of 100,000 passages take to look at, and to read?

    python -m benchmarks.bench_retrieval_files [--passages 100000] [--queries 10000] [--depth 100]

Makes a folder: passages of 60 words, two judgements per query, one run of `depth` lines per query.
Times the preview of the form and the reading, without embedding the texts or finding candidates.
Wall and processor seconds go to results/retrieval_files.csv, with the peak of the process's memory.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.record import append
from store.readers import preview
from store.readers.retrieval import read_retrieval

VOCABULARY = [f"word{number}" for number in range(5_000)]
WORDS = 60


def make_folder(folder: Path, passages: int, queries: int, depth: int) -> Path:
    """corpus.jsonl, queries.jsonl, qrels/test.tsv, runs/made.run."""
    rng = np.random.default_rng(0)
    for name in ("qrels", "runs"):
        (folder / name).mkdir(parents=True)
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for number in range(passages):
            text = " ".join(VOCABULARY[word] for word in rng.integers(len(VOCABULARY), size=WORDS))
            file.write(json.dumps({"_id": f"d{number}", "title": "", "text": text}) + "\n")
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(f'{{"_id": "q{one}", "text": "a b c"}}\n' for one in range(queries))
    with (folder / "qrels" / "test.tsv").open("w", encoding="utf-8") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        for one in range(queries):
            file.write(f"q{one}\td{one % passages}\t1\nq{one}\td{(one + 1) % passages}\t0\n")
    with (folder / "runs" / "made.run").open("w", encoding="utf-8") as file:
        for one in range(queries):
            for rank in range(1, depth + 1):
                file.write(f"q{one} Q0 d{(7 * one + 13 * rank) % passages} {rank} {-rank} made\n")
    return folder


def main() -> None:
    """Measure both, print and append them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--depth", type=int, default=100)
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    steps: dict[str, Callable[[Path], object]] = {"preview": preview, "read": read_retrieval}
    with tempfile.TemporaryDirectory() as scratch:
        sizes = (options.passages, options.queries, options.depth)
        folder = make_folder(Path(scratch) / "made", *sizes)
        for name, work in steps.items():
            began, busy = time.perf_counter(), time.process_time()
            work(folder)
            took, busy = time.perf_counter() - began, time.process_time() - busy
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{name}: {took:.2f} s, {busy:.2f} s of a core, peak {peak} MB")
            rows.append(
                {
                    "what": name,
                    "passages": options.passages,
                    "queries": options.queries,
                    "run_lines": options.queries * options.depth,
                    "seconds": round(took, 3),
                    "processor_seconds": round(busy, 3),
                    "peak_mb": peak,
                }
            )
    print(append("retrieval_files", rows, packages=("pyarrow", "numpy")))


if __name__ == "__main__":
    main()
