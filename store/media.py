"""A row as a person sees it: its text, or its picture as bytes for a browser."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from store.dataset import Dataset
from store.errors import UserError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Formats that are opened. Others that Pillow knows start other programs (EPS) or are documents."""
SHOWN_AS_IS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
PIXELS = 80_000_000
"""A larger picture is refused: it would take 320 MB, and a small file can claim any size. Pillow's
own warning begins a little above."""

Source = Path | bytes | np.ndarray


def text_of(dataset: Dataset, row: int) -> str:
    """The text of a row, of a pair both; "" where it has none."""
    if dataset.pairs is not None:
        return "\n\n".join(dataset.pairs.words_of(row))
    if dataset.roles.text is None:
        return ""
    value = dataset.table[dataset.roles.text][row].as_py()
    return "" if value is None else str(value)


def picture(dataset: Dataset, row: int, *, size: int | None = None) -> tuple[bytes, str]:
    """The picture of a row and its MIME type; as the user has it, or at most size × size pixels.

    Raises UserError for a row without one and for a picture that cannot be decoded.
    """
    source, where = source_of(dataset, row), f"row {row}"
    if not isinstance(source, np.ndarray):
        source = bytes_of(source, where=where)
        kind = opened(source, where=where).format or ""
        if size is None and kind in SHOWN_AS_IS:
            return source, SHOWN_AS_IS[kind]
    image = decoded(source, size=size, where=where)
    out = BytesIO()
    if max(image.size) <= 256 or image.mode == "L":
        image.save(out, "PNG", compress_level=1)
        return out.getvalue(), "image/png"
    image.save(out, "JPEG", quality=88)
    return out.getvalue(), "image/jpeg"


def source_of(dataset: Dataset, row: int) -> Source:
    """Where a row's picture is: a file, bytes, or pixels. Raises UserError where it has none."""
    if dataset.images is not None:
        pixels: np.ndarray = dataset.images[row]
        return pixels
    column = dataset.roles.image
    value = None if column is None else dataset.table[column][row].as_py()
    return file_in(value, dataset.root, dataset.media_roots, where=f"row {row}")


def sides_of(dataset: Dataset, row: int) -> tuple[int, int]:
    """Width and height of a row's picture as it is stored, in pixels, from its header alone.

    A card asks for the sides of dozens of pictures, of which any may take seconds to decode.
    Raises UserError for a row without one and for what is no picture.
    """
    source, where = source_of(dataset, row), f"row {row}"
    if isinstance(source, np.ndarray):
        return source.shape[1], source.shape[0]
    if isinstance(source, bytes):
        return opened(source, where=where).size
    with _reading(source, where), source.open("rb") as file:
        return _opened(file, source.stat().st_size, where).size


def file_in(
    value: object, root: Path | None, media_roots: Sequence[Path] = (), *, where: str
) -> Path | bytes:
    """What a cell of an image column means: bytes, or a file inside one of the folders allowed.

    A relative path is looked for in the dataset's own folder, then in each of the media roots; an
    absolute one has to lie inside a media root. What counts is where a path ends after all links,
    and nothing in it is decoded: %2e%2e is a name and no way up.
    Raises UserError for an empty cell and for a path that leads out of the folders.
    """
    if isinstance(value, bytes) and value:
        return value
    if not isinstance(value, str) or not value.strip():
        raise UserError(f"{where} has no picture: the cell is empty. Fill it or leave the row out.")
    if root is None or "\x00" in value:
        raise UserError(f"{where} names {value!r}, which is not a path inside the data's folder.")
    roots = [os.path.realpath(one) for one in (root, *media_roots)]
    meant = _meant(value, roots)
    # The first that is there is the one: if that leads out, no other is taken for it in silence.
    there = [one for one in meant if os.path.exists(one)][:1] or meant
    found = [one for one in there if any(_is_inside(one, root) for root in roots)]
    if not found:
        named = f" or of {', '.join(roots[1:])}" if media_roots else ""
        raise UserError(
            f"{where} names {value!r}, which is not inside the folder of the table ({roots[0]})"
            f"{named}. Paths have to be relative and stay inside; move the pictures there, or name "
            "the folder they are in with --media-root."
        )
    return Path(found[0])


def _meant(value: str, roots: list[str]) -> list[str]:
    """Where a path may lead, links followed; an absolute one is for the named roots alone."""
    if not os.path.isabs(value):
        return [os.path.realpath(os.path.join(root, value)) for root in roots]
    target = os.path.realpath(value)
    return [target] if any(_is_inside(target, root) for root in roots[1:]) else []


def _is_inside(target: str, root: str) -> bool:
    try:
        return os.path.commonpath([root, target]) == root
    except ValueError:  # on another drive of Windows
        return False


def bytes_of(source: Path | bytes, *, where: str) -> bytes:
    """The bytes of a picture. Raises UserError for a file that is missing or may not be read."""
    if isinstance(source, bytes):
        return source
    with _reading(source, where):
        return source.read_bytes()


@contextmanager
def _reading(source: Path, where: str) -> Iterator[None]:
    """Says of a file that cannot be read which row it belongs to."""
    try:
        yield
    except FileNotFoundError as problem:
        raise UserError(f"{where}: there is no file {source}. Mend the path.") from problem
    except OSError as problem:
        raise UserError(
            f"{where}: {source} cannot be read ({problem.strerror}). Mend the path or the file."
        ) from problem


def opened(data: bytes, *, where: str) -> Image.Image:
    """A picture with its header read and its size checked; the pixels are not decoded yet.

    Raises UserError for bytes that are no picture and for a picture that is too large.
    """
    return _opened(BytesIO(data), len(data), where)


def _opened(file: BinaryIO, size: int, where: str) -> Image.Image:
    try:
        image = Image.open(file, formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as problem:
        raise UserError(
            f"{where}: these {size:,} bytes are not a picture. Expected was one of "
            f"{', '.join(FORMATS)}; replace it or leave the row out."
        ) from problem
    except Image.DecompressionBombError as problem:
        raise UserError(_too_large(where)) from problem
    if image.width * image.height > PIXELS:
        raise UserError(_too_large(where))
    return image


def decoded(source: Source, *, size: int | None = None, where: str) -> Image.Image:
    """A picture as it is shown: upright, mode L or RGB, on white, at most size × size pixels.

    Raises UserError where it cannot be decoded, as when the file is cut off.
    """
    if isinstance(source, np.ndarray):
        image = Image.fromarray(source)
    else:
        image = opened(bytes_of(source, where=where), where=where)
    try:
        if size is not None:
            image.draft(None, (size, size))  # lets a JPEG be decoded at a fraction of its size
        ImageOps.exif_transpose(image, in_place=True)
        image = _plain(image)
        if size is not None and max(image.size) > size:
            image.thumbnail((size, size), reducing_gap=2.0)
    except (OSError, ValueError, SyntaxError, EOFError) as problem:
        raise UserError(
            f"{where}: the picture cannot be decoded ({problem}). The file may be cut off; "
            "replace it or leave the row out."
        ) from problem
    return image


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in ("L", "RGB"):
        image.load()
        return image
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        # More than 8 bits: the range that is there becomes black to white.
        values = np.asarray(image, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) * (255 / (high - low)) if high > low else np.zeros_like(values)
        return Image.fromarray(scaled.round().astype(np.uint8))
    if image.mode == "1":
        return image.convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    return image.convert("RGB")


def _too_large(where: str) -> str:
    return (
        f"{where}: the picture has more than {PIXELS:,} pixels, and larger ones are not opened. "
        "Save a smaller copy of it."
    )
