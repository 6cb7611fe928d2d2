"""Image folder: a tree with a folder per class, its pictures copied or linked."""

import os
import re
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
from PIL import Image

from store.dataset import UNLABELLED
from store.errors import UserError
from store.media import bytes_of, opened, source_of
from store.spreadsheet import write_csv
from store.writers.writer import CleanCopy, Facts, Writer

NO_LABEL = "unlabelled"
LONGEST = 100


def write(copy: CleanCopy, path: Path) -> Facts:
    """made/cat/img-7.png for the row img-7, and metadata.csv with file_name, id and label.

    Pictures that are no files of their own are written. Returns how many were linked and written.
    """
    if copy.dataset.media != "image":
        raise UserError(
            f"{copy.dataset.name} has no pictures to put into folders. Name its column of pictures "
            "with --image when you open it, or export to another format."
        )
    path.mkdir()
    labels = copy.applied.labels[copy.rows]
    folders = _folders(copy.dataset.classes)
    names, linked, taken = [], 0, {"metadata.csv"}
    for row, id_, label in zip(
        copy.rows.tolist(), copy.dataset.ids(copy.rows), labels.tolist(), strict=True
    ):
        source, where = source_of(copy.dataset, row), f"row {row}"
        folder = path / folders[label]
        folder.mkdir(exist_ok=True)
        stem, ending = plain_name(id_), _ending(source, where)
        name = f"{folder.name}/{stem}{ending}"
        while name.lower() in taken:  # two ids may differ in what a file name cannot hold
            stem = f"{stem} row {row}"
            name = f"{folder.name}/{stem}{ending}"
        taken.add(name.lower())
        names.append(name)
        if isinstance(source, np.ndarray):
            Image.fromarray(source).save(path / name, "PNG", compress_level=1)
        elif isinstance(source, Path) and copy.options.pictures == "link":
            os.symlink(source.resolve(), path / name)
            linked += 1
        else:
            (path / name).write_bytes(bytes_of(source, where=where))
    return {
        "neutralised": _metadata(copy, names, path / "metadata.csv"),
        "pictures": {"linked": linked, "written": len(names) - linked},
    }


def _metadata(copy: CleanCopy, names: list[str], path: Path) -> dict[str, int]:
    labels = copy.applied.labels[copy.rows].tolist()
    columns = {
        "file_name": pa.array(names, pa.string()),
        "id": pa.array(copy.dataset.ids(copy.rows), pa.string()),
        "label": pa.array(
            [None if at == UNLABELLED else copy.dataset.classes[at] for at in labels], pa.string()
        ),
    }
    if copy.options.dropped == "mark":
        columns["second_look_dropped"] = pa.array(copy.applied.actions[copy.rows] == "drop")
    with path.open("wb") as file:
        return write_csv(pa.table(columns), file, neutralise=copy.options.neutralise)


def _folders(classes: tuple[str, ...]) -> dict[int, str]:
    """A folder for each class that no other class has, also where capitals do not count."""
    folders, taken = {UNLABELLED: NO_LABEL}, {NO_LABEL}
    for label, name in enumerate(classes):
        folder = plain_name(name)
        while folder.lower() in taken:
            folder = f"{folder} class {label}"
        folders[label] = folder
        taken.add(folder.lower())
    return folders


def plain_name(name: str) -> str:
    """The name without what a file name cannot hold, and with nothing hidden about it.

    >>> plain_name("../a:b"), plain_name("")
    ('_a_b', '_')
    """
    return re.sub(r"[^\w\-. ]+", "_", name).strip(". ")[:LONGEST].lstrip("-") or "_"


def _ending(source: Path | bytes | np.ndarray, where: str) -> str:
    endings: dict[str | None, Literal[".jpg", ".tif"]] = {"JPEG": ".jpg", "TIFF": ".tif"}
    if isinstance(source, Path):
        return source.suffix
    if isinstance(source, np.ndarray):
        return ".png"
    kind = opened(source, where=where).format
    return endings.get(kind) or f".{str(kind).lower()}"


WRITER = Writer("image-folder", "Image folder", "", write, needs="image")
