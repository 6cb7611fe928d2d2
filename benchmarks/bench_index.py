"""How fast is the neighbour graph, how much memory does it take, how good is it?

    python -m benchmarks.bench_index --data ../shared/data [--only QUESTION ...]

Every question is measured with its peers in the same run; medians of --repeat runs go to
results/index.csv. scikit-learn, faiss flat and HNSW answer queries one by one, so their time is
that of a tenth of the queries, times ten; that is written beside the number.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import faiss
import numpy as np

from benchmarks.index_memory import budget, layout_million
from benchmarks.index_rows import K, Row, clustered, median_seconds, memory_mb, row
from benchmarks.record import append
from index.gpu import gpu_available
from index.growing import grow_graph
from index.lookup import make_lookup
from index.projection import umap_layout
from index.search import build_graph
from index.trustworthiness import trustworthiness

TENTH = "a tenth of the queries x 10"


def recall_against(true: np.ndarray, found: np.ndarray) -> float:
    """Mean share of the true neighbours found; rows without duplicates, so ties do not matter."""
    return float(np.mean([len(set(a) & set(b)) / K for a, b in zip(true, found, strict=True)]))


def graph(data: Path, repeat: int) -> Iterator[Row]:
    """The whole graph, k = 15, cosine, against scikit-learn, faiss flat, HNSW and pynndescent."""
    cifar = np.load(data / "embeddings" / "cifar10_train_kmeans.npy").astype(np.float32)
    sets = {
        "CIFAR-10N train 50,000 x 128": cifar,
        "clustered 100,000 x 384": clustered(100_000, 384, 100),
    }
    build_graph(cifar[:13_000], k=K)  # compiles
    for name, rows in sets.items():
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        sample = np.random.default_rng(0).choice(len(rows), 1_000, replace=False)
        _, true = faiss.knn(unit[sample], unit, K + 1, metric=faiss.METRIC_INNER_PRODUCT)
        true = true[:, 1:]
        made = build_graph(rows, k=K)
        seconds = median_seconds(lambda rows=rows: build_graph(rows, k=K), repeat)
        found = recall_against(true, made.neighbours[sample])
        stated = f"stated {made.recall:.4f} on {made.recall_sample or 'all'}"
        yield row("graph", name, "second look", seconds, recall=round(found, 4), note=stated)
        yield from peers(name, rows, unit, sample, true, repeat)


def peers(
    name: str, rows: np.ndarray, unit: np.ndarray, sample: np.ndarray, true: np.ndarray, repeat: int
) -> Iterator[Row]:
    """The same graph by others."""
    from pynndescent import NNDescent
    from sklearn.neighbors import NearestNeighbors

    def flat() -> None:
        faiss.knn(unit[: len(unit) // 10], unit, K + 1, metric=faiss.METRIC_INNER_PRODUCT)

    seconds = 10 * median_seconds(flat, repeat)
    yield row("graph", name, "faiss flat", seconds, recall=1.0, note=TENTH)
    brute = NearestNeighbors(n_neighbors=K, metric="cosine", algorithm="brute", n_jobs=-1)
    tenth = rows[: len(rows) // 10]
    brute.fit(rows)
    seconds = 10 * median_seconds(lambda: brute.kneighbors(tenth), repeat)
    yield row("graph", name, "scikit-learn", seconds, recall=1.0, note=TENTH)
    for effort in ({}, {"n_neighbors": 30, "diversify_prob": 0.0}):
        kept = {"n_neighbors": K + 1, "metric": "cosine", "random_state": 0} | effort

        lists: list[np.ndarray] = []

        def descend(kept: dict[str, object] = kept, lists: list[np.ndarray] = lists) -> None:
            lists.append(NNDescent(rows, **kept).neighbor_graph[0])

        NNDescent(rows[:5_000], **kept)  # compiles
        seconds = median_seconds(descend, repeat)
        found = recall_against(true, lists[-1][sample][:, 1 : K + 1])
        note = f"n_neighbors={kept['n_neighbors']}"
        yield row("graph", name, "pynndescent", seconds, recall=round(found, 4), note=note)
    began = time.perf_counter()
    hnsw = faiss.IndexHNSWFlat(rows.shape[1], 16, faiss.METRIC_INNER_PRODUCT)
    hnsw.add(unit)
    built = time.perf_counter() - began
    for effort in (32, 128, 512):
        hnsw.hnsw.efSearch = effort
        tenth = unit[: len(unit) // 10]
        seconds = built + 10 * median_seconds(lambda tenth=tenth: hnsw.search(tenth, K + 1), repeat)
        _, found_rows = hnsw.search(unit[sample], K + 1)
        found = recall_against(true, found_rows[:, 1:])
        note = f"M=16 efSearch={effort}; built once, {TENTH}"
        yield row("graph", name, "faiss HNSW", seconds, recall=round(found, 4), note=note)


def million(repeat: int) -> Iterator[Row]:
    """1,000,000 x 128: time, recall and memory beyond the vectors."""
    rows = clustered(1_000_000, 128, 1_000)
    build_graph(rows[:13_000], k=K)
    # Linux forgets the peak so far when 5 is written here; the process may have had a higher one.
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    before = memory_mb("VmRSS")
    made = build_graph(rows, k=K)
    extra = memory_mb("VmHWM") - before
    seconds = median_seconds(lambda: build_graph(rows, k=K), repeat)
    where = "GPU, bf16 candidates" if gpu_available() else "CPU"
    size = (made.neighbours.nbytes + made.distances.nbytes) / 2**20
    note = f"{where}; vectors {rows.nbytes / 2**20:.0f} MB, graph {size:.0f} MB of the extra memory"
    measured = {"recall": round(made.recall, 4), "peak_extra_mb": round(extra)}
    yield row("million", "clustered 1,000,000 x 128", "second look", seconds, note=note, **measured)


def layout(repeat: int) -> Iterator[Row]:
    """UMAP of 20,000 x 384 from the ready graph and from scratch, with the trustworthiness."""
    import umap

    rows = clustered(20_000, 384, 40)
    made = build_graph(rows, k=K)
    umap_layout(rows[:2_000], build_graph(rows[:2_000], k=K))  # compiles

    def scratch() -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return umap.UMAP(n_neighbors=K + 1, metric="cosine", random_state=0).fit_transform(rows)

    for who, work in (("second look", lambda: umap_layout(rows, made)), ("umap-learn", scratch)):
        seconds = median_seconds(work, repeat)
        trusted = trustworthiness(rows, work(), metric="cosine", k=K)
        note = f"trustworthiness {trusted:.4f}"
        yield row("layout", "clustered 20,000 x 384", who, seconds, note=note)


def query() -> Iterator[Row]:
    """One row's neighbours among 1,000,000 x 128, plain and among one class of ten."""
    rows = clustered(1_000_000, 128, 1_000)
    rng = np.random.default_rng(1)
    among = rng.integers(0, 10, len(rows)) == 7
    lookup = make_lookup(rows)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    asked = rng.choice(len(rows), 200, replace=False)
    for who, mask in (("second look", None), ("second look, filtered to one class of ten", among)):
        times, hits, short = [], 0, 0
        for one in asked:
            began = time.perf_counter()
            near = lookup.near_row(int(one), K, mask)
            times.append(time.perf_counter() - began)
            closeness = unit @ unit[one]
            closeness[one] = -2
            if mask is not None:
                closeness[~mask] = -2
            hits += len(set(np.argpartition(-closeness, K)[:K]) & set(near.rows))
            short += len(near.rows) < K
        note = f"200 queries, {short} came back with fewer than {K} rows"
        recall = round(hits / (K * len(asked)), 4)
        seconds = statistics.median(times)
        yield row("query", "clustered 1,000,000 x 128", who, seconds, recall=recall, note=note)


