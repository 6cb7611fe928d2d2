"""A PostgreSQL server of Debian's, started for the tests on a free port and gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

USER, PASSWORD = "second look", "p@ss/w:rd"
"""With everything in them that an address must quote."""


def missing() -> str:
    """Why no server can be started here; "" = one can."""
    if find_spec("psycopg") is None:
        return 'psycopg is not installed: pip install "psycopg[binary]"'
    if _programs() is None:
        return "PostgreSQL is not installed: apt install postgresql, or put initdb on the PATH"
    if os.geteuid() == 0 and (_other_user() is None or shutil.which("setpriv") is None):
        return "PostgreSQL does not run as root, and there is no user postgres or nobody to run it"
    return ""


def skip_or_fail() -> None:
    """Skip without a server; fail where SECOND_LOOK_REQUIRE_POSTGRESQL=1."""
    if reason := missing():
        if os.environ.get("SECOND_LOOK_REQUIRE_POSTGRESQL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


class PostgreSQL:
    """A server; every `address()` is a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        secret = folder / "password"
        secret.write_text(PASSWORD + "\n")
        if os.geteuid() == 0:
            for path in (folder, secret):
                os.chown(path, _other_user().pw_uid, _other_user().pw_gid)
        self.do(
            "initdb", "--pgdata", self.data, "--username", USER, "--pwfile", secret,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale",
        )  # fmt: skip
        self.start()

    def do(self, program: str, *words: object) -> None:
        """Run one of the server's programs as a user that may."""
        command = [str(_programs() / program), *map(str, words)]
        if os.geteuid() == 0:
            other = _other_user()
            ids = f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"
            command = ["setpriv", *ids, *command]
        done = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout}"

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = self.folder / "server.log"
        self.do("pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options)

    def stop(self, how: str = "fast") -> None:
        """End it; "immediate" is what a power cut leaves of it."""
        self.do("pg_ctl", "stop", "-w", "-m", how, "-D", self.data)

    def address(self, database: str | None = None, *, password: str = PASSWORD) -> str:
        """postgresql://… of a database, a new one unless named."""
        import psycopg

        name = database or f"db_{uuid.uuid4().hex[:12]}"
        if database is None:
            facts = {"host": "127.0.0.1", "port": self.port, "user": USER, "dbname": "postgres"}
            with psycopg.connect(**facts, password=PASSWORD, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        quoted = password.replace("@", "%40").replace("/", "%2F").replace(":", "%3A")
        return f"postgresql://second%20look:{quoted}@127.0.0.1:{self.port}/{name}"


@contextmanager
def server() -> Iterator[PostgreSQL]:
    """A server that is gone afterwards, with its folder."""
    # Not pytest's folder: the user that the server runs as may not enter that one.
    folder = Path(tempfile.mkdtemp(prefix="second-look-postgresql-"))
    try:
        running = PostgreSQL(folder)
        try:
            yield running
        finally:
            if (running.data / "postmaster.pid").exists():
                running.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """The folder with initdb: on the PATH, or where Debian puts it, the newest version."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


def _other_user() -> pwd.struct_passwd | None:
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names.get("nobody")
