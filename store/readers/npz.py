"""NumPy archives: arrays of one length n are columns, those with more axes describe the rows."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

from store.errors import UserError
from store.progress import Progress
from store.readers.arrays import ArraySource, arrays_in
from store.readers.formats import Format, Raw
from store.readers.naming import find_by_name
from store.readers.request import COLUMN_ROLES, Guess, Request

CLASS_NAMES = ("class_names", "classes", "label_names", "target_names")
COLUMN_KINDS = "biufUSM"
"""Types a column can have: bool, integers, floats, text, bytes that are text, times."""


def recognises(head: bytes) -> bool:
    """A ZIP archive whose first member is an array."""
    return head.startswith(b"PK\x03\x04") and b".npy" in head[:256]


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read a .npz file. Arrays of another length than the labels are left out, and it says so.

    Raises UserError where there is no column, or where the request names one left out.
    """
    found = arrays_in(path)
    names_key = next((key for key in CLASS_NAMES if key in found), None)
    flat = {
        key: source
        for key, source in found.items()
        if len(source.shape) == 1 and source.dtype.kind in COLUMN_KINDS and key != names_key
    }
    n = _length(flat, found, request)
    columns = {key: _column(source) for key, source in flat.items() if source.shape[0] == n}
    arrays = {
        key: source
        for key, source in found.items()
        if len(source.shape) > 1 and source.shape[0] == n and source.numeric
    }
    left_out = {
        key: _why_left_out(source, n)
        for key, source in found.items()
        if key not in columns and key not in arrays and key != names_key
    }
    for role in COLUMN_ROLES:
        if request.named(role) in left_out:
            key = str(request.named(role))
            raise UserError(f"{key!r} of {path.name} cannot be used as {role}: {left_out[key]}.")
    if not columns:
        shapes = ", ".join(f"{key} {source.shape}" for key, source in found.items())
        raise UserError(
            f"{path.name} has no array with one value per row to take labels from; it holds "
            f"{shapes or 'nothing'}. Add a one-dimensional array of labels."
        )
    notes = tuple(Guess("left out", key, why) for key, why in left_out.items())
    class_names = None if names_key is None else _class_names(found[names_key])
    return Raw(pa.table(columns), n, notes, arrays, left_out, class_names)


def _length(flat: dict[str, ArraySource], found: dict[str, ArraySource], request: Request) -> int:
    """As long as the labels; without labels the most common length, the longest of equals."""
    label = request.label if request.label in flat else find_by_name("label", flat)
    if label is not None:
        return flat[label].shape[0]
    lengths = Counter(source.shape[0] for source in found.values() if source.shape)
    return max(lengths, key=lambda length: (lengths[length], length), default=0)


def _column(source: ArraySource) -> pa.Array:
    values = source.load()
    if values.dtype == np.float16:
        values = values.astype(np.float32)
    if values.dtype.kind in "US":
        return pa.array(_text(values, source))
    return pa.array(values)


def _text(values: np.ndarray, source: ArraySource) -> list[str]:
    try:
        text = np.char.decode(values, "utf-8") if values.dtype.kind == "S" else values
        cells: list[str] = text.tolist()
        return cells
    except UnicodeDecodeError as problem:
        raise UserError(
            f"{source.title} holds bytes that are not UTF-8 text ({problem}). "
            "Save it as text: np.asarray(values, dtype=str)."
        ) from problem


def _class_names(source: ArraySource) -> tuple[str, ...]:
    return tuple(_column(source).cast(pa.string()).to_pylist())


def _why_left_out(source: ArraySource, n: int) -> str:
    if source.dtype.hasobject:
        return (
            "it holds Python objects, which are never opened because they can run code; "
            "save it with dtype=str or as numbers"
        )
    if not source.shape or source.shape[0] != n:
        return f"its shape is {source.shape}, but there are {n:,} rows"
    return f"values of type {source.dtype} cannot be a column"


FORMAT = Format("a NumPy archive (.npz)", (".npz",), recognises, load)
