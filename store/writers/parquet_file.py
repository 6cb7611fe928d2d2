"""Parquet: every column as it is, whatever its type."""

from pathlib import Path

import pyarrow.parquet as pq

from store.writers.writer import CleanCopy, Facts, Writer

ROW_GROUP = 65_536


def write(copy: CleanCopy, path: Path) -> Facts:
    """One chunk per group, so that the bytes do not depend on how the table was read."""
    with pq.ParquetWriter(path, copy.table.schema) as writer:
        for start in range(0, len(copy.table), ROW_GROUP):
            writer.write_table(copy.table.slice(start, ROW_GROUP).combine_chunks())
    return {}


WRITER = Writer("parquet", "Parquet", ".parquet", write)
