"""dataset + log -> clean copy + manifest, in a folder or as a zip."""

import hashlib
import io
import os
import re
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from store.cleaning import Changes, ExportOptions, changes, changes_of, clean_table, cleaned
from store.cleaning import left_out as rows_left_out
from store.dataset import Dataset
from store.decisions import DecisionLog
from store.errors import UserError
from store.manifest import NAME, Manifest, as_text, check_free, describe
from store.spreadsheet import write_csv
from store.verdicts import apply_verdicts
from store.workspace import Workspace

__all__ = [
    "Changes",
    "ExportOptions",
    "changes",
    "clean_table",
    "export_bytes",
    "write_export",
]
ROW_GROUP = 65_536
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip knows: no time of day in the bytes


def write_export(
    dataset: Dataset, log: DecisionLog, folder: Path, options: ExportOptions
) -> Manifest:
    """Write <dataset>.<format> and manifest.json into the folder; returns the manifest.

    Whole or not at all: both are drafted beside the folder and moved in together. An earlier export
    is replaced if nobody touched it; any other folder that is not empty is refused with UserError.
    """
    folder = Path(folder).resolve()
    draft = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    with _in_words(folder):
        check_free(folder, _source(log))
        try:
            draft.mkdir(parents=True)
            data = draft / file_name(dataset, options)
            with data.open("w+b") as file:
                manifest = _write(dataset, log, options, file)
            (draft / NAME).write_bytes(as_text(manifest).encode())
            for path in (data, draft / NAME, draft):
                _sync(path)
            _swap(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return manifest


def export_bytes(dataset: Dataset, log: DecisionLog, options: ExportOptions) -> tuple[str, bytes]:
    """The same two files as a zip: its name and its bytes, equal for equal input."""
    data = io.BytesIO()
    manifest = _write(dataset, log, options, data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            (file_name(dataset, options), data.getvalue()),
            (NAME, as_text(manifest).encode()),
        ):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return f"{Path(file_name(dataset, options)).stem}-clean.zip", packed.getvalue()


def file_name(dataset: Dataset, options: ExportOptions) -> str:
    """Name of the data file: the dataset's, without what a file name cannot hold."""
    plain = re.sub(r"[^\w\-. ]+", "_", dataset.name).strip(". ")[:100]
    return f"{plain or 'dataset'}.{options.format}"


def _write(
    dataset: Dataset, log: DecisionLog, options: ExportOptions, file: io.BufferedIOBase
) -> Manifest:
    """Write the data file; returns the manifest that belongs to it."""
    decisions = log.decisions()  # once: what arrives meanwhile is in the next export
    applied = apply_verdicts(dataset, decisions)
    out = rows_left_out(applied, options)
    table = cleaned(dataset, applied, options, out)
    manifest = describe(dataset, decisions, options, changes_of(dataset, applied), out)
    manifest["file"] = file_name(dataset, options)
    try:
        if options.format == "csv":
            manifest["neutralised"] = write_csv(table, file, neutralise=options.neutralise)
        else:
            _write_parquet(table, file)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise UserError(
            f"{options.format} cannot hold this table: {problem}. Export to another format, or "
            "leave that column out of the data that you open."
        ) from problem
    file.seek(0)
    manifest["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    return manifest


def _write_parquet(table: pa.Table, file: io.BufferedIOBase) -> None:
    with pq.ParquetWriter(file, table.schema) as writer:
        for start in range(0, len(table), ROW_GROUP):
            # One chunk per group, so that the bytes do not depend on how the table was read.
            writer.write_table(table.slice(start, ROW_GROUP).combine_chunks())


def _source(log: DecisionLog) -> Path | None:
    """The user's own file, as the workspace around the log names it."""
    if log.path is None:
        return None
    workspace = Workspace(log.path.parent)
    source = workspace.project().get("source") if workspace.exists else None
    return Path(source) if isinstance(source, str) else None


def _swap(draft: Path, folder: Path) -> None:
    """Put the draft where the folder is; the old one is removed last, or put back."""
    old = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(draft, folder)
    except BaseException:
        if old.exists():
            os.replace(old, folder)
        raise
    _sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    """Bring a file or a folder's list of names to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise UserError(
            f"The export to {folder} failed: {problem.strerror or problem}. Nothing was left there "
            "half-written. Free some space, or name a folder that you may write to."
        ) from problem
