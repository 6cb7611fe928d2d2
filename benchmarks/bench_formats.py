"""How much memory does a long table of texts take to open, in each format read in blocks?

    python -m benchmarks.bench_formats [--rows 2000000] [--formats csv jsonl parquet]

The same texts in every format, each imported by a process of its own into a fresh workspace:
seconds from its start to its end, and the most memory it took, mapped files included. Rows go to
results/formats.csv.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks.large_table import Peak, write_texts
from benchmarks.record import append

IMPORT = "import sys; from pathlib import Path; from store.opening import open_dataset; "
IMPORT += "open_dataset(Path(sys.argv[1]))"


def rewritten(texts: Path, ending: str) -> Path:
    """The table in another format, a block at a time."""
    path = texts.with_name(f"texts.{ending}")
    with pq.ParquetFile(texts) as file, path.open("wb") as out:
        if ending == "csv":
            with pyarrow.csv.CSVWriter(out, file.schema_arrow) as writer:
                for batch in file.iter_batches():
                    writer.write_batch(batch)
        else:
            for batch in file.iter_batches():
                out.write(batch.to_pandas().to_json(orient="records", lines=True).encode())
    return path


def measure(path: Path, n: int) -> dict[str, object]:
    """One import of n texts."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", IMPORT, str(path)])
    with Peak(process.pid) as peak:
        code = process.wait()
    if code:
        raise RuntimeError(f"the import of {path.name} ended with code {code}")
    size = {"texts": n, "format": path.suffix[1:], "file_mb": round(path.stat().st_size / 2**20)}
    row = size | {"import_s": round(time.monotonic() - began, 1), "peak_mb": peak.mb}
    print(row, flush=True)
    return row


def main() -> None:
    """Write the texts, measure every format, append."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    formats = ["csv", "jsonl", "parquet"]
    parser.add_argument("--formats", nargs="+", choices=formats, default=formats)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts.parquet"
        write_texts(texts, options.rows)
        rows = []
        for ending in options.formats:
            path = texts if ending == "parquet" else rewritten(texts, ending)
            rows.append(measure(path, options.rows))
    print(append("formats", rows, packages=("pyarrow", "scikit-learn", "numpy")))


if __name__ == "__main__":
    main()
