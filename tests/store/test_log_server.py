"""A log on a PostgreSQL server: kept apart from others, and never lost where a line breaks."""

import sys

import psycopg
import pytest
import sqlalchemy as sa

from store.decision import decide
from store.decisions import DecisionLog
from store.errors import UserError
from store.log_places import decisions_at
from store.log_server import address, open_server, schema_for, with_log, without_password
from tests.postgresql import PASSWORD


@pytest.fixture
def dataset(make_dataset):
    """Four rows, two classes."""
    return make_dataset(["cat", "dog", "cat", "dog"])


@pytest.fixture
def log(log_address):
    """A log on the server that is not there yet."""
    return DecisionLog(log_address)


def keep(dataset, row, name=None):
    """Ann keeps a row."""
    return decide(dataset, [row], "keep", reviewer="ann", decision_id=name)


def by_hand(log, statement):
    """What somebody with a client of his own may do."""
    with log._engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(statement)


def test_two_logs_of_one_database_know_nothing_of_each_other(database, dataset):
    """Two datasets of a team, and names that differ in a character or only far behind."""
    names = ["a b", "a_b", "A b", "a/b", "ä" * 60, "ä" * 61, "%s", 'q"']
    logs = [DecisionLog(with_log(database, name)) for name in names]
    for row, log in enumerate(logs):
        log.append([keep(dataset, row % 4, f"d-{row}")])

    assert [len(log.decisions()) for log in logs] == [1] * len(names)
    assert all(len(schema_for(name).encode()) <= 63 for name in names)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {schema}.decisions SET action = 'drop'",
        "DELETE FROM {schema}.decided_rows",
        "TRUNCATE {schema}.decisions, {schema}.decided_rows",
        "INSERT INTO {schema}.decided_rows SELECT * FROM {schema}.decided_rows "
        "ON CONFLICT (seq, position) DO UPDATE SET id = 'x'",
    ],
)
def test_the_server_itself_refuses_to_change_the_log(log, dataset, statement):
    """Not even by hand, short of dropping the tables."""
    log.append([keep(dataset, 0)])
    schema = f'"{log._engine.get_execution_options()["schema_translate_map"][None]}"'

    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        by_hand(log, statement.format(schema=schema))


def test_a_connection_that_the_server_ended_is_made_anew(log, dataset):
    """After a restart of the server, or a night: the next decision is saved as if nothing was."""
    log.append([keep(dataset, 0)])
    other = DecisionLog(log.where)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    by_hand(other, ended + " AND datname = current_database()")

    assert log.append([keep(dataset, 1)])
    assert len(other.decisions()) == len(log.decisions()) == 2


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_a_line_that_breaks_in_a_batch_saves_it_once(log, dataset, monkeypatch, moment):
    """Whether the commit had arrived or not: the batch is sent again and is in the log once."""
    log.append([keep(dataset, 0)])
    dialect, broken = log._engine.dialect, []
    commit = type(dialect).do_commit

    def breaks(connection):
        if broken:
            return commit(dialect, connection)
        broken.append(connection)
        if moment == "after_commit":
            commit(dialect, connection)
        connection.driver_connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(dialect, "do_commit", breaks)
    batch = [keep(dataset, row) for row in (1, 2, 3)]
    saved = log.append(batch)

    assert broken
    assert saved == [each.decision_id for each in batch]
    assert DecisionLog(log.where).decisions()[1:] == log.decisions()[1:] == tuple(batch)


def test_who_reads_waits_for_no_writer(log, dataset, monkeypatch):
    """While a transaction holds the log, its decisions are there; another writer is told."""
    log.append([keep(dataset, 0)])
    monkeypatch.setattr("store.log_tables.LOCK_SECONDS", 0.05)
    other = DecisionLog(log.where)
    from store.log_engine import writing

    with writing(log._engine):
        assert len(other.decisions()) == 1
        with pytest.raises(UserError, match=r"lock timeout.*Nothing of this was saved"):
            other.append([keep(dataset, 1)])
    assert other.append([keep(dataset, 1)])


@pytest.mark.parametrize("server_default", ["off", "local", "on"])
def test_a_commit_is_on_the_servers_disk_whatever_its_default(database, log, server_default):
    """A server that is set to answer before it has written does not do so here."""
    name = address(database).database
    by_hand(log, f"ALTER DATABASE {name} SET synchronous_commit = '{server_default}'")
    with DecisionLog(log.where)._engine.connect() as connection:
        found = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()

    assert found == ("on" if server_default == "off" else server_default)


