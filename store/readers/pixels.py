"""Pictures that come as one array: any common shape and type as uint8."""

import numpy as np

from store.errors import UserError
from store.readers.arrays import ArraySource


def as_pixels(source: ArraySource) -> tuple[np.ndarray, str]:
    """(n, h, w) or (n, h, w, 3) uint8, and what was done to the values, in words.

    Takes grey or colour, channels last or first; whole numbers 0 to 255, or fractions 0 to 1.
    Raises UserError for anything else.
    """
    array = source.load()
    said = []
    if array.ndim == 4 and array.shape[1] in (1, 3) and array.shape[3] not in (1, 3):
        array = np.moveaxis(array, 1, 3)
        said.append("channels moved to the end")
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if not source.numeric or array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[3] != 3):
        raise UserError(
            f"{source.title} holds {source.dtype} of shape {source.shape}; pictures have shape "
            "(n, height, width) or (n, height, width, 3). Reshape it, or leave out transparency."
        )
    if 0 in array.shape[1:3]:
        raise UserError(f"{source.title} holds pictures without pixels: shape {source.shape}.")
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array) if said else array, "; ".join(said)
    low, high = (float(array.min()), float(array.max())) if array.size else (0.0, 0.0)
    unit = array.dtype.kind in "fb" and high <= 1
    if not (0 <= low <= high <= (1 if unit else 255)):
        raise UserError(
            f"{source.title} has values from {low:.4g} to {high:.4g}; pictures go from 0 to 255 or "
            "from 0 to 1. Undo the normalisation and save them as uint8."
        )
    said.append("values 0 to 1 became 0 to 255" if unit else f"{array.dtype} became uint8")
    pixels = np.empty(array.shape, dtype=np.uint8)
    for start in range(0, len(array), 4096):
        block = array[start : start + 4096].astype(np.float32)
        pixels[start : start + 4096] = np.rint(block * 255 if unit else block)
    return pixels, "; ".join(said)
