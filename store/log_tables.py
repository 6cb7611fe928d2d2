"""The two tables of the log, the same in every database, and what keeps their lines unchanged."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from store.errors import UserError

LOCK_SECONDS = 30
"""How long a write waits for another process; a bulk of 100,000 rows holds the log for one."""


class Text(sa.types.TypeDecorator[str]):
    """Text of any characters. PostgreSQL stores no NUL: there it is written as SUB and a 0.

    The control character SUB (U+001A), which announces it, is then written twice.
    """

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """As it is stored."""
        if value is None or dialect.name != "postgresql":
            return value
        return value.replace("\x1a", "\x1a\x1a").replace("\x00", "\x1a0")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        """As it was."""
        if value is None or dialect.name != "postgresql" or "\x1a" not in value:
            return value
        parts = value.split("\x1a\x1a")
        return "\x1a".join(part.replace("\x1a0", "\x00") for part in parts)


METADATA = sa.MetaData()
DECISIONS = sa.Table(
    "decisions",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),  # order of arrival
    sa.Column("decision_id", Text, nullable=False, unique=True),
    sa.Column("unit", Text, nullable=False),
    sa.Column("action", Text, nullable=False),
    sa.Column("label", Text),
    sa.Column("note", Text, nullable=False),
    sa.Column("reviewer", Text, nullable=False),
    sa.Column("at", Text, nullable=False),  # ISO 8601 with microseconds, UTC
    sa.Column("because", Text, nullable=False),  # JSON
    sa.Column("seconds", sa.Float),
    sa.Column("undoes", Text),
    sa.Column("row_count", sa.Integer, nullable=False),
)
DECIDED_ROWS = sa.Table(
    "decided_rows",
    METADATA,
    sa.Column("seq", sa.ForeignKey("decisions.seq"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("id", Text, nullable=False),
    sa.Column("content", Text, nullable=False),
    sa.Column("given", Text),
    sqlite_with_rowid=False,
)


def make_tables(connection: sa.Connection) -> None:
    """Create the tables where there are none. Raises UserError in a database of something else."""
    if holds_log(connection):
        return
    schema = schema_of(connection)
    if schema and schema not in sa.inspect(connection).get_schema_names():
        connection.execute(sa.schema.CreateSchema(schema))
    METADATA.create_all(connection)
    guards = _postgresql_guards if connection.dialect.name == "postgresql" else _sqlite_guards
    for statement in guards(_quoted(connection, schema)):
        connection.exec_driver_sql(statement)


def holds_log(connection: sa.Connection) -> bool:
    """The tables are there. Raises UserError in a database of something else."""
    inspector, schema = sa.inspect(connection), schema_of(connection)
    names = set(inspector.get_table_names(schema))
    if not names:
        return False
    for table in (DECISIONS, DECIDED_ROWS):
        expected = {column.name for column in table.columns}
        columns = (
            {column["name"] for column in inspector.get_columns(table.name, schema)}
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


def layout_of(connection: sa.Connection) -> int:
    """A number that changes with the tables; 0 = there are none. Costs less than to look at them.

    SQLite counts the changes of a file's tables, PostgreSQL numbers every table it makes.
    """
    if connection.dialect.name != "postgresql":
        return int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())
    name = _quoted(connection, schema_of(connection)) + DECISIONS.name
    from sqlalchemy.dialects import postgresql  # for servers alone, and long to import

    oid = sa.cast(sa.cast(sa.func.to_regclass(name), postgresql.REGCLASS), postgresql.OID)
    return int(connection.scalar(sa.select(oid)) or 0)


def schema_of(connection: sa.Connection) -> str | None:
    """The part of a database server that this log has for itself; None = all of a file."""
    names = connection.get_execution_options().get("schema_translate_map") or {}
    return names.get(None)


def _quoted(connection: sa.Connection, schema: str | None) -> str:
    return f"{connection.dialect.identifier_preparer.quote_schema(schema)}." if schema else ""


def _sqlite_guards(_schema: str) -> Iterator[str]:
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


def _postgresql_guards(schema: str) -> Iterator[str]:
    """The same for PostgreSQL, where INSERT … ON CONFLICT asks the trigger on UPDATE."""
    yield (
        f"CREATE FUNCTION {schema}never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is never changed'; END $$"
    )
    for table in (DECISIONS.name, DECIDED_ROWS.name):
        yield (
            f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {schema}{table} EXECUTE FUNCTION {schema}never_changed()"
        )
