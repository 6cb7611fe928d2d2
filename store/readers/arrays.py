"""Arrays in .npy and .npz files: what is there without loading it, and loading without pickle."""

import tokenize
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from store.errors import UserError

LIMIT = 2**40
"""Bytes an array may claim to have: a header that claims more is damaged, not data."""

DAMAGED = (
    OSError, ValueError, EOFError, MemoryError, KeyError, SyntaxError, OverflowError,
    zipfile.BadZipFile, zlib.error, tokenize.TokenError,
    NotImplementedError, RuntimeError,  # a compression or an encryption that Python lacks
)  # fmt: skip


@dataclass(frozen=True)
class ArraySource:
    """One array in a file, not loaded yet. key: its name in an .npz, "" for a .npy file."""

    path: Path
    key: str
    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def title(self) -> str:
        """How messages and guesses name it."""
        return f"{self.path.name}:{self.key}" if self.key else self.path.name

    @property
    def numeric(self) -> bool:
        """It holds real numbers (or true and false)."""
        return self.dtype.kind in "biuf"

    def load(self) -> np.ndarray:
        """The array; memory-mapped where it is a .npy file. Raises UserError where it cannot be."""
        if self.dtype.hasobject:
            raise UserError(
                f"{self.title} holds Python objects, which are never opened because they can run "
                "code. Save plain numbers or text instead: np.asarray(values, dtype=np.float32) "
                "or dtype=str."
            )
        try:
            if self.key:
                with np.load(self.path, allow_pickle=False) as file:
                    array: np.ndarray = file[self.key]
                    return array
            return np.load(self.path, mmap_mode="r", allow_pickle=False)
        except DAMAGED as problem:
            raise _damaged(self.path, problem) from problem


def arrays_in(path: Path) -> dict[str, ArraySource]:
    """Every array of a .npy or .npz file by name, from the headers alone.

    Raises UserError where the file is something else or damaged.
    """
    try:
        with path.open("rb") as file:
            if file.read(6) == b"\x93NUMPY":
                file.seek(0)
                return {"": ArraySource(path, "", *_header(file))}
        found = {}
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".npy"):
                    with archive.open(name) as member:
                        key = name.removesuffix(".npy")
                        if not key:
                            raise ValueError("an array in it has no name")
                        found[key] = ArraySource(path, key, *_header(member))
        return found
    except FileNotFoundError as problem:
        raise UserError(f"There is no file {path}. Check the path and its spelling.") from problem
    except DAMAGED as problem:
        raise _damaged(path, problem) from problem


def _header(file) -> tuple[tuple[int, ...], np.dtype]:  # type: ignore[no-untyped-def]
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read = np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    if any(length < 0 for length in shape) or _bytes(shape, dtype) > LIMIT:
        raise ValueError(f"impossible shape {shape}")
    return shape, dtype


def _bytes(shape: tuple[int, ...], dtype: np.dtype) -> int:
    total = dtype.itemsize
    for length in shape:
        total *= length
    return total


def _damaged(path: Path, problem: BaseException) -> UserError:
    return UserError(
        f"{path.name} cannot be read as a .npy or .npz file ({problem}). "
        "Write it again with np.save or np.savez; a download may have been cut off."
    )
