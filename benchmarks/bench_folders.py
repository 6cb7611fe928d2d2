"""How long does a folder of 100,000 pictures take to look at, and to find unchanged?

    python -m benchmarks.bench_folders [--pictures 100000] [--repeat 3]

Makes a folder of that many small files, one sub-folder per class, and times the preview of the form
(names and sizes, no picture opened) and the stamp that tells whether a folder has changed. Medians
go to results/folders.csv. The files are in the system's cache by then, as they are after a listing.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.record import append
from store.readers import preview
from store.readers.folder import stamp_of

CLASSES = 100
PICTURE = bytes.fromhex("89504e470d0a1a0a")


def make_folder(folder: Path, pictures: int) -> Path:
    """So many files called as pictures are, spread over the classes."""
    for number in range(CLASSES):
        (folder / f"class-{number:03}").mkdir(parents=True)
    for number in range(pictures):
        (folder / f"class-{number % CLASSES:03}" / f"{number:07}.png").write_bytes(PICTURE)
    return folder


def seconds(work: Callable[[Path], object], folder: Path, repeat: int) -> float:
    """The median time of some runs."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        work(folder)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Measure both, print and append them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = make_folder(Path(scratch) / "photos", options.pictures)
        for name, work in (("preview", preview), ("stamp", stamp_of)):
            took = seconds(work, folder, options.repeat)
            print(f"{name}: {took:.2f} s for {options.pictures:,} pictures")
            rows.append({"what": name, "pictures": options.pictures, "seconds": round(took, 3)})
    print(append("folders", rows, packages=("pyarrow", "numpy")))


if __name__ == "__main__":
    main()
