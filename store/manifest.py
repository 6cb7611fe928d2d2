"""manifest.json: what a clean copy was made from, and what was changed."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from store.cleaning import Changes, ExportOptions
from store.dataset import Dataset
from store.decision import Decision
from store.decisions import digest_of
from store.errors import UserError
from store.version import version

NAME = "manifest.json"
Manifest = dict[str, Any]


def describe(
    dataset: Dataset,
    decisions: tuple[Decision, ...],
    options: ExportOptions,
    changes: Changes,
    out: np.ndarray,
) -> Manifest:
    """All but the data file: the same for the same dataset, log and options, at any time."""
    counts = {name: value for name, value in vars(changes).items() if name != "table"}
    manifest = {
        "made_by": "second-look",
        "second_look": version(),
        "dataset": dataset.name,
        "fingerprint": dataset.fingerprint,
        "decisions": len(decisions),
        "decisions_digest": digest_of(decisions),
        # Only where it was asked for: a manifest without is as it has always been.
        "options": {
            name: value
            for name, value in asdict(options).items()
            if value is not None or name not in ("training", "named")
        },
        "counts": counts,
        "rows_in": len(dataset),
        "rows_out": int(len(dataset) - out.sum()),
    }
    if dataset.roles.id is None:
        # Without ids this alone says which rows of other files to leave out as well.
        manifest["rows_left_out"] = np.flatnonzero(out).tolist()
    return manifest


def as_text(manifest: Manifest) -> str:
    """The manifest as it is written."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def check_free(folder: Path, source: Path | None) -> None:
    """Raise UserError unless the folder is new, empty, or an earlier export as it was written.

    source: the user's own file, which an export never replaces, not even where it is one itself.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UserError(f"{folder} is a file. An export is a folder; name another one.")
    found = sorted(path.name for path in folder.iterdir())
    if not found:
        return
    manifest = _earlier(folder)
    if manifest is None:
        raise UserError(
            f"{folder} is not empty and not an earlier export (it holds {', '.join(found[:5])}). "
            "Nothing was written; name a new folder."
        )
    others = [name for name in found if name not in (NAME, manifest["file"])]
    if others:
        raise UserError(
            f"{folder} is an earlier export, but other files are in it too: "
            f"{', '.join(others[:5])}. A new export would remove them; move them away or name a "
            "new folder."
        )
    if source is not None and source.exists() and _is_in(source, folder, manifest["file"]):
        raise UserError(
            f"{source} is the data that you opened, and an export there would replace it. Name "
            "another folder."
        )
    if hash_of(folder / manifest["file"]) != manifest["sha256"]:
        raise UserError(
            f"{folder / manifest['file']} was changed after it was exported. A new export would "
            "overwrite that; name a new folder."
        )


def hash_of(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits; of a folder, of the list of its files.

    The list has a line "hash  name" per file, in order of the names; of a link the hash is that of
    the path it leads to. "" where there is nothing.
    """
    if not path.is_dir():
        return _sha256(path) if path.is_file() else ""
    names = sorted(each.relative_to(path).as_posix() for each in path.rglob("*"))
    listing = hashlib.sha256()
    for name in names:
        each = path / name
        if each.is_symlink():
            digest = hashlib.sha256(os.fsencode(os.readlink(each))).hexdigest()
        elif each.is_file():
            digest = _sha256(each)
        else:
            continue
        listing.update(f"{digest}  {name}\n".encode())
    return listing.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_in(source: Path, folder: Path, name: str) -> bool:
    """Whether replacing the folder would take away the source."""
    data = folder / name
    is_inside = source.resolve().is_relative_to(folder.resolve())
    return is_inside or (data.exists() and source.samefile(data))


def _earlier(folder: Path) -> Manifest | None:
    try:
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(manifest, dict) and manifest.get("made_by") == "second-look"
    return manifest if ours and {"file", "sha256"} <= manifest.keys() else None
