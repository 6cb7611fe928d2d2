"""What a file is that is no table: so that an error can say it instead of "cannot be parsed"."""

import codecs
import re

PICKLE = (
    "a Python pickle, which is never opened because it can run code (if you trust it, open it "
    "where it was made, as with pandas.read_pickle, and save the table with to_parquet)"
)
_BINARY = (
    (b"\x93NUMPY", "one NumPy array without labels (name it with --embeddings beside a table)"),
    (b"PK\x03\x04", "a ZIP archive (a spreadsheet, perhaps)"),
    (b"\x1f\x8b", "compressed with gzip (unpack it first)"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd (unpack it first)"),
    (b"BZh", "compressed with bzip2 (unpack it first)"),
    (b"\xfd7zXZ", "compressed with xz (unpack it first)"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ARROW1", "an Arrow (Feather) file"),
    (b"\xff\xff\xff\xff", "an Arrow stream"),
    (b"FEA1", "a Feather file of the old version 1 (pandas.read_feather, then to_parquet)"),
    (b"\x80", PICKLE),
    (b"ccopy_reg\n", PICKLE),
    (b"cpandas.", PICKLE),
    (b"cnumpy.", PICKLE),
    (b"(dp0\n", PICKLE),
    (b"(lp0\n", PICKLE),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
_TEXT = (
    (b"<!doctype html", "a web page (a download that asked for a login, perhaps)"),
    (b"<html", "a web page (a download that asked for a login, perhaps)"),
    (b"<?xml", "an XML document"),
    (b"version https://git-lfs", "a Git LFS pointer (run git lfs pull to get the file itself)"),
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def known_as(head: bytes) -> str | None:
    """What a file with these first bytes is, if it is something known that is no table."""
    for start, what in _BINARY:
        if head.startswith(start):
            return what
    text = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return next((what for start, what in _TEXT if text.startswith(start)), None)


def looks_like_text(head: bytes) -> bool:
    """No control characters but line ends and tabs, unless it is UTF-16."""
    if head.startswith(_MARKS):
        return True
    if 0 in head:
        # ASCII in UTF-16 has a zero in every second place, and only there.
        return 0 not in head[0::2] or 0 not in head[1::2]
    return re.search(rb"[\x01-\x08\x0e-\x1f]", head) is None


def looks_like_json(head: bytes) -> bool:
    """It starts as JSON objects do: one object, or a list of them (or of lists, to be refused)."""
    text = head.removeprefix(codecs.BOM_UTF8)
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if text.startswith(mark):
            text = text[2:].decode(codec, errors="ignore").encode()
    return re.match(rb'\s*(\[\s*)?(\{\s*("|\})|\[\s*\[)', text) is not None


def looks_like_tasks(head: bytes) -> bool:
    """It starts as Label Studio's export does: a list of tasks with annotations and data."""
    text = head.removeprefix(codecs.BOM_UTF8)
    if re.match(rb"\s*\[\s*\{", text) is None:
        return False
    return all(
        re.search(rb'"%s"\s*:\s*\%s' % (name, bracket), text)
        for name, bracket in ((b"annotations", b"["), (b"data", b"{"))
    )
