"""Lines of a text file, plain or packed with gzip, each with its number for who must mend it."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, BinaryIO

from store.errors import UserError
from store.progress import Progress, silent

TOLD = 65_536
"""After so many lines progress is told and a cancel is heard."""
MARK = b"\xef\xbb\xbf"
SHOWN = 80


def lines_of(path: Path, progress: Progress = silent) -> Iterator[tuple[int, str]]:
    """(number from 1, text without its end) of every line that is not blank.

    Raises UserError for a line that is not UTF-8, and where the file cannot be unpacked or read.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as packed, _unpacked(packed, path) as file:
            for number, line in enumerate(file, 1):
                if number % TOLD == 0:
                    progress(f"reading {path.name}", packed.tell(), size)
                text = _decoded(path, number, line.removeprefix(MARK) if number == 1 else line)
                if text.strip():
                    yield number, text.rstrip("\r\n")
    except (gzip.BadGzipFile, EOFError, zlib.error) as problem:
        raise UserError(
            f"{path.name} cannot be unpacked ({problem}). A download may have been cut off; fetch "
            "it again, or unpack it yourself."
        ) from problem
    except OSError as problem:
        raise UserError(
            f"{path} cannot be read ({problem.strerror or problem}). Give yourself permission to "
            "read it, or copy it to a folder of yours."
        ) from problem


def objects_of(path: Path, progress: Progress = silent) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number, object) of every line of a JSON Lines file. Raises UserError for any other line."""
    for number, text in lines_of(path, progress):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise UserError(
                f"line {number} of {path.name} is not an object: {text[:SHOWN]}. Every line has to "
                'be one object such as {"_id": "d1", "title": "…", "text": "…"}; the file may be '
                "cut off, so export it again."
            )
        if "\\ud" in text.lower():
            _check_whole_characters(path, number, found)
        yield number, found


def _check_whole_characters(path: Path, number: int, found: dict[str, Any]) -> None:
    """JSON can name half of a pair of surrogates, which no text can hold."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as problem:
        half = ascii(problem.object[problem.start])
        raise UserError(
            f"line {number} of {path.name} holds half of a character ({half}), as a text has that "
            "was cut in the middle of an emoji. Take it out of that line, or export the file again."
        ) from problem


def first_line(path: Path) -> str:
    """The first line that is not blank, at most 64 kB of it; "" where there is none to be read."""
    try:
        with path.open("rb") as packed, _unpacked(packed, path) as file:
            for line in file.read(65_536).removeprefix(MARK).splitlines():
                if line.strip():
                    return line.decode("utf-8", errors="replace")
    except (OSError, EOFError, zlib.error):
        return ""
    return ""


def _unpacked(file: BinaryIO, path: Path) -> AbstractContextManager[IO[bytes]]:
    if path.suffix.lower() == ".gz":
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    return nullcontext(file)


def _decoded(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise UserError(
            f"line {number} of {path.name} is not UTF-8 (byte 0x{line[problem.start]:02x} at "
            f"position {problem.start} of the line). Save the file as UTF-8 and open it again."
        ) from problem
