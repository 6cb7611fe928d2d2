"""In which encoding a text file is written: decided by reading all of it, not by a guess."""

import codecs
from pathlib import Path

from store.errors import UserError
from store.readers.request import Guess

BLOCK = 1 << 20


def encoding_of(path: Path) -> tuple[str, tuple[Guess, ...]]:
    """Codec name, and a note for the user unless it is plain UTF-8.

    A byte order mark decides; without one UTF-8 is tried on the whole file, then Windows-1252
    (of which Latin-1 text is a part), which the user is told. Raises UserError when neither fits.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    marked, why = _marked(head)
    if marked is not None:
        problem = first_undecodable(path, marked)
        if problem is None:
            return marked, () if marked == "utf-8-sig" else (_note(marked[:6].upper(), why),)
        raise UserError(
            f"{path.name} says it is {marked} text ({why}) but is damaged: {problem} does not "
            "belong there. The file may be cut off; export it again, best as UTF-8."
        )
    problem = first_undecodable(path, "utf-8")
    if problem is None:
        return "utf-8", ()
    if first_undecodable(path, "cp1252") is None:
        why = f"it is not UTF-8 ({problem}); if accents look wrong, save it as UTF-8"
        return "cp1252", (_note("Windows-1252 (Latin-1)", why),)
    raise UserError(
        f"{path.name} is text in an unknown encoding: it is neither UTF-8 ({problem}) nor "
        "Windows-1252. Save it as UTF-8 (in a spreadsheet: CSV UTF-8) and open it again."
    )


def first_undecodable(path: Path, codec: str) -> str | None:
    """The first byte of a file that does not belong to an encoding, in words; None = all do."""
    decoder = codecs.getincrementaldecoder(codec)()
    read = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            # A character cut by the end of the last block waits in the decoder.
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as problem:
                where = read - waiting + problem.start
                return f"byte 0x{problem.object[problem.start]:02x} at position {where:,}"
            read += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "the half of a character at its end"
    return None


def _marked(head: bytes) -> tuple[str | None, str]:
    mark = "its byte order mark says so"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", mark
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # LE begins as UTF-16 does
        return "utf-32", mark
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", mark
    even, odd = head[0::2], head[1::2]
    if odd and odd.count(0) > 0.4 * len(odd) and 0 not in even:
        return "utf-16-le", "every second byte is zero"
    if even and even.count(0) > 0.4 * len(even) and 0 not in odd:
        return "utf-16-be", "every second byte is zero"
    return None, ""


def _note(encoding: str, because: str) -> Guess:
    return Guess("encoding", encoding, because, ("UTF-8", "UTF-16", "Windows-1252 (Latin-1)"))
