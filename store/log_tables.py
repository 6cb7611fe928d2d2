"""The two tables of the log, and everything that is particular to the database under them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from store.errors import UserError

LOCK_SECONDS = 30
"""How long a write waits for another process; a bulk of 100,000 rows holds the log for one."""

METADATA = sa.MetaData()
DECISIONS = sa.Table(
    "decisions",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),  # order of arrival
    sa.Column("decision_id", sa.String, nullable=False, unique=True),
    sa.Column("unit", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("label", sa.String),
    sa.Column("note", sa.String, nullable=False),
    sa.Column("reviewer", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),  # ISO 8601 with microseconds, UTC
    sa.Column("because", sa.String, nullable=False),  # JSON
    sa.Column("seconds", sa.Float),
    sa.Column("undoes", sa.String),
    sa.Column("row_count", sa.Integer, nullable=False),
)
DECIDED_ROWS = sa.Table(
    "decided_rows",
    METADATA,
    sa.Column("seq", sa.ForeignKey("decisions.seq"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("content", sa.String, nullable=False),
    sa.Column("given", sa.String),
    sqlite_with_rowid=False,
)


def open_engine(where: Path | str) -> sa.Engine:
    """An engine for a file or a database URL. Connects to nothing yet.

    No connection is kept: when the last one closes, SQLite folds its write-ahead log into the
    file, so between two decisions `decisions.db` is whole and may be copied, moved or deleted.
    """
    url = sa.URL.create("sqlite", database=str(where)) if isinstance(where, Path) else where
    try:
        engine = sa.create_engine(url, poolclass=NullPool)
    except (sa.exc.ArgumentError, ImportError) as problem:
        raise UserError(
            f"The log of decisions cannot be at {where}: {problem}. Expected was a file, or a "
            "database URL whose driver is installed."
        ) from problem
    if engine.dialect.name == "sqlite":
        if engine.url.database in (None, "", ":memory:"):
            raise UserError("A log in memory would lose its decisions. Name a file for it.")
        _durable_sqlite(engine)
    return engine


def _durable_sqlite(engine: sa.Engine) -> None:
    """Every commit is on disk when it returns, and writers queue instead of failing."""

    @sa.event.listens_for(engine, "connect")
    def _(connection, record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions begin where we say, not where Python does
        connection.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000}")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not tables or DECISIONS.name in tables:  # else it is somebody else's: leave it as it is
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that no other writer shares; it is on disk when the block is left."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        make_tables(connection)
        yield connection


def make_tables(connection: sa.Connection) -> None:
    """Create the tables where there are none. Raises UserError in a database of something else."""
    found = holds_log(connection)
    if not found:
        METADATA.create_all(connection)
        if connection.dialect.name == "sqlite":
            for statement in _never_changed():
                connection.exec_driver_sql(statement)


def holds_log(connection: sa.Connection) -> bool:
    """The tables are there. Raises UserError in a database of something else."""
    inspector = sa.inspect(connection)
    names = set(inspector.get_table_names())
    if not names:
        return False
    for table in (DECISIONS, DECIDED_ROWS):
        expected = {column.name for column in table.columns}
        columns = (
            {column["name"] for column in inspector.get_columns(table.name)}
            if table.name in names
            else set()
        )
        if columns != expected:
            where = connection.engine.url.render_as_string()
            raise UserError(
                f"{where} is a database, but not a log that this version reads: table "
                f"{table.name} has the columns {sorted(columns)}, expected were "
                f"{sorted(expected)}. Name another file, or use the version that wrote it."
            )
    return True


def _never_changed() -> Iterator[str]:
    """Triggers by which SQLite itself refuses to change or delete a line of the log."""
    for table in (DECISIONS.name, DECIDED_ROWS.name):
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END"
            )
    # INSERT OR REPLACE deletes without asking the trigger above.
    same = {
        DECISIONS.name: "decision_id = NEW.decision_id OR seq = NEW.seq",
        DECIDED_ROWS.name: "seq = NEW.seq AND position = NEW.position",
    }
    for table, condition in same.items():
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {condition}) "
            f"BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END"
        )
