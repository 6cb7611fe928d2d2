"""The graph within a memory budget, and the map of a million rows: time and peak memory."""

import ctypes
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.index_rows import K, Row, clustered, median_seconds, memory_mb, row
from benchmarks.large_table import Peak
from index.memberships import memberships
from index.projection import umap_layout
from index.search import build_graph


def budget(repeat: int, n: int = 1_000_000) -> Iterator[Row]:
    """n x 128 in a file, within a half and a quarter of what the vectors take."""
    rows = clustered(n, 128, n // 1_000)
    size, name = rows.nbytes, f"clustered {n:,} x 128 in a file"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.npy"
        np.save(path, rows)
        del rows
        mapped = np.load(path, mmap_mode="r")
        for share in (2, 4):
            times, extras = [], []
            build_graph(mapped, k=K, memory=size // share)  # compiles
            for _ in range(repeat):
                ctypes.CDLL(None).malloc_trim(0)  # what was freed would count as there before
                before, began = memory_mb("RssAnon"), time.perf_counter()
                with Peak(os.getpid(), what="RssAnon", every=0.005) as peak:
                    made = build_graph(mapped, k=K, memory=size // share)
                times.append(time.perf_counter() - began)
                extras.append(peak.mb - before)
                shown = (made.storage, made.recall, made.neighbours.nbytes + made.distances.nbytes)
                del made  # two graphs at once would be counted
            storage, recall, graph = shown
            note = (
                f"{storage} codes within {size / share / 2**20:.0f} MB beside the graph; vectors "
                f"{size / 2**20:.0f} MB, graph {graph / 2**20:.0f} MB of the extra memory"
            )
            measured = {"recall": round(recall, 4), "peak_extra_mb": round(max(extras))}
            seconds = statistics.median(times)
            yield row("budget", name, "second look", seconds, note=note, **measured)


def layout_million(n: int = 1_000_000) -> Iterator[Row]:
    """The map of 1,000,000 x 32 from the ready graph: its fuzzy graph, then all of it. Once."""
    rows = clustered(n, 32, n // 1_000)
    made, name = build_graph(rows, k=K), f"clustered {n:,} x 32"
    umap_layout(rows[:2_000], build_graph(rows[:2_000], k=K))  # compiles
    for who, work in (
        ("second look, fuzzy graph", lambda: memberships(made)),
        ("second look, layout", lambda: umap_layout(rows, made)),
    ):
        ctypes.CDLL(None).malloc_trim(0)
        before = memory_mb("RssAnon")
        with Peak(os.getpid(), what="RssAnon", every=0.01) as peak:
            seconds = median_seconds(work, 1)
        extra = round(peak.mb - before)
        yield row("layout-million", name, who, seconds, peak_extra_mb=extra, note="once")
