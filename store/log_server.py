"""A log on a database server: how its address is read, and how it is written durably."""

import re
from collections.abc import Mapping
from hashlib import blake2b

import sqlalchemy as sa

from store import log_tables
from store.errors import UserError

PREFIX = "second_look_"
LONGEST_NAME = 50
"""Bytes of a log's name: PostgreSQL cuts the name of a schema off after 63."""
CONNECT_SECONDS = 10
_DRIVERS = ("postgres", "postgresql", "postgresql+psycopg")


def address(named: str) -> sa.URL:
    """The address of a server, checked; its `log` names the log there. Connects to nothing.

    Raises UserError for anything but PostgreSQL. What is said never holds the password.
    """
    try:
        url = sa.make_url(named)
    except (sa.exc.ArgumentError, ValueError):
        raise UserError(
            "The address of the log cannot be read. It looks like "
            "postgresql://ann@db.example/team; in a password, @, / and : are written as %40, "
            "%2F and %3A."
        ) from None  # the cause could hold the password
    if url.drivername not in _DRIVERS:
        raise UserError(
            f"A log cannot be at {shown(url)}: {url.drivername} is no database that can keep one. "
            "There are files, and servers as in postgresql://ann@db.example/team."
        )
    return url.set(drivername="postgresql+psycopg")


def with_log(named: str, log: str | None, *, replace: bool = False) -> str:
    """The address with the log of this name; one that it names itself stays, unless replaced."""
    url = address(named)
    if log is not None and (replace or log_named(url.query) is None):
        url = url.update_query_dict({"log": log})
    return url.render_as_string(hide_password=False)


def without_password(named: str) -> str:
    """The address as it may be written down and shown."""
    return shown(address(named))


def shown(url: sa.URL) -> str:
    """An address without what is secret in it, and without the driver's name."""
    open_part = {name: value for name, value in url.query.items() if name == "log"}
    url = sa.URL.create(
        url.drivername.removesuffix("+psycopg"),
        username=url.username, host=url.host, port=url.port, database=url.database,
        query=open_part,
    )  # fmt: skip
    return url.render_as_string()


def same_server(one: str, other: str) -> bool:
    """Whether two addresses name the same database, whatever log and password they name."""
    parts = [(url.username, url.host, url.port, url.database) for url in map(address, (one, other))]
    return parts[0] == parts[1]


def log_named(query: Mapping[str, object]) -> str | None:
    """The log that an address names."""
    name = query.get("log")
    return name if isinstance(name, str) and name else None


def schema_for(name: str) -> str:
    """The schema that holds the log of this name: another name, another schema.

    >>> schema_for("reviews"), schema_for("a/b")
    ('second_look_reviews', 'second_look_a_b_9a159f8121')
    """
    plain = re.sub(r"[^\w .-]", "_", name)
    if plain != name or len(name.encode()) > LONGEST_NAME:
        short = plain.encode()[: LONGEST_NAME - 11].decode(errors="ignore")
        plain = f"{short}_{blake2b(name.encode(), digest_size=5).hexdigest()}"
    return PREFIX + plain


def open_server(named: str) -> sa.Engine:
    """An engine for the log of this address. Connects to nothing yet."""
    url = address(named)
    log = log_named(url.query)
    if log is None:
        raise UserError(
            f"{shown(url)} is a database with room for many logs. Name one of them, as in "
            f"{shown(url)}?log=reviews."
        )
    engine = _engine(url.difference_update_query(["log"]))
    return engine.execution_options(schema_translate_map={None: schema_for(log)})


def logs_at(named: str) -> list[str]:
    """The names of the logs in a database, sorted."""
    engine = _engine(address(named).difference_update_query(["log"]))
    try:
        with engine.connect() as connection:
            found = sa.inspect(connection).get_schema_names()
    except sa.exc.DBAPIError as problem:
        raise UserError(refusal(engine.url, problem)) from problem
    finally:
        engine.dispose()
    return sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))


def refusal(url: sa.URL, problem: Exception) -> str:
    """What a server said, in words, without the password."""
    said = " ".join(str(getattr(problem, "orig", problem)).split())
    for secret in filter(None, (url.password, url.query.get("password"))):
        said = said.replace(str(secret), "***")
    return f"The log of decisions at {shown(url)} cannot be used: {said.rstrip('.')}."


def hold(connection: sa.Connection, schema: str) -> None:
    """Wait until no other transaction writes to this log; readers wait for nobody.

    A lock of a name and not of a table, so that it holds before there is a table.
    """
    number = int.from_bytes(blake2b(schema.encode(), digest_size=8).digest(), signed=True)
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _engine(url: sa.URL) -> sa.Engine:
    if "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    try:
        # A snapshot for each statement: after waiting for the lock, what others wrote is seen.
        engine = sa.create_engine(url, isolation_level="READ COMMITTED", pool_size=1)
    except ImportError as problem:
        raise UserError(
            f"The log at {shown(url)} needs the driver psycopg, which is not installed: "
            'pip install "second-look[postgresql]"'
        ) from problem
    sa.event.listen(engine, "connect", _durable)
    return engine


def _durable(connection, record) -> None:  # type: ignore[no-untyped-def]
    """Every commit is on the server's disk when it returns, and a write waits, but not for ever."""
    connection.execute(f"SET lock_timeout = {log_tables.LOCK_SECONDS * 1000}")
    # Only "off" is too little; other words ask for a standby besides, and that is the server's.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()
