"""Hugging Face: a folder that `datasets.load_from_disk` opens."""

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from store.writers.writer import CleanCopy, Facts, Writer

DATA = "data-00000-of-00001.arrow"
BLOCK = 1_000
"""Rows per batch, as the library writes them: a row is found by halving among the batches."""


def write(copy: CleanCopy, path: Path) -> Facts:
    """One Arrow stream and two files of facts; the features are read from the columns' types."""
    path.mkdir()
    table = _without_dictionaries(copy.table)
    with pa.OSFile(str(path / DATA), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        for start in range(0, len(table), BLOCK):
            writer.write_table(table.slice(start, BLOCK).combine_chunks())
    with (path / DATA).open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    state: Facts = {
        "_data_files": [{"filename": DATA}],
        "_fingerprint": fingerprint,
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": None,
    }
    info = {"citation": "", "description": "", "features": None, "homepage": "", "license": ""}
    for name, facts in (("state.json", state), ("dataset_info.json", info)):
        (path / name).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return {}


def _without_dictionaries(table: pa.Table) -> pa.Table:
    """Columns of categories as the values they stand for: the library knows no dictionaries."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            kind = field.type.value_type
            table = table.set_column(place, field.with_type(kind), pc.cast(table[place], kind))
    return table


WRITER = Writer("hugging-face", "Hugging Face datasets folder", "", write)
