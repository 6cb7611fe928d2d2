"""JSONL: one object per line, its keys in the order of the columns."""

import json
from pathlib import Path

from store.writers.plain_values import plain_rows
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """Letters of all alphabets as they are, UTF-8."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in plain_rows(copy.table, "JSONL"):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return {}


WRITER = Writer("jsonl", "JSONL", ".jsonl", write)