def grow(repeat: int) -> Iterator[Row]:
    """One per cent more rows on a graph of 200,000, against building it anew."""
    rows = clustered(202_000, 128, 200)
    old = rows[:200_000]
    made, cells = build_graph(old, k=K), make_lookup(old).cells
    fresh = build_graph(rows, k=K)
    exact = build_graph(rows, k=K, target_recall=1.0)

    def recall(distances: np.ndarray) -> float:
        return round(float((distances <= exact.distances[:, -1:] * (1 + 1e-4) + 1e-6).mean()), 4)

    grown, _ = grow_graph(made, cells, rows)
    name = "clustered 200,000 x 128 and 2,000 more"
    seconds = median_seconds(lambda: grow_graph(made, cells, rows), repeat)
    stated = f"stated {grown.recall:.4f} on {grown.recall_sample}"
    found = recall(grown.distances)
    yield row("grow", name, "second look, grown", seconds, recall=found, note=stated)
    seconds = median_seconds(lambda: build_graph(rows, k=K), repeat)
    stated = f"stated {fresh.recall:.4f} on {fresh.recall_sample}"
    found = recall(fresh.distances)
    yield row("grow", name, "second look, anew", seconds, recall=found, note=stated)


def main() -> None:
    """Measure what was asked for, print as it comes, append all rows."""
    answers: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
        "graph": lambda options: graph(options.data, options.repeat),
        "million": lambda options: million(options.repeat),
        "budget": lambda options: budget(options.repeat),
        "layout": lambda options: layout(options.repeat),
        "layout-million": lambda _: layout_million(),
        "query": lambda _: query(),
        "grow": lambda options: grow(options.repeat),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=tuple(answers), default=tuple(answers))
    options = parser.parse_args()
    for question in options.only:
        rows = list(answers[question](options))
        append(
            "index", rows, packages=("faiss-cpu", "numba", "torch", "scikit-learn", "umap-learn")
        )


if __name__ == "__main__":
    main()