def test_a_wrong_password_is_a_sentence_without_it(postgresql, database, dataset):
    """Neither in what is said nor in the cause of it."""
    name = address(database).database
    log = DecisionLog(postgresql.address(name, password="wr0ng-secret") + "?log=x")

    with pytest.raises(UserError, match=r"password authentication failed") as told:
        log.append([keep(dataset, 0)])
    assert "Nothing of this was saved" in str(told.value)
    assert "PGPASSWORD" in str(told.value)
    assert "secret" not in f"{told.value} {told.value.__cause__}"


@pytest.mark.parametrize("work", ["append", "read", "look"])
def test_a_server_that_is_not_there_is_a_sentence(work, dataset, postgresql):
    """Port 1 has no server."""
    log = DecisionLog("postgresql://ann:s3cret@127.0.0.1:1/team?log=x")
    does = {
        "append": lambda: log.append([keep(dataset, 0)]),
        "read": log.decisions,
        "look": lambda: decisions_at("postgresql://ann:s3cret@127.0.0.1:1/team"),
    }
    with pytest.raises(UserError, match=r"127\.0\.0\.1:1/team") as told:
        does[work]()
    assert "s3cret" not in str(told.value)


def test_without_the_driver_it_is_said_how_to_get_it(monkeypatch):
    """A package that only teams with a server need."""
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(UserError, match=r"second-look\[postgresql\]") as told:
        open_server("postgresql://ann:s3cret@db.example/team?log=x")
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("mysql://ann:s3cret@db.example/team", "mysql is no database"),
        ("postgresql://ann:s3cret@db.example:port/team", "cannot be read"),
        ("postgresql://ann:s3cret@db.example/team", r"\?log=reviews"),
        ("postgresql://ann@db.example/team?password=s3cret", r"\?log=reviews"),
    ],
)
def test_an_address_that_names_no_log_is_a_sentence_without_the_password(named, said):
    """Before anybody decides anything."""
    with pytest.raises(UserError, match=said) as told:
        DecisionLog(named)
    assert "s3cret" not in str(told.value)


def test_an_address_is_shown_without_its_password():
    """Wherever in it the password stands."""
    named = "postgres://ann:s3cret@db.example/team?log=x&password=s3cret&sslmode=require"

    assert without_password(named) == "postgresql://ann@db.example/team?log=x"


def test_a_database_with_one_log_needs_no_name(postgresql, dataset):
    """With two, both are named."""
    named = postgresql.address()
    with pytest.raises(UserError, match="There is none there"):
        decisions_at(named)
    DecisionLog(with_log(named, "reviews")).append([keep(dataset, 0)])
    assert len(decisions_at(named)) == 1
    DecisionLog(with_log(named, "photos")).append([keep(dataset, 0)])
    with pytest.raises(UserError, match=r"photos, reviews.*\?log=NAME"):
        decisions_at(named)
    assert len(decisions_at(f"{named}?log=photos")) == 1
    assert PASSWORD not in named  # it is quoted, and understood nonetheless


def test_a_schema_of_something_else_is_a_sentence(log, dataset):
    """Its tables stay its own."""
    schema = log._engine.get_execution_options()["schema_translate_map"][None]
    with log._engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
        connection.exec_driver_sql(f'CREATE TABLE "{schema}".songs (title text)')

    for work in (log.decisions, lambda: log.append([keep(dataset, 0)])):
        with pytest.raises(UserError, match="not a log that this version reads"):
            work()


def test_a_second_reviewer_needs_no_more_than_to_read_and_to_insert(database, log, dataset):
    """What docs/log.md says to grant is enough."""
    log.append([keep(dataset, 0)])
    schema = f'"{log._engine.get_execution_options()["schema_translate_map"][None]}"'
    by_hand(log, "CREATE ROLE bob LOGIN PASSWORD 'bob'")
    by_hand(log, f"GRANT USAGE ON SCHEMA {schema} TO bob")
    by_hand(log, f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schema} TO bob")
    bobs = sa.make_url(log.where).set(username="bob", password="bob")

    other = DecisionLog(bobs.render_as_string(hide_password=False))
    assert other.append([keep(dataset, 1)])
    assert len(log.decisions()) == len(other.decisions()) == 2
