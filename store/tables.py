"""Write a table to a file of the user's choice, whole or not at all."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from store.array_files import drafted
from store.errors import UserError

ENDINGS = (".parquet", ".csv")


def check_table_path(path: Path) -> None:
    """Raise UserError unless a table can be written there: ask before hours of work, not after."""
    if path.suffix not in ENDINGS:
        raise UserError(
            f"{path} ends in {path.suffix or 'nothing'}; tables are written as "
            f"{' or '.join(ENDINGS)}. Name the file accordingly."
        )
    if not path.parent.is_dir():
        raise UserError(
            f"{path} cannot be written: there is no folder {path.parent}. Make it first."
        )
    if not os.access(path.parent, os.W_OK):
        raise UserError(f"{path} cannot be written: {path.parent} is not yours to write to.")


def write_table(table: pa.Table, path: Path) -> None:
    """Write .parquet or .csv through a draft that is renamed. Raises UserError where it cannot."""
    check_table_path(path)
    try:
        with drafted(path) as draft:
            if path.suffix == ".csv":
                pyarrow.csv.write_csv(table, draft)
            else:
                pyarrow.parquet.write_table(table, draft)
    except OSError as problem:
        raise UserError(
            f"{path} cannot be written: {problem.strerror or problem}. Nothing is half-written; "
            "free some space or name another place."
        ) from problem
