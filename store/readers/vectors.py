"""Arrays as a Dataset has them: embeddings and pred_probs in float32, pictures in uint8."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError
from store.readers.arrays import ArraySource
from store.readers.pixels import as_pixels
from store.readers.request import Guess, Request
from store.readers.values import is_numbers

Source = str | ArraySource | None
"""A column of the table, an array, or nothing."""


def embeddings_of(source: Source, table: pa.Table) -> np.ndarray | None:
    """(n, d) float32, its values not checked yet; None where there are none.

    Raises UserError for another number of rows, rows of different lengths, and no numbers.
    """
    return None if source is None else _matrix(source, table, "embeddings")


def pred_probs_of(
    source: Source,
    table: pa.Table,
    classes: tuple[str, ...],
    class_names: tuple[str, ...] | None,
    guess: Guess,
    request: Request,
) -> tuple[np.ndarray | None, Guess]:
    """(n, c) float32 with columns in the order of `classes`, and the guess that led to it.

    class_names: the order the columns came in, where the file names its classes.
    Found by name alone, an array that does not fit the classes is left out, which the guess says.
    Raises UserError as `embeddings_of` does.
    """
    if source is None:
        return None, guess
    pred_probs = _matrix(source, table, "pred_probs")
    fits = pred_probs.ndim == 2 and pred_probs.shape[1] == len(classes)
    if fits and class_names is not None and set(class_names) == set(classes):
        pred_probs = pred_probs[:, [class_names.index(name) for name in classes]]
    if fits or request.pred_probs is not None:
        return pred_probs, guess
    why = f"{guess.choice} has shape {pred_probs.shape} for {len(classes)} classes: left out"
    return None, replace(guess, choice=None, because=why)


def pictures_of(source: Source, table: pa.Table, guess: Guess) -> tuple[np.ndarray | None, Guess]:
    """(n, h, w) or (n, h, w, 3) uint8 where pictures come as an array, and what was done to them.

    Raises UserError for shapes and values that are no pictures.
    """
    if source is None or isinstance(source, str):
        return None, guess
    pixels, said = as_pixels(source)
    _check_rows(source.title, len(pixels), len(table), "pictures")
    if said:
        guess = replace(guess, because=f"{guess.because}; {said}")
    return pixels, guess


def _matrix(source: str | ArraySource, table: pa.Table, role: str) -> np.ndarray:
    if isinstance(source, str):
        array = _from_lists(table[source], source, role)
    else:
        if not source.numeric and not source.dtype.hasobject:
            raise UserError(
                f"{source.title} holds {source.dtype}, but {role} are numbers. "
                "Save them as float32: np.asarray(values, dtype=np.float32)."
            )
        array = source.load()
        _check_rows(source.title, len(array) if array.ndim else 0, len(table), role)
    with np.errstate(over="ignore"):  # what overflows float32 becomes inf, which Dataset reports
        return array if array.dtype == np.float32 else array.astype(np.float32)


def _check_rows(title: str, rows: int, n: int, role: str) -> None:
    if rows != n:
        raise UserError(
            f"{title} has {rows:,} rows but the table has {n:,}. "
            f"Row i of {role} must describe row i of the table; export both together again."
        )


def _from_lists(column: pa.ChunkedArray, name: str, role: str) -> np.ndarray:
    if not is_numbers(column):
        raise UserError(
            f"column {name!r} holds {column.type}, but {role} are one list of numbers per row. "
            "Name such a column, a .npy file or file.npz:key."
        )
    lengths, parts = np.zeros(len(column), dtype=np.int64), []
    start = 0
    for chunk in column.chunks:
        sizes = pc.list_value_length(chunk)
        stop = start + len(chunk)
        # A missing list counts as length -1, which no other row shares.
        lengths[start:stop] = pc.fill_null(sizes, -1).to_numpy(zero_copy_only=False)
        start = stop
        parts.append(chunk.flatten().to_numpy(zero_copy_only=False).astype(np.float32))
    usual = int(np.bincount(lengths[lengths >= 0]).argmax()) if (lengths >= 0).any() else -1
    odd = np.flatnonzero(lengths != usual) if usual >= 0 else np.arange(len(column))
    if len(odd):
        got = int(lengths[odd[0]])
        what = "nothing" if got < 0 else f"{got} numbers"
        raise UserError(
            f"column {name!r} has {what} in row {int(odd[0])} (the first is row 0) but "
            f"{max(usual, 0)} in most rows; {len(odd):,} rows differ. "
            f"Every row of {role} needs the same length; compute these rows again."
        )
    return np.concatenate(parts).reshape(len(column), usual)
