"""How many lines a file has, for a form: counted only where that is quick."""

from pathlib import Path

import pyarrow.parquet as pq

from store.readers.retrieval.naming import ending_of

QUICK = 256 << 20
"""Bytes that are looked through for line ends while a form waits."""
BLOCK = 1 << 20


def lines_in(path: Path, *, less: int = 0) -> int | None:
    """Lines of a file, minus its header; None where counting would take long, or cannot be done."""
    if ending_of(path.name) == ".parquet":
        try:
            return int(pq.read_metadata(path).num_rows)
        except Exception:  # whatever is wrong with it is told when it is read
            return None
    if path.suffix.lower() == ".gz" or path.stat().st_size > QUICK:
        return None
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            count += block.count(b"\n")
            last = block[-1:]
    return max(count + (last != b"\n") - less, 0)
