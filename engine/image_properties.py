"""What a picture is like before anybody looks at what it shows: dark, blurry, of an odd size."""

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageStat

from store.dataset import Dataset
from store.errors import UserError
from store.media import bytes_of, decoded, opened, source_of
from store.progress import Progress, silent
from store.workspace import Workspace, cache_key

PROPERTIES = (
    "dark",
    "light",
    "low_information",
    "odd_aspect_ratio",
    "odd_size",
    "grayscale",
    "blurry",
)
SIDE = 256
"""Pictures are measured at no more than this many pixels a side, except for size and shape."""
BLUR_SIDE = 64
BLOCK = 512
FEW = 16
BLUR_SCALE, FLAT_BELOW = 0.01, 0.18


def image_properties(
    dataset: Dataset, workspace: Workspace | None = None, *, progress: Progress = silent
) -> np.ndarray | None:
    """(n, 7) float32 in [0, 1], low = the picture is what the column of PROPERTIES says.

    None for a dataset without pictures; nan for a picture that cannot be decoded. Kept in the
    workspace. progress may raise to cancel.

    The formulas are those of cleanvision 0.3 (cleanlab, 2023): brightness of the 99th and the
    5th percentile pixel, entropy / 10, short side over long side, distance of the size from the
    middle of Q1 - 3 IQR to Q3 + 3 IQR, spread of the edges of a 64-pixel copy. It differs in two
    points: large pictures are measured at 256 pixels, and a picture whose three channels are equal
    is grey, whatever its file says.
    """
    if dataset.media != "image":
        return None

    def build() -> dict[str, np.ndarray]:
        return {"properties": _scores(_measured(dataset, progress))}

    if workspace is None:
        return build()["properties"]
    code = blake2b(Path(__file__).read_bytes(), digest_size=8).hexdigest()
    key = cache_key(dataset.fingerprint, code)
    return workspace.cached("image-properties", key, build)["properties"]


def _measured(dataset: Dataset, progress: Progress) -> np.ndarray:
    """(n, 7): as PROPERTIES, but the size itself in the place of odd_size."""
    n = len(dataset)
    table = np.full((n, len(PROPERTIES)), np.nan)

    def fill(start: int) -> None:
        for row in range(start, min(n, start + FEW)):
            try:
                table[row] = _measure(dataset, row)
            except UserError:
                continue  # no picture, or one that cannot be decoded: nan

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for start in range(0, n, BLOCK):
            progress("looking at the pictures", start, n)
            list(pool.map(fill, range(start, min(n, start + BLOCK), FEW)))
    progress("looking at the pictures", n, n)
    return table


def _measure(dataset: Dataset, row: int) -> tuple[float, ...]:
    source, where = source_of(dataset, row), f"row {row}"
    if isinstance(source, np.ndarray):
        height, width = source.shape[:2]
        picture = decoded(source, size=SIDE, where=where)
    else:
        source = bytes_of(source, where=where)
        width, height = opened(source, where=where).size
        picture = decoded(source, size=SIDE, where=where)
    pixels = np.asarray(picture, dtype=np.float32)
    grey = pixels.ndim == 2 or bool((pixels == pixels[..., :1]).all())
    if pixels.ndim == 3:
        pixels = np.sqrt(pixels**2 @ np.array([0.241, 0.691, 0.068], dtype=np.float32))
    dim, bright = np.percentile(pixels / 255, [5, 99])
    return (
        float(bright),
        1 - float(dim),
        min(picture.entropy() / 10, 1.0),
        min(width / height, height / width),
        float(np.sqrt(width * height)),
        0.0 if grey else 1.0,
        _sharpness(picture),
    )


def _sharpness(picture: Image.Image) -> float:
    ratio = max(picture.size) / BLUR_SIDE
    if ratio > 1:
        width, height = (max(int(side // ratio), 1) for side in picture.size)
        picture = picture.resize((width, height))
    grey = picture.convert("L")
    edges = float(np.sqrt(ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES)).var[0]))
    # A drawing on plain paper has few edges and is not blurry: its histogram is uneven.
    uneven = 1 - float(np.exp(-np.std(grey.histogram()) * BLUR_SCALE))
    return min(1 - float(np.exp(-edges * BLUR_SCALE)) + (uneven if uneven > FLAT_BELOW else 0), 1.0)


def _scores(table: np.ndarray) -> np.ndarray:
    place = PROPERTIES.index("odd_size")
    sizes = table[:, place].copy()
    known = ~np.isnan(sizes)
    if known.any():
        first, third = np.percentile(sizes[known], [25, 75])
        low, high = first - 3 * (third - first), third + 3 * (third - first)
        middle, wide = (low + high) / 2, (high - low) or (low + high) / 2
        table[:, place] = 1 - np.clip(np.abs(sizes - middle) / wide, 0, 1)
    return np.clip(table, 0, 1).astype(np.float32)
