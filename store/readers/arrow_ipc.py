"""Arrow as files: the file format (Feather), and the stream that has no table of contents."""

from pathlib import Path

import pyarrow as pa

from store.errors import UserError
from store.progress import Progress
from store.readers.features import features_of, understood
from store.readers.formats import Format, Raw
from store.readers.request import Request

MAGIC = b"ARROW1"
STREAM = b"\xff\xff\xff\xff"
END = STREAM + bytes(4)
"""The last eight bytes of a stream. The format lets a writer leave them out, but then a file that
lost its last rows could not be told from a whole one."""


def recognises(head: bytes) -> bool:
    """The file format says so by name; a stream begins with the mark of its first message."""
    return head.startswith((MAGIC, STREAM))


def load(path: Path, request: Request, first_rows: bool, progress: Progress) -> Raw:
    """Read an Arrow file or stream. Raises UserError where it is damaged."""
    table, rows = read_arrow(path, first_rows=first_rows, progress=progress)
    table, classes = understood(table, features_of(table.schema))
    return Raw(table, rows, column_classes=classes)


def read_arrow(path: Path, *, first_rows: bool, progress: Progress) -> tuple[pa.Table, int | None]:
    """The table of a file or stream, batch by batch, and its rows (None = not counted).

    first_rows: the first batch with rows only. Raises UserError where it is damaged.
    """
    try:
        with pa.OSFile(str(path), "rb") as file:
            size, head = file.size(), file.read(len(MAGIC))
            file.seek(max(0, size - len(END)))
            if head != MAGIC and file.read() != END:
                raise ValueError("the mark of its end is missing")
            file.seek(0)
            reader = pa.ipc.open_file(file) if head == MAGIC else pa.ipc.open_stream(file)
            batches = []
            for batch in _batches(reader):
                progress("reading", file.tell(), size)
                batch.validate(full=True)  # a damaged file can hold text that is not UTF-8
                batches.append(batch)
                if first_rows and len(batch):
                    break
            table = pa.Table.from_batches(batches, reader.schema)
    except (pa.ArrowException, OSError, ValueError, EOFError, KeyError) as problem:
        raise UserError(
            f"{path.name} cannot be read as Arrow ({problem}). It may have been cut off while it "
            "was written or fetched; make it again."
        ) from problem
    return table, None if first_rows else len(table)


def _batches(reader):  # type: ignore[no-untyped-def]  # the two readers share no type
    if hasattr(reader, "num_record_batches"):
        return (reader.get_batch(number) for number in range(reader.num_record_batches))
    return iter(reader)


FORMAT = Format("Arrow (Feather)", (".arrow", ".feather", ".ipc", ".arrows"), recognises, load)
