"""A Parquet file of texts of any length, and how much memory a process has taken at most."""

import threading
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

WORDS, PER_TEXT, CLASSES, BLOCK = 20_000, 12, 10, 50_000


def write_texts(path: Path, n: int) -> None:
    """n rows of id, label and twelve words, four of them from a thousand words of the class."""
    rng = np.random.default_rng(0)
    words = np.array([f"word{one}" for one in range(WORDS)])
    share = 1 / np.arange(1, WORDS + 1)
    share /= share.sum()
    writer = None
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        labels = rng.integers(0, CLASSES, size)
        chosen = rng.choice(WORDS, size=(size, PER_TEXT), p=share)
        chosen[:, :4] = labels[:, None] * 1_000 + chosen[:, :4] % 1_000
        table = pa.table(
            {
                "id": [f"r{row:07d}" for row in range(start, start + size)],
                "label": [f"class{label}" for label in labels],
                "text": [" ".join(row) for row in words[chosen]],
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


class Peak:
    """The most memory a process has taken, mapped files included, while this is open.

    until: a word of the command line of the program that the process turns into; what comes after
        that is not counted.
    what: a line of /proc/…/status, by default the one that the system itself keeps the most of.
    every: seconds between two looks.
    """

    def __init__(
        self,
        process: int,
        until: bytes | None = None,
        *,
        what: str = "VmHWM",
        every: float = 0.05,
    ) -> None:
        self.folder, self.until, self.mb = Path(f"/proc/{process}"), until, 0
        self.what, self.every = what, every
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            try:
                command = (self.folder / "cmdline").read_bytes()
                status = (self.folder / "status").read_text(encoding="utf-8")
            except OSError:  # it has ended
                return
            if self.until is not None and self.until in command:
                return
            lines = [line for line in status.splitlines() if line.startswith(self.what)]
            if lines:
                self.mb = max(self.mb, int(lines[0].split()[1]) // 1024)
            if self._end.wait(self.every):
                return
