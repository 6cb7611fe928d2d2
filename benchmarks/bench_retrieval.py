"""What do candidates and all scores of a large retrieval set cost?

    python -m benchmarks.bench_retrieval [--passages 100000] [--queries 10000] [--peer PYTHON]

Made data: clustered vectors of 384 numbers, passages of 60 words and queries of 8 out of a
vocabulary with a long tail, one or two judgements per query. One process does what opening and the
first audit do: candidates of every ranking (k = 100), then every score that needs no
cross-encoder. Another, with --peer an interpreter that has sentence-transformers and datasets,
mines 100 hard negatives per query from the same vectors (`mine_hard_negatives`, with and without
faiss; the model only hands the vectors out). Seconds and the peak of each process's memory go to
results/retrieval.csv. Vectors are made, not computed: encoding texts is in no figure.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.record import append
from engine.audit import audit
from engine.pairing import CANDIDATES, pair_up
from store.pair_dataset import pair_dataset
from store.retrieval import Judgements, Retrieval, Texts

WIDTH, CLUSTERS, VOCABULARY = 384, 2_000, 50_000
NAMES = ("sentence-transformers", "sentence-transformers, faiss")

PEER = """
import sys, time
import numpy as np, torch
from datasets import Dataset
from sentence_transformers.util import mine_hard_negatives

class Given:
    device = torch.device("cpu")
    def __init__(self, vectors):
        self.vectors = vectors
    def encode_query(self, texts, **_):
        return np.stack([self.vectors[text] for text in texts])
    encode_document = encode = encode_query
    def get_embedding_dimension(self):
        return 384
    def similarity(self, left, right):
        return torch.as_tensor(left) @ torch.as_tensor(right).T
    def similarity_pairwise(self, left, right):
        return (torch.as_tensor(left) * torch.as_tensor(right)).sum(-1)

made = np.load(sys.argv[1])
sides = {"q": made["queries"], "d": made["passages"]}
vectors = {f"{side}{i}": one for side, rows in sides.items() for i, one in enumerate(rows)}
pairs = {"q": [f"q{i}" for i in made["query"]], "d": [f"d{i}" for i in made["passage"]]}
began = time.perf_counter()
mine_hard_negatives(
    Dataset.from_dict(pairs), Given(vectors), corpus=[f"d{i}" for i in range(len(sides["d"]))],
    num_negatives=100, range_max=100, relative_margin=0.05, output_format="labeled-list",
    use_faiss=sys.argv[2] == "faiss", verbose=False,
)
print("TOOK", time.perf_counter() - began)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("PEAK", int(peak.split()[1]))
"""


def made(q: int, p: int) -> dict[str, np.ndarray]:
    """Vectors of both sides, of length 1, and which passages were judged relevant."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(CLUSTERS, WIDTH)).astype(np.float32)
    about, asked = rng.integers(CLUSTERS, size=p), rng.integers(CLUSTERS, size=q)

    def vectors(topic: np.ndarray, noise: float) -> np.ndarray:
        rows = centres[topic] + noise * rng.normal(size=(len(topic), WIDTH)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    order = np.argsort(about, kind="stable")
    starts = np.searchsorted(about[order], np.arange(CLUSTERS))
    positive = order[np.minimum(starts[asked], p - 1)]
    return {
        "queries": vectors(asked, 0.8),
        "passages": vectors(about, 0.8),
        "query": np.arange(q),
        "passage": positive,
    }


def sentences(count: int, words: int, seed: int) -> pa.Array:
    """Texts whose words are as common as words are: the n-th as often as 1 / n."""
    rng = np.random.default_rng(seed)
    chances = 1 / np.arange(1, VOCABULARY + 1)
    drawn = rng.choice(VOCABULARY, size=(count, words), p=chances / chances.sum())
    return pa.array([" ".join(f"w{word}" for word in row) for row in drawn], pa.large_string())


def retrieval_of(arrays: dict[str, np.ndarray]) -> Retrieval:
    """The made set as a reader gives it."""

    def side(name: str, words: int, seed: int) -> Texts:
        n = len(arrays[name])
        ids = pa.array([f"{name[0]}{number}" for number in range(n)], pa.string())
        return Texts(ids, sentences(n, words, seed), arrays[name])

    query, passage = arrays["query"], arrays["passage"]
    judged = Judgements(query, passage, np.ones(len(query), dtype=np.int64))
    return Retrieval("made", side("queries", 8, 1), side("passages", 60, 2), judged)


def ours(file: Path) -> dict[str, float]:
    """Seconds of candidates and scores, and the peak of this process's memory in kB."""
    retrieval = retrieval_of(dict(np.load(file)))
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forgets the peak so far
    began = time.perf_counter()
    pairs = pair_up(retrieval)
    paired = time.perf_counter()
    dataset = pair_dataset("made", pairs)
    found = audit(dataset)
    scored = time.perf_counter()
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert peak is not None
    return {
        "pairs": len(dataset),
        "scores": len(found.scores),
        "candidates_seconds": paired - began,
        "seconds": scored - began,
        "peak": int(peak[1]),
    }


def line(
    who: str, facts: dict[str, float], options: argparse.Namespace, note: str
) -> dict[str, object]:
    """One row of the results."""
    gib = facts["peak"] / 2**20
    print(f"{who}: {facts['seconds']:.1f} s, peak {gib:.2f} GiB  {note}")
    return {
        "passages": options.passages,
        "queries": options.queries,
        "who": who,
        "seconds": round(facts["seconds"], 1),
        "peak_gib": round(gib, 2),
        "note": note,
    }


def output_of(*words: str) -> str:
    """What a process of its own prints."""
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Measure ours and the peer's, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--peer", help="a Python that has sentence-transformers and datasets")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print("FACTS", json.dumps(ours(options.measure)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "made.npz"
        np.savez(file, **made(options.queries, options.passages))  # type: ignore[arg-type]
        told = output_of(sys.executable, "-m", "benchmarks.bench_retrieval", "--measure", str(file))
        facts = json.loads(told.split("FACTS", 1)[1])
        note = (
            f"{facts['pairs']:.0f} pairs of k = {CANDIDATES}, {facts['scores']:.0f} scores, "
            f"candidates alone {facts['candidates_seconds']:.1f} s"
        )
        rows.append(line("second-look", facts, options, note))
        for name, how in zip(NAMES, ("torch", "faiss"), strict=True) if options.peer else ():
            told = output_of(options.peer, "-c", PEER, str(file), how)
            took, peak = (float(told.split(word, 1)[1].split()[0]) for word in ("TOOK", "PEAK"))
            rows.append(line(name, {"seconds": took, "peak": peak}, options, "100 negatives each"))
    print(append("retrieval", rows, packages=("torch", "numpy", "faiss-cpu", "bm25s")))


if __name__ == "__main__":
    main()
