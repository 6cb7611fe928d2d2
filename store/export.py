"""dataset + log -> clean copy + manifest, in a folder or as a zip."""

import io
import os
import re
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from store.cleaning import Changes, ExportOptions, changes, changes_of, clean_table, cleaned
from store.cleaning import left_out as rows_left_out
from store.dataset import Dataset
from store.decisions import DecisionLog
from store.errors import UserError
from store.manifest import NAME, Manifest, as_text, check_free, describe, hash_of
from store.mined import Mine, Mined
from store.picking import Pick, facts_of, pick_plainly, picked
from store.training_options import TrainingOptions
from store.verdicts import Applied, apply_verdicts
from store.workspace import Workspace
from store.writers import CleanCopy, Writer, all_writers, writer_named

__all__ = [
    "Changes",
    "ExportOptions",
    "changes",
    "clean_table",
    "export_bytes",
    "write_export",
]
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip knows: no time of day in the bytes


def write_export(
    dataset: Dataset,
    log: DecisionLog,
    folder: Path,
    options: ExportOptions,
    *,
    mine: Mine | None = None,
    pick: Pick = pick_plainly,
) -> Manifest:
    """Write the data, as options.format has it, and manifest.json into the folder.

    Whole or not at all: both are drafted beside the folder and moved in together. An earlier export
    is replaced if nobody touched it; any other folder that is not empty is refused with UserError.
    Returns the manifest. mine: finds the negatives of training data, which need one. pick: finds
    the rows of a condition; one on scores needs `engine.picking`.
    """
    folder = Path(folder).resolve()
    draft = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    with _in_words(folder):
        check_free(folder, _source(log))
        try:
            draft.mkdir(parents=True)
            manifest = _write(dataset, log, options, draft, mine, pick)
            for path in (*_files(draft), draft):
                _sync(path)
            _swap(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return manifest


def export_bytes(
    dataset: Dataset,
    log: DecisionLog,
    options: ExportOptions,
    *,
    mine: Mine | None = None,
    pick: Pick = pick_plainly,
) -> tuple[str, bytes]:
    """The same files as a zip: its name and its bytes, equal for equal input. Links are copies."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="second-look-") as scratch:
        folder = Path(scratch)
        _write(dataset, log, replace(options, pictures="copy"), folder, mine, pick)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in _files(folder):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
    return zip_name(dataset), packed.getvalue()


def zip_name(dataset: Dataset) -> str:
    """What a downloaded export is called."""
    return f"{_stem(dataset)}-clean.zip"


def file_name(dataset: Dataset, options: ExportOptions) -> str:
    """Name of the file or folder with the data: the dataset's, as far as a file name can be it."""
    return f"{_stem(dataset)}{writer_named(options.format).ending}"


def _stem(dataset: Dataset) -> str:
    plain = re.sub(r"[^\w\-. ]+", "_", dataset.name).strip(". ")[:100]
    return plain or "dataset"


def _write(
    dataset: Dataset,
    log: DecisionLog,
    options: ExportOptions,
    folder: Path,
    mine: Mine | None,
    pick: Pick,
) -> Manifest:
    """Write the data and the manifest that belongs to it, which is returned."""
    writer = _fitting(dataset, options)
    if writer.mines and options.training is None:
        options = replace(options, training=TrainingOptions())
    decisions = log.decisions()  # once: what arrives meanwhile is in the next export
    applied = apply_verdicts(dataset, decisions)
    meant = picked(dataset, applied, options, log.workspace, pick)
    out = rows_left_out(dataset, applied, options, meant)
    table = cleaned(dataset, applied, options, out)
    manifest = describe(dataset, decisions, options, changes_of(dataset, applied), out)
    if meant is not None:
        manifest["chosen"] = facts_of(dataset, meant)
    data = folder / file_name(dataset, options)
    manifest["file"] = data.name
    mined = _mined(dataset, applied, options, mine) if writer.mines else None
    copy = CleanCopy(_stem(dataset), table, np.flatnonzero(~out), dataset, applied, options, mined)
    try:
        manifest |= writer.write(copy, data)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise UserError(
            f"{options.format} cannot hold this table: {problem}. Export to another format, or "
            "leave that column out of the data that you open."
        ) from problem
    manifest["sha256"] = hash_of(data)
    (folder / NAME).write_bytes(as_text(manifest).encode())
    return manifest


def _fitting(dataset: Dataset, options: ExportOptions) -> Writer:
    """The writer of the format. Raises UserError where it is for rows of another kind."""
    writer = writer_named(options.format)
    is_other = (dataset.unit == "pair") != (writer.needs == "pairs")
    if is_other:
        fitting = ", ".join(name for name, one in all_writers().items() if one.fits(dataset))
        raise UserError(
            f"{writer.title} is not for the rows of {dataset.name}, which are {dataset.unit}s. "
            f"Export to one of {fitting}."
        )
    if writer.mines and options.is_choice:
        raise UserError(
            f"{writer.title} is made of all queries that have a positive, and a choice of pairs "
            "would turn what is left out into negatives. Leave sample, list and condition out."
        )
    return writer


def _mined(dataset: Dataset, applied: Applied, options: ExportOptions, mine: Mine | None) -> Mined:
    if mine is None or options.training is None:
        raise TypeError(f"{options.format} is training data, and nobody said how to find negatives")
    return mine(dataset, applied, options.training)


def _files(folder: Path) -> list[Path]:
    """Every file and link in it by name, the manifest last: it says what the others should be."""
    found = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(found, key=lambda path: path == folder / NAME)


def _source(log: DecisionLog) -> Path | None:
    """The user's own file, as the workspace of the log names it."""
    if log.workspace is None:
        return None
    workspace = Workspace(log.workspace)
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
