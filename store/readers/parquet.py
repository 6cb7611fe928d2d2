"""Parquet: columns with types, and the number of rows without reading them."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from store.errors import UserError
from store.progress import Progress
from store.readers.features import features_of, understood
from store.readers.formats import Format, Raw
from store.readers.request import Request
from store.spool import spooled_table

FIRST_ROWS = 1_000
BATCH = 65_536


def recognises(head: bytes) -> bool:
    """Parquet says so in its first four bytes."""
    return head.startswith(b"PAR1")


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read a Parquet file. Raises UserError where it is damaged."""
    table, rows = read_parquet(path, first_rows=first_rows, progress=progress)
    table, classes = understood(table, features_of(table.schema))
    return Raw(table, rows, column_classes=classes)


def read_parquet(path: Path, *, first_rows: bool, progress: Progress) -> tuple[pa.Table, int]:
    """The table, batch by batch, and how many rows the file has.

    first_rows: a thousand of them at most. Raises UserError where the file is damaged.
    """
    try:
        with pq.ParquetFile(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
            if first_rows:
                first = next(file.iter_batches(batch_size=FIRST_ROWS), None)
                table = schema.empty_table() if first is None else pa.table(first)
                table.validate(full=True)
            else:
                table = spooled_table(schema, _checked(file, progress))
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise UserError(
            f"{path.name} cannot be read as Parquet ({problem}). A download may have been cut off; "
            "fetch or export it again."
        ) from problem
    return table, rows


def _checked(file: pq.ParquetFile, progress: Progress) -> Iterator[pa.RecordBatch]:
    read, rows = 0, file.metadata.num_rows
    for batch in file.iter_batches(batch_size=BATCH):
        batch.validate(full=True)  # a damaged file can hold text that is not UTF-8
        yield batch
        read += len(batch)
        progress("reading", read, rows)


FORMAT = Format("Parquet", (".parquet", ".pq"), recognises, load)
