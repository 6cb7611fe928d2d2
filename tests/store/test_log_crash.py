"""What was acknowledged is there, once: after kills, on a full disk, after the server crashed."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.decisions import DecisionLog
from tests.store.crash_writers import batch

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200
FEW = 40


APPENDING = """
import sys
from datetime import UTC, datetime
from store.decision import Decision
from store.decisions import DecisionLog

log, reviewer, turns = DecisionLog(sys.argv[1]), sys.argv[2], int(sys.argv[3])
input()
for turn in range(turns):
    name, now = f"{reviewer}-{turn}", datetime.now(UTC)
    decision = Decision(name, "drop", ("a",), ("0" * 32,), ("cat",), reviewer, now)
    print(*log.append([decision]), flush=True)
"""


def start(log, reviewer, turns):
    """A process that appends and prints each id once append has returned."""
    return subprocess.Popen(
        [sys.executable, "-c", APPENDING, str(log.where), reviewer, str(turns)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_an_acknowledged_decision_survives_kill_9(log):
    """Killed in the middle of a storm of appends: every id that was printed is in the log."""
    process = start(log, "ann", 100_000)
    process.stdin.write("\n")
    process.stdin.flush()
    acknowledged = [process.stdout.readline().strip() for _ in range(25)]
    process.send_signal(signal.SIGKILL)
    acknowledged += process.communicate()[0].split("\n")[:-1]

    stored = [decision.decision_id for decision in log.decisions()]
    assert process.returncode == -signal.SIGKILL
    assert len(acknowledged) >= 25
    # One more may be on disk: written, and killed before it could be printed.
    assert stored[: len(acknowledged)] == acknowledged
    assert len(stored) <= len(acknowledged) + 1


def test_two_processes_append_to_a_new_log_at_once(log):
    """Neither overwrites, refuses or loses a decision of the other, from the first one on."""
    processes = [start(log, reviewer, 40) for reviewer in ("ann", "bob")]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate()[0].split() for process in processes]

    stored = [decision.decision_id for decision in log.decisions()]
    for output, reviewer in zip(outputs, ("ann", "bob"), strict=True):
        expected = [f"{reviewer}-{turn}" for turn in range(40)]
        assert output == expected
        assert [each for each in stored if each.startswith(reviewer)] == expected


def test_who_begins_with_a_new_log_waits_for_who_began_before(tmp_path):
    """The file is not written ahead yet, and another process is writing to it."""
    path = tmp_path / "decisions.db"
    other = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ends = threading.Timer(0.5, lambda: other.execute("COMMIT"))
    ends.start()

    assert DecisionLog(path).append([batch("ann", 0)[0]]) is not None
    ends.join()
    other.close()
    assert len(DecisionLog(path).decisions()) == 1


@contextmanager
def storm(where, kills, *more):
    """Eight writers that are killed in turn; a function that waits and gives the ids saved."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.crash_writers", "--kills", str(kills), *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CRASH_LOG": str(where)},
        stdout=subprocess.PIPE,
    )

    def acknowledged():
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0
        return json.loads(out)

    try:
        yield acknowledged
    finally:
        process.kill()
        process.wait()


def check(log, acknowledged):
    """Every acknowledged id is in the log, none twice, every batch whole; and it can be written."""
    stored = [decision.decision_id for decision in log.decisions()]
    assert acknowledged
    assert set(acknowledged) <= set(stored)
    assert len(set(stored)) == len(stored)
    turns = {tuple(name.split("-")[:2]) for name in stored}
    whole = [each.decision_id for name, turn in turns for each in batch(name, int(turn))]
    assert sorted(stored) == sorted(whole)
    assert log.append(batch("after", 0)) == ["after-0-0"]


def test_two_hundred_kills_among_eight_writers_lose_and_double_nothing(tmp_path):
    """At random moments, one writer or all of them at once; the log opens, in its one file."""
    path = tmp_path / "decisions.db"
    with storm(path, KILLS) as acknowledged:
        check(DecisionLog(path), acknowledged())

    assert [each.name for each in tmp_path.iterdir()] == ["decisions.db"]


def test_kills_of_writers_and_of_the_server_lose_and_double_nothing(postgresql, log_address):
    """PostgreSQL twice ends as a power cut ends it, while eight writers write and die."""
    with storm(log_address, FEW) as acknowledged:
        for _ in range(2):
            time.sleep(1)
            postgresql.stop("immediate")
            postgresql.start()
        check(DecisionLog(log_address), acknowledged())


def test_a_quota_that_is_used_up_loses_and_doubles_nothing(tmp_path):
    """No file may grow over 150 kB: what is refused then was never called saved."""
    path = tmp_path / "decisions.db"
    with storm(path, FEW, "--largest-file", "150000") as acknowledged:
        saved = acknowledged()

    assert path.stat().st_size <= 150_000
    check(DecisionLog(path), saved)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 400 kB, and a function that makes it larger."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk is a tmpfs, and only root may mount one")
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    yield (
        disk,
        lambda: subprocess.run(
            ["mount", "-o", "remount,size=64m", str(disk)], check=True, capture_output=True
        ),
    )
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_among_kills_loses_and_doubles_nothing(small_disk):
    """Full while eight writers write and die; as soon as there is room, all goes on."""
    disk, enlarge = small_disk
    with storm(disk / "decisions.db", FEW) as acknowledged:
        saved = acknowledged()
    free = shutil.disk_usage(disk).free
    enlarge()

    assert free < 64 * 1024
    check(DecisionLog(disk / "decisions.db"), saved)
