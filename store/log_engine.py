"""Connections to a log, in a file or on a server, and one writer at a time."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from store import log_server, log_tables
from store.errors import UserError
from store.log_tables import DECISIONS, schema_of


def open_engine(where: Path | str) -> sa.Engine:
    """An engine for a file or a database URL. Connects to nothing yet."""
    if isinstance(where, Path):
        return _open_file(sa.URL.create("sqlite", database=str(where)))
    if where.startswith("sqlite:"):
        return _open_file(sa.make_url(where))
    return log_server.open_server(where)


def _open_file(url: sa.URL) -> sa.Engine:
    """No connection is kept: when the last one closes, SQLite folds its write-ahead log into the
    file, so between two decisions `decisions.db` is whole and may be copied, moved or deleted."""
    if url.database in (None, "", ":memory:"):
        raise UserError("A log in memory would lose its decisions. Name a file for it.")
    engine = sa.create_engine(url, poolclass=NullPool)
    _durable_sqlite(engine)
    return engine


def _durable_sqlite(engine: sa.Engine) -> None:
    """Every commit is on disk when it returns, and writers queue instead of failing."""

    @sa.event.listens_for(engine, "connect")
    def _(connection, record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions begin where we say, not where Python does
        connection.execute(f"PRAGMA busy_timeout = {log_tables.LOCK_SECONDS * 1000}")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not tables or DECISIONS.name in tables:  # else it is somebody else's: leave it as it is
            _keep_readers_free(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _keep_readers_free(connection: sqlite3.Connection) -> None:
    """Write ahead; where others begin with the same new file, this waits for them as writers do.

    SQLite itself does not: what `busy_timeout` says does not count for this change.
    """
    end = time.monotonic() + log_tables.LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            is_busy = problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that no other writer shares; it is on disk when the block is left."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        schema = schema_of(connection)
        if schema is not None:
            log_server.hold(connection, schema)
        yield connection
