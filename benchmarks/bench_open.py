"""How long from the command to the first screen, and to the first card?

    python -m benchmarks.bench_open --data ../shared/data [--repeat 3]
    python -m benchmarks.bench_open --large 5000000

Starts `second-look open` on real data in a fresh workspace (cold) and again on the same one (warm),
and watches the page in headless Chromium. Rows go to results/open.csv. With --large, the data is a
Parquet file of texts made for it, and measured are the import, with the peak memory of its process,
and the first screen of a warm start; rows go to results/open_large.csv.
"""

import argparse
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.large_table import Peak, write_texts
from benchmarks.record import append

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def cases(data: Path, scratch: Path) -> dict[str, list[str]]:
    """Name of the dataset -> arguments of `second-look open`."""
    errors, texts = data / "label_errors", data / "text" / "20news_test.parquet"
    return {
        "digits example": ["--example"],
        "MNIST test, images array": [
            str(errors / "mnist.npz"), "--label", "given",
            "--image", str(data / "images" / "mnist_test_images.npz"),
        ],
        "20 newsgroups test, texts": [str(texts), "--label", "given"],
        "20 newsgroups test, MiniLM embeddings": [
            str(texts), "--label", "given",
            "--embeddings", str(data / "embeddings" / "20news_test.npy"),
        ],
        "CIFAR-10 test, JPEG files": [str(jpeg_folder(data, scratch)), "--label", "given"],
    }  # fmt: skip


def jpeg_folder(data: Path, scratch: Path) -> Path:
    """The 10,000 JPEG files of CIFAR-10 test as a user would have them: a folder and a table."""
    packed = np.load(data / "images" / "cifar10_test_jpeg.npz")
    labels = np.load(data / "label_errors" / "cifar10.npz")
    body, ends = packed["data"].tobytes(), packed["offsets"]
    folder = scratch / "cifar"
    (folder / "images").mkdir(parents=True)
    names = [f"images/{row:05}.jpg" for row in range(len(ends) - 1)]
    for row, name in enumerate(names):
        (folder / name).write_bytes(body[ends[row] : ends[row + 1]])
    given = labels["class_names"][labels["given"]]
    table = pa.table({"id": [f"test-{row:05}" for row in range(len(names))],
                      "image": names, "given": pa.array(given.tolist())})  # fmt: skip
    pyarrow.csv.write_csv(table, folder / "cifar.csv")
    return folder / "cifar.csv"


def measure(arguments: list[str], workspace: Path, page: Page) -> tuple[float, float]:
    """Seconds from the command to the first screen and to the first card to review."""
    port = free_port()
    command = [sys.executable, "-m", "second_look.launch", "open", *arguments, "--no-browser"]
    command += ["--workspace", str(workspace), "--port", str(port)]
    began = time.monotonic()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("button", name="Start review").wait_for(timeout=300_000)
        screen = time.monotonic() - began
        page.get_by_role("button", name="Start review").click()
        page.locator("[data-card]").first.wait_for(timeout=600_000)
        return screen, time.monotonic() - began
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def large_rows(scratch: Path, n: int, browser: Browser) -> list[dict[str, object]]:
    """What opening n texts takes, the first time and again."""
    data, workspace = scratch / "large.parquet", scratch / "workspace"
    write_texts(data, n)
    size = {"texts": n, "parquet_mb": round(data.stat().st_size / 2**20)}
    rows: list[dict[str, object]] = []
    for state in ("cold", "warm"):
        port = free_port()
        command = [sys.executable, "-m", "second_look.launch", "open", str(data), "--no-browser"]
        command += ["--workspace", str(workspace), "--port", str(port)]
        began = time.monotonic()
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with Peak(server.pid, until=b"streamlit") as importing:
                wait_for_port(port, server)
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}/")
            page.get_by_role("button", name="Start review").wait_for(timeout=600_000)
            seconds = time.monotonic() - began
            with Peak(server.pid) as serving:
                pass
            page.close()
        finally:
            server.send_signal(signal.SIGKILL)  # the audit of so many rows would go on for an hour
            server.wait(timeout=30)
        row = {"workspace": state, "first_screen_s": round(seconds, 1)}
        peaks = {"peak_of_import_mb": importing.mb, "peak_of_server_mb": serving.mb}
        print(size | row | peaks, flush=True)
        rows.append(size | row | peaks)
    return rows


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for_port(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once the server listens; fail when it ends first."""
    while True:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with code {server.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


def main() -> None:
    """Measure every case cold and warm, print and append the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--large", type=int, metavar="ROWS")
    options = parser.parse_args()
    if options.large:
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            rows = large_rows(Path(folder), options.large, browser)
        print(append("open_large", rows, packages=("streamlit", "pyarrow", "scikit-learn")))
        return
    if options.data is None:
        parser.error("name --data, or --large")
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        scratch = Path(folder)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for name, arguments in cases(options.data, scratch).items():
            runs: dict[str, list[tuple[float, float]]] = {"cold": [], "warm": []}
            for _ in range(options.repeat):
                workspace = scratch / "workspace"
                shutil.rmtree(workspace, ignore_errors=True)
                for state in ("cold", "warm"):
                    page = browser.new_context().new_page()
                    runs[state].append(measure(arguments, workspace, page))
                    page.context.close()
            for state, times in runs.items():
                screen, card = (statistics.median(part) for part in zip(*times, strict=True))
                print(f"{name}, {state}: first screen {screen:.1f} s, first card {card:.1f} s")
                row = {"dataset": name, "workspace": state, "runs": options.repeat}
                times_s = {"first_screen_s": round(screen, 2), "first_card_s": round(card, 2)}
                rows.append(row | times_s)
        browser.close()
    print(append("open", rows, packages=("streamlit", "torch", "faiss-cpu", "scikit-learn")))


if __name__ == "__main__":
    main()
