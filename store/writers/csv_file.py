"""CSV: text in quotes, with commas between, safe to open in a spreadsheet."""

from pathlib import Path

from store.spreadsheet import write_csv
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """Returns the number of cells per column that got an apostrophe."""
    with path.open("wb") as file:
        counts = write_csv(copy.table, file, neutralise=copy.options.neutralise, delimiter=",")
    return {"neutralised": counts}


WRITER = Writer("csv", "CSV", ".csv", write)
