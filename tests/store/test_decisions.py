"""The log loses nothing: kills, threads, processes, full disks, repeated sends."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from store.decision import decide, withdraw
from store.decisions import DecisionLog, digest_of
from store.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
ODD = ["a'b", 'a"b', "ä", "a\u0308", "a\x00b", "line\nbreak", " ", "😀", "%s", "A", "a", "; DROP"]


@pytest.fixture
def log(tmp_path):
    """A log that is not there yet."""
    return DecisionLog(tmp_path / "decisions.db")


@pytest.fixture
def dataset(make_dataset):
    """Four rows, two classes."""
    return make_dataset(["cat", "dog", "cat", "dog"])


def again(log):
    """The same log as another process sees it."""
    return DecisionLog(log.path)


def test_what_was_appended_is_read_back_equal(log, dataset):
    """Every field, by this log and by one opened later."""
    first = decide(
        dataset,
        [0, 2],
        "relabel",
        reviewer="ann",
        label="dog",
        note="läuft\n😀",
        because={"queue": "fused", "rank": 1, "score": 0.5},
        seconds=1.25,
    )
    undo = withdraw(first, reviewer="bob")

    assert log.append([first, undo]) == [first.decision_id, undo.decision_id]
    assert log.decisions() == (first, undo)
    assert again(log).decisions() == (first, undo)


def test_ids_of_any_characters_come_back_as_they_were(log, make_dataset):
    """Quotes, NUL, line breaks, and two spellings of ä that look alike stay apart."""
    dataset = make_dataset(["cat"] * len(ODD), ids=ODD)

    log.append([decide(dataset, [row], "keep", reviewer="ann") for row in range(len(ODD))])
    log.append([decide(dataset, range(len(ODD)), "drop", reviewer="ann")])

    *single, bulk = again(log).decisions()
    assert [decision.ids for decision in single] == [(id_,) for id_ in ODD]
    assert bulk.ids == tuple(ODD)


def test_reading_a_log_that_is_not_there_makes_none(log):
    """To look is not to write."""
    assert log.decisions() == ()
    assert log.last("ann") is None
    assert log.find("x") is None
    assert not log.path.exists()


def test_a_repeated_send_is_acknowledged_and_stored_once(log, dataset):
    """Within one send, in a later one, and by another process."""
    one = decide(dataset, [0], "drop", reviewer="ann", decision_id="b-1")
    late = replace(decide(dataset, [0], "drop", reviewer="ann", decision_id="b-1"), seconds=9.0)

    assert log.append([one, one]) == ["b-1"]
    assert log.append([late]) == ["b-1"]
    assert again(log).append([replace(late, reviewer="Ann B.")]) == ["b-1"]
    assert log.decisions() == (one,)


def test_a_decision_id_that_says_something_else_is_refused_whole(log, dataset):
    """It must not be called saved, and what came with it is sent again."""
    log.append([decide(dataset, [0], "drop", reviewer="ann", decision_id="b-1")])
    other = decide(dataset, [0], "keep", reviewer="ann", decision_id="b-1")
    fresh = decide(dataset, [1], "keep", reviewer="ann")

    with pytest.raises(UserError, match=r"keep row-0 by ann.*drop row-0 by ann"):
        log.append([fresh, other])

    assert len(again(log).decisions()) == 1


def test_an_empty_send_is_no_decision(log):
    """Nothing in, nothing acknowledged."""
    assert log.append([]) == []
    assert log.decisions() == ()


def test_last_walks_back_through_all_of_a_reviewers_decisions(log, dataset):
    """Backspace has no depth limit, survives a restart and leaves other reviewers alone."""
    mine = [decide(dataset, [row], "drop", reviewer="ann") for row in range(3)]
    log.append([*mine, decide(dataset, [0], "keep", reviewer="bob")])

    withdrawn = []
    while (last := again(log).last("ann")) is not None:
        withdrawn.append(last)
        log.append([withdraw(last, reviewer="ann")])

    assert withdrawn == mine[::-1]
    assert log.last("bob").ids == ("row-0",)


def test_a_decision_is_found_by_its_id(log, dataset):
    """What the browser names to undo it."""
    one = decide(dataset, [0], "drop", reviewer="ann")
    log.append([one])

    assert log.find(one.decision_id) == one
    assert log.find("nobody") is None


def test_decisions_of_others_appear_at_the_next_look(log, dataset):
    """And a look with nothing new gives the very same tuple back."""
    other = again(log)
    one, two = (decide(dataset, [row], "drop", reviewer="ann") for row in range(2))

    log.append([one])
    assert other.decisions() == (one,)
    other.append([two])
    assert log.decisions() == (one, two)
    assert log.decisions() is log.decisions()


def test_the_digest_is_that_of_the_lines_in_order(log, dataset):
    """Equal for equal logs, different when one decision is added or two change places."""
    one, two = (decide(dataset, [row], "drop", reviewer="ann") for row in range(2))
    log.append([one])
    before = log.digest()
    log.append([two])

    assert log.digest() == again(log).digest() == digest_of([one, two])
    assert len({before, digest_of([two, one]), log.digest(), digest_of([])}) == 4


def test_a_bulk_of_a_hundred_thousand_rows_is_one_entry_and_one_undo(log, make_dataset):
    """Written whole, read back whole."""
    dataset = make_dataset(["cat"] * 100_000)
    bulk = decide(dataset, np.arange(100_000), "drop", reviewer="ann")

    log.append([bulk])
    log.append([withdraw(bulk, reviewer="ann")])

    assert [len(decision.ids) for decision in again(log).decisions()] == [100_000, 100_000]
    assert again(log).decisions()[0] == bulk


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET action = 'keep'",
        "DELETE FROM decisions",
        "UPDATE decided_rows SET id = 'x'",
        "DELETE FROM decided_rows",
        "INSERT OR REPLACE INTO decisions SELECT * FROM decisions",
        "INSERT OR REPLACE INTO decided_rows SELECT * FROM decided_rows",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(log, dataset, statement):
    """Not even by hand, short of dropping the tables."""
    log.append([decide(dataset, [0], "drop", reviewer="ann")])

    connection = sqlite3.connect(log.path)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute(statement)
    connection.close()


def test_the_file_is_whole_between_two_decisions(log, dataset):
    """No write-ahead log is left beside it: a plain copy of the one file is a backup."""
    log.append([decide(dataset, [0], "drop", reviewer="ann")])

    assert [path.name for path in log.path.parent.iterdir()] == ["decisions.db"]


def test_every_connection_writes_through_to_the_disk(log, dataset):
    """WAL and synchronous=FULL (2): a commit that returned survives a power cut."""
    log.append([decide(dataset, [0], "drop", reviewer="ann")])

    with log._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_log_that_was_deleted_begins_anew(log, dataset):
    """What is shown is what is on disk, and the next decision is really written."""
    one, two = (decide(dataset, [row], "drop", reviewer="ann") for row in range(2))
    log.append([one])
    log.path.unlink()

    assert log.decisions() == ()
    log.append([one])
    log.path.unlink()
    log.append([two])
    assert log.decisions() == again(log).decisions() == (two,)


def test_a_log_that_was_replaced_by_a_backup_is_read_anew(log, dataset):
    """Decisions of the file that was there before are not shown any more."""
    one, two, three = (decide(dataset, [row], "drop", reviewer="ann") for row in range(3))
    log.append([one])
    backup = log.path.read_bytes()
    log.append([two])
    log.path.write_bytes(backup)

    assert log.decisions() == (one,)
    log.append([three])
    assert log.decisions() == again(log).decisions() == (one, three)


def test_many_threads_append_through_one_log(log, dataset):
    """Eight threads, ten decisions each: eighty acknowledged, eighty on disk, none twice."""
    acknowledged: list[str] = []

    def review(reviewer: str) -> None:
        for turn in range(10):
            decision = decide(dataset, [turn % 4], "drop", reviewer=reviewer)
            acknowledged.extend(log.append([decision]))
            assert decision in log.decisions()

    threads = [threading.Thread(target=review, args=(f"r{each}",)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = [decision.decision_id for decision in again(log).decisions()]
    assert len(stored) == 80
    assert sorted(stored) == sorted(acknowledged)


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
        [sys.executable, "-c", APPENDING, str(log.path), reviewer, str(turns)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
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


def fill(log, pages):
    """Let the file have no page more than it has, as on a full disk; 0 = no limit."""

    @sa.event.listens_for(log._engine, "connect")
    def _(connection, record):
        connection.execute(f"PRAGMA max_page_count = {pages or 2**30}")


def test_a_full_disk_is_a_sentence_and_loses_nothing(log, make_dataset):
    """What was saved stays, nothing is half-written, and the same send works once there is room."""
    dataset = make_dataset(["cat"] * 5_000)
    small = decide(dataset, [0], "keep", reviewer="ann")
    bulk = decide(dataset, range(5_000), "drop", reviewer="ann")
    log.append([small])

    fill(log, pages=12)
    with pytest.raises(UserError, match=r"disk is full.*Nothing of this was saved"):
        log.append([bulk])
    assert again(log).decisions() == log.decisions() == (small,)

    fill(log, pages=0)
    log.append([bulk])
    assert again(log).decisions() == (small, bulk)


def test_a_log_that_another_program_holds_is_a_sentence(log, dataset, monkeypatch):
    """After waiting; and the send works once it is free."""
    log.append([decide(dataset, [0], "keep", reviewer="ann")])
    monkeypatch.setattr("store.log_tables.LOCK_SECONDS", 0)
    holder = sqlite3.connect(log.path)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(UserError, match=r"locked.*Nothing of this was saved"):
        log.append([decide(dataset, [1], "keep", reviewer="ann")])
    holder.close()

    log.append([decide(dataset, [1], "keep", reviewer="ann")])
    assert len(log.decisions()) == 2


def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_was(tmp_path, dataset):
    """Neither reading nor appending touches it."""
    path = tmp_path / "decisions.db"
    path.write_text("id,label\n" * 500)

    with pytest.raises(UserError, match="not a database"):
        DecisionLog(path).decisions()
    with pytest.raises(UserError, match="not a database"):
        DecisionLog(path).append([decide(dataset, [0], "keep", reviewer="ann")])

    assert path.read_text() == "id,label\n" * 500


def test_a_database_of_something_else_is_a_sentence(tmp_path, dataset):
    """Its tables stay its own."""
    path = tmp_path / "music.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title)")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(UserError, match="not a log that this version reads"):
        DecisionLog(path).decisions()
    with pytest.raises(UserError, match="not a log that this version reads"):
        DecisionLog(path).append([decide(dataset, [0], "keep", reviewer="ann")])
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path, dataset):
    """A file where the folder should be stands in for a folder of somebody else's."""
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="Nothing of this was saved"):
        DecisionLog(tmp_path / "file" / "decisions.db").append(
            [decide(dataset, [0], "keep", reviewer="ann")]
        )


@pytest.mark.parametrize(
    ("where", "sentence"),
    [("sqlite://", "in memory"), ("sqlite:///:memory:", "in memory"), ("nobase://x", "nobase")],
)
def test_a_log_that_cannot_be_kept_is_refused_at_once(where, sentence):
    """Before anybody decides anything."""
    with pytest.raises(UserError, match=sentence):
        DecisionLog(where)


def test_a_database_url_names_a_file_too(tmp_path, dataset):
    """The way a team will name a server."""
    log = DecisionLog(f"sqlite:///{tmp_path / 'team.db'}")
    log.append([decide(dataset, [0], "keep", reviewer="ann")])

    assert len(DecisionLog(tmp_path / "team.db").decisions()) == 1


def test_rows_that_are_missing_from_the_file_are_noticed(log, dataset):
    """A damaged log is not read as a smaller one."""
    log.append([decide(dataset, [0, 1], "drop", reviewer="ann")])
    connection = sqlite3.connect(log.path)
    connection.execute("DROP TRIGGER decided_rows_no_delete")
    connection.execute("DELETE FROM decided_rows WHERE position = 1")
    connection.commit()
    connection.close()

    with pytest.raises(UserError, match="names 2 rows, but 1 are there"):
        again(log).decisions()
