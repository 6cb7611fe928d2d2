"""The README's commands, run as they are written, on a small file made for them."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from tests.retrieval_sets import made_retrieval

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("  #")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
TARGETS = re.findall(r"^    make (\w+)", README, re.MULTILINE)
KINDS = ("bad,1,broke late refund awful", "good,5,works early happy lovely")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with reviews.csv (labels, stars, texts) and reviews.npy."""
    folder = tmp_path_factory.mktemp("readme")
    lines = ["id,label,stars,body", *(f"r{row},{KINDS[row % 2]} {row}" for row in range(30))]
    (folder / "reviews.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    vectors = np.random.default_rng(0).normal(size=(30, 4)) + np.arange(30)[:, None] % 2 * 4
    np.save(folder / "reviews.npy", vectors)
    _write_beir(folder / "nfcorpus")
    return folder


def _write_beir(folder: Path) -> None:
    """A retrieval set as its readers have it, with the run of one system."""
    retrieval = made_retrieval(8, 60).retrieval
    (folder / "qrels").mkdir(parents=True)
    (folder / "runs").mkdir()
    for name, side in (("corpus", retrieval.passages), ("queries", retrieval.queries)):
        texts = zip(side.ids.to_pylist(), side.texts.to_pylist(), strict=True)
        lines = [json.dumps({"_id": id_, "text": text}) for id_, text in texts]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    judged = retrieval.judgements
    rows = zip(judged.query, judged.passage, judged.grade, strict=True)
    qrels = ["query-id\tcorpus-id\tscore", *(f"q{q}\td{p}\t{grade}" for q, p, grade in rows)]
    (folder / "qrels/test.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    run = retrieval.runs[0]
    found = zip(run.query, run.passage, run.rank, strict=True)
    lines = [f"q{q} Q0 d{p} {rank} {1 / rank} bm25" for q, p, rank in found]
    (folder / "runs/bm25.run").write_text("\n".join(lines) + "\n", encoding="utf-8")


def environment(port: int | None = None) -> dict[str, str]:
    """The command on the path as after `make`, and a browser that opens nothing."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    port_setting = {} if port is None else {"STREAMLIT_SERVER_PORT": str(port)}
    return os.environ | {"PATH": paths, "BROWSER": "true", **port_setting}


def test_there_are_commands_to_run():
    """The patterns above still find the README's blocks."""
    assert {"run", "test"} == set(TARGETS)
    assert len(COMMANDS) >= 7


@pytest.mark.parametrize("command", [line for line in COMMANDS if " open " in line])
def test_what_opens_serves_the_first_screen(command, home):
    """The server of `second-look open` answers on the loopback address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        shlex.split(command), cwd=home, env=environment(port), stderr=subprocess.PIPE, text=True
    )
    try:
        assert "ok" in answer(f"http://127.0.0.1:{port}/_stcore/health", server)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)


def answer(url: str, server: subprocess.Popen[str]) -> str:
    """What the server says once it is there; fails with its last words when it ends first."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10) as page:
                return str(page.read().decode())
        except OSError:
            time.sleep(0.1)  # not there yet
    raise AssertionError(server.communicate()[1])


@pytest.mark.parametrize("command", [line for line in COMMANDS if " open " not in line])
def test_what_prints_or_writes_ends_well(command, home):
    """Exit code 0, in the order of the page: the export finds the workspace that open made."""
    done = subprocess.run(
        command,
        shell=True,
        cwd=home,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_promised_files_are_there(home):
    """The score table, the workspace, the clean copy with its manifest; the data unchanged."""
    assert (home / "scores.parquet").is_file()
    assert (home / "reviews.secondlook" / "project.json").is_file()
    assert {"reviews.csv", "manifest.json"} == {
        path.name for path in (home / "reviews.clean").iterdir()
    }
    assert (home / "reviews.csv").read_text(encoding="utf-8").startswith("id,label,stars,body\nr0")


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_its_targets(target):
    """`make run` and `make test` are what they say (-n: named, not run inside a test)."""
    plan = subprocess.run(
        ["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert {"run": "open --example", "test": "pytest"}[target] in plan
