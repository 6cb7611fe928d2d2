"""A log in a file: what SQLite promises of it, and what other hands may do to the file."""

import sqlite3

import pytest
import sqlalchemy as sa

from store.decision import decide
from store.decisions import DecisionLog
from store.errors import UserError


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
