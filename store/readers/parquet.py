"""Parquet: columns with types, and the number of rows without reading them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from store.errors import UserError
from store.readers.formats import Format, Raw
from store.readers.request import Request

FIRST_ROWS = 1_000


def recognises(head: bytes) -> bool:
    """Parquet says so in its first four bytes."""
    return head.startswith(b"PAR1")


def load(path: Path, request: Request, first_rows: bool) -> Raw:
    """Read a Parquet file. Raises UserError where it is damaged or has no rows."""
    try:
        with pq.ParquetFile(path) as file:
            rows = file.metadata.num_rows
            if first_rows:
                batches = file.iter_batches(batch_size=FIRST_ROWS)
                first = next(batches, None)
                table = file.schema_arrow.empty_table() if first is None else pa.table(first)
            else:
                table = file.read()
            table.validate(full=True)  # a damaged file can hold text that is not UTF-8
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise UserError(
            f"{path.name} cannot be read as Parquet ({problem}). A download may have been cut off; "
            "fetch or export it again."
        ) from problem
    return Raw(table, rows)


FORMAT = Format("Parquet", (".parquet", ".pq"), recognises, load)
